import { ALMOST_FIVE_MINUTES, useClock } from '../support/clock.ts';
import { subjectsOf, useFlow, type Person } from '../support/flow.ts';
import { control } from '../support/n8n.ts';

const FLOW = 'saasFailedPayment';
const subject = subjectsOf('failed-payment');
const FAILED = subject('Payment failed');
const DECLINED = subject('Card was declined');
const BANK = subject('Bank asks you');
const LAST = subject('Last chance');
const LIMITED = subject('Access is limited');
const CLOSED = subject('Access is closed');
const THANKS = subject('Thanks, all is back');

describe('a failed payment', () => {
	const { setBehind, env } = useClock();
	const flow = useFlow([FLOW, 'saasCustomerLinks'], {}, [], env);
	jest.setTimeout(300_000);

	/** A customer who pays, whose next charge has just met this card. */
	async function owing(
		name: string,
		card: Parameters<typeof flow.giveCard>[1],
		domain = 'example.com',
	): Promise<Person> {
		const who = await flow.person(name, { domain });
		await meet(who, card);
		return who;
	}

	async function meet(who: Person, card: Parameters<typeof flow.giveCard>[1]) {
		await flow.giveCard(who, card);
		await flow.passPeriod(who);
	}

	/** The hourly look at the clock, now. */
	const lookAtClock = async () => await flow.runNow(FLOW, 'Every hour');

	it('is told as far as it helps, and everything is back with the money', async () => {
		const ada = await owing('ada', 'insufficient_funds');
		const [first] = await flow.expectSent(ada, [FAILED]);
		await flow.expectAccess(ada, 'grace');
		expect(first?.body).toContain('29 USD');
		expect(first?.body).toContain(`${flow.n8n.url}/webhook/saas-card?token=`);

		// Of the second attempt nobody is told; the fourth is the last one before the grace is over.
		await flow.pass(ada, { days: 1 });
		await flow.told(FLOW, ada, '"attempt":2');
		await flow.expectSent(ada, [FAILED]);
		await flow.pass(ada, { days: 2 });
		await flow.expectSent(ada, [FAILED, FAILED]);
		await flow.pass(ada, { days: 2 });
		const [, , last] = await flow.expectSent(ada, [FAILED, FAILED, LAST]);
		expect(last?.subject).toMatch(/\d{4}-\d\d-\d\d/);

		await flow.giveCard(ada, 'good');
		await flow.pass(ada, { days: 2 });
		await flow.expectSent(ada, [FAILED, FAILED, LAST, THANKS]);
		await flow.expectAccess(ada, 'full');
	});

	it('leads to a card page whose card the next attempt uses, whatever card the subscription had', async () => {
		const hal = await owing('hal', 'expired');
		const [message] = await flow.expectSent(hal, [DECLINED]);
		const link = /href="([^"]+\/webhook\/saas-card[^"]+)"/.exec(message?.body ?? '')?.[1] ?? '';
		const opened = await fetch(link.replaceAll('&amp;', '&'), { redirect: 'manual' });
		const page = opened.headers.get('location') ?? '';
		const card = new URLSearchParams({ card: '5555555555554444' });
		const saved = await fetch(`${page}/card`, { method: 'POST', body: card, redirect: 'manual' });
		expect(saved.status).toBe(303);
		await flow.pass(hal, { days: 1 });
		await flow.expectSent(hal, [DECLINED, THANKS]);
		await flow.expectAccess(hal, 'full');
	});

	it('asks for another card where the card itself was refused, once', async () => {
		const bob = await owing('bob', 'expired');
		await flow.expectSent(bob, [DECLINED]);
		await flow.pass(bob, { days: 3 });
		await flow.giveCard(bob, 'good');
		await flow.pass(bob, { days: 2 });
		await flow.expectSent(bob, [DECLINED, THANKS]);
		await flow.expectAccess(bob, 'full');
	});

	it('leads to the page of the bank where that asks, and says nothing else', async () => {
		const cyd = await owing('cyd', 'authentication_required');
		const [message] = await flow.expectSent(cyd, [BANK]);
		const page = /href="(http[^"]+\/invoice\/[^"]+)"/.exec(message?.body ?? '')?.[1] ?? '';
		await flow.expectAccess(cyd, 'grace');
		const paid = await fetch(page, { method: 'POST', redirect: 'manual' });
		expect(paid.status).toBe(303);
		await flow.expectSent(cyd, [BANK, THANKS]);
		await flow.expectAccess(cyd, 'full');
	});

	it('limits access when the grace is over, and lifts that with the payment', async () => {
		const dan = await owing('dan', 'expired');
		await flow.expectSent(dan, [DECLINED]);
		await flow.pass(dan, { days: 6 });
		await flow.expectSent(dan, [DECLINED, LAST]);
		expect((await lookAtClock()).status).toBe('success');
		expect(await flow.accessOf(dan)).toBe('grace');
		await flow.pass(dan, { days: 1 });
		expect((await lookAtClock()).status).toBe('success');
		await flow.expectAccess(dan, 'read_only');
		await flow.expectSent(dan, [DECLINED, LAST, LIMITED]);
		await lookAtClock();

		await flow.giveCard(dan, 'good');
		await flow.pass(dan, { days: 3 });
		await flow.expectSent(dan, [DECLINED, LAST, LIMITED, THANKS]);
		await flow.expectAccess(dan, 'full');
	});

	it('gives back nothing that was taken away for another reason', async () => {
		const eve = await flow.person('eve');
		await flow.product('PUT', `/instances/${eve.accountId}/access`, {
			level: 'suspended',
			reason: 'abuse',
		});
		await meet(eve, 'expired');
		await flow.expectSent(eve, [DECLINED]);
		await flow.giveCard(eve, 'good');
		await flow.pass(eve, { days: 1 });
		await flow.told(FLOW, eve, '"event":"payment_recovered"');
		expect(await flow.accessOf(eve)).toBe('suspended');
		await flow.expectSent(eve, [DECLINED]);
	});

	it.each(['intercom', 'acme'] as const)(
		'fails visibly while %s is down, and is completed later with one message',
		async (down) => {
			const known = new Set((await flow.finished(FLOW)).map(({ id }) => id));
			const who = await flow.person(`fay${down}`);
			await flow.strike(down, { route: '*', kind: 'status', status: 503, times: 10_000 });
			await meet(who, 'expired');
			const failed = await flow.nextFailure(FLOW, known);
			expect(failed.data.resultData.error?.message).toMatch(/access/);
			await flow.heal(down);
			await flow.expectSent(who, [DECLINED]);
			await flow.expectAccess(who, 'grace');
			await flow.told(FLOW, who, '"event":"payment_failed"');
			await flow.expectSent(who, [DECLINED]);
		},
	);

	it('says once what is true after an outage, whatever attempts it missed', async () => {
		await flow.n8n.stop();
		const [ivy, jim] = [
			await owing('ivy', 'insufficient_funds'),
			await owing('jim', 'insufficient_funds'),
		];
		await flow.pass(ivy, { days: 1 });
		await flow.pass(jim, { days: 3 });
		await flow.n8n.start();
		await flow.told(FLOW, ivy, '"attempt":2');
		await flow.told(FLOW, jim, '"attempt":3');
		await flow.expectSent(ivy, [FAILED]);
		await flow.expectSent(jim, [FAILED]);

		await flow.pass(ivy, { days: 2 });
		await flow.expectSent(ivy, [FAILED, FAILED]);
		await flow.pass(jim, { days: 2 });
		await flow.expectSent(jim, [FAILED, LAST]);
	});

	/** What Stripe does with the subscription in the end. */
	const afterRetries = async (what: 'unpaid' | 'cancel') =>
		await control(flow.sandbox.stripe.url, 'POST', '/settings', { afterRetries: what });

	it('closes the product when Stripe gives up but keeps the subscription, until the bill is paid', async () => {
		await afterRetries('unpaid');
		try {
			const kay = await owing('kay', 'expired');
			await flow.expectSent(kay, [DECLINED]);
			await flow.pass(kay, { days: 6 });
			await flow.expectSent(kay, [DECLINED, LAST]);
			await flow.pass(kay, { days: 9 });
			const [, , closed] = await flow.expectSent(kay, [DECLINED, LAST, CLOSED]);
			await flow.expectAccess(kay, 'suspended');

			const page = /href="(http[^"]+\/invoice\/[^"]+)"/.exec(closed?.body ?? '')?.[1] ?? '';
			await flow.giveCard(kay, 'good');
			const paid = await fetch(page, { method: 'POST', redirect: 'manual' });
			expect(paid.status).toBe(303);
			await flow.expectSent(kay, [DECLINED, LAST, CLOSED, THANKS]);
			await flow.expectAccess(kay, 'full');
		} finally {
			await afterRetries('cancel');
		}
	});

	it('says nothing of a failure that was mended before anybody heard of it', async () => {
		await flow.n8n.stop();
		const gus = await owing('gus', 'insufficient_funds');
		await flow.giveCard(gus, 'good');
		await flow.pass(gus, { days: 1 });
		await flow.n8n.start();
		await flow.told(FLOW, gus, '"event":"payment_recovered"');
		await flow.expectSent(gus, []);
		await flow.expectAccess(gus, 'full');
	});

	it('limits access but says nothing outside the test domain, while it is tried out', async () => {
		const leo = await owing('leo', 'expired', 'example.org');
		await flow.told(FLOW, leo, '"event":"payment_failed"');
		await flow.expectAccess(leo, 'grace');
		await flow.expectSent(leo, []);
	});

	describe('is told some minutes later, once, where Intercom refused the message', () => {
		type Prepare = (who: Person) => Promise<void>;
		const declined: Prepare = async (who) => {
			await meet(who, 'expired');
			await flow.expectSent(who, [DECLINED]);
		};
		const warned: Prepare = async (who) => {
			await declined(who);
			await flow.pass(who, { days: 6 });
			await flow.expectSent(who, [DECLINED, LAST]);
		};
		const nothing: Prepare = async () => {};
		/** What was said before, how that came about, and what comes then, of which the message is refused. */
		const refusals: ReadonlyArray<[RegExp, readonly RegExp[], Prepare, Prepare]> = [
			[FAILED, [], nothing, async (who) => await meet(who, 'insufficient_funds')],
			[DECLINED, [], nothing, async (who) => await meet(who, 'expired')],
			[BANK, [], nothing, async (who) => await meet(who, 'authentication_required')],
			[LAST, [DECLINED], declined, async (who) => await flow.pass(who, { days: 6 })],
			[
				THANKS,
				[DECLINED],
				declined,
				async (who) => {
					await flow.giveCard(who, 'good');
					await flow.pass(who, { days: 1 });
				},
			],
			[
				LIMITED,
				[DECLINED, LAST],
				async (who) => {
					await warned(who);
					await flow.pass(who, { days: 1 });
				},
				async () => void (await lookAtClock()),
			],
			[CLOSED, [DECLINED, LAST], warned, async (who) => await flow.pass(who, { days: 9 })],
		];
		const noMessage = flow.refused('intercom', 'POST /messages');
		let people: Person[];

		beforeAll(async () => {
			people = await Promise.all(
				refusals.map(async ([, , prepare], index) => {
					const who = await flow.person(`told${index}`);
					await prepare(who);
					return who;
				}),
			);
			await afterRetries('unpaid');
			await noMessage(async () => {
				// One by one: a run ends at the first that fails.
				for (const [index, who] of people.entries()) {
					await refusals[index]?.[3](who);
					await flow.failedAt(FLOW, 'Fail: message', who);
				}
			});
			await afterRetries('cancel');
			for (const [index, who] of people.entries()) {
				await flow.expectSent(who, refusals[index]?.[1] ?? []);
			}
			// What is told again later is due now.
			setBehind(-ALMOST_FIVE_MINUTES);
			await flow.n8n.restart();
			expect((await lookAtClock()).status).toBe('success');
		}, 400_000);

		it.each(refusals.map(([subject, before], index) => [subject, before, index] as const))(
			'%s',
			async (subject, before, index) => {
				const who = people[index] as Person;
				await flow.expectSent(who, [...before, subject]);
				await lookAtClock();
				await flow.expectSent(who, [...before, subject]);
			},
		);
	});
});

describe('a failed payment of which only late attempts shall be told', () => {
	const flow = useFlow([FLOW], { tellAtAttempts: '6, ', lastChanceAttempt: 9 });
	jest.setTimeout(300_000);

	it('is told by what it led to, once access is limited', async () => {
		const lee = await flow.person('lee');
		await flow.giveCard(lee, 'insufficient_funds');
		await flow.passPeriod(lee);
		await flow.told(FLOW, lee, '"attempt":1');
		await flow.expectAccess(lee, 'grace');
		await flow.pass(lee, { days: 7 });
		expect((await flow.runNow(FLOW, 'Every hour')).status).toBe('success');
		await flow.expectAccess(lee, 'read_only');
		await flow.expectSent(lee, [LIMITED]);

		// That nothing changes for now would not be true any more.
		await flow.pass(lee, { days: 2 });
		await flow.told(FLOW, lee, '"attempt":6');
		await flow.expectSent(lee, [LIMITED]);
	});
});
