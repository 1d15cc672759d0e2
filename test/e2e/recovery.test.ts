import { Webhook } from 'standardwebhooks';
import { unescape, walkForm } from '../../sandbox/n8n/form.ts';
import { acmeSigningSecret, intercomToken } from '../../sandbox/secrets.ts';
import { subjectsOf, useFlow, type Person } from '../support/flow.ts';
import { EXPIRED, tokenFor } from '../support/links.ts';
import { control, stateOf } from '../support/n8n.ts';
import { waitFor } from '../support/wait-for.ts';

const LAPSE = 'saasTrialLapse';
const RECOVERY = 'saasLeadRecovery';
const COUPON = 'BACK30';
const TRIAL_DAYS = 14;
const DAY_S = 86_400;

const SAFE = subjectsOf('trial-lapse')('Your data is safe');
const recovery = subjectsOf('lead-recovery');
const MISSING = recovery('What was missing?');
const NEWS = recovery('What is new');
const STEP = recovery('Start again with one step');
const DISCOUNT = recovery('Offer: discount');
const TIME = recovery('Offer: more time');
const LAST = recovery('Last word');
const SORRY = subjectsOf('cancellation')('Sorry to see you go');
const FAREWELL = subjectsOf('cancellation')('Farewell');

const TOO_MUCH = 'It costs too much';
const NO_TIME = 'I had no time to try it';
const TOO_MUCH_IN_HUNGARIAN = 'Túl drága';

interface Contact {
	readonly external_id: string | null;
	readonly custom_attributes: Readonly<Record<string, unknown>>;
	readonly tags: { readonly data: readonly unknown[] };
	readonly notes: { readonly total_count: number };
}

describe('after the end of a trial', () => {
	const flow = useFlow([LAPSE, RECOVERY, 'saasCancellation', 'saasMilestonesIntake'], {
		offerCouponId: COUPON,
	});
	jest.setTimeout(400_000);

	beforeAll(async () => {
		await flow.stripe('POST', 'coupons', { id: COUPON, percent_off: '30', duration: 'once' });
		await control(flow.sandbox.intercom.url, 'PUT', '/webhook', {
			url: `${flow.n8n.url}/webhook/saas-lead-recovery/intercom`,
		});
	});

	async function trialist(name: string): Promise<Person> {
		const who = await flow.person(name, { card: null, trialDays: TRIAL_DAYS });
		await flow.stripe('POST', `subscriptions/${who.subscription}`, {
			'trial_settings[end_behavior][missing_payment_method]': 'pause',
		});
		return who;
	}

	/** Somebody whose trial ended a moment ago, at noon of a Monday, and who has been told. */
	async function lapsed(name: string): Promise<Person> {
		const who = await trialist(name);
		await flow.stripe('POST', `subscriptions/${who.subscription}`, {
			trial_end: String(await mondayNoonAfter(who)),
			proration_behavior: 'none',
		});
		await flow.pass(who, { seconds: (await mondayNoonAfter(who)) - (await clockOf(who)) + 60 });
		await flow.expectSent(who, [SAFE]);
		return who;
	}

	async function clockOf({ customer }: Person): Promise<number> {
		const { test_clock: clock } = await flow.stripe<{ test_clock: string }>(
			'GET',
			`customers/${customer}`,
		);
		const { frozen_time: now } = await flow.stripe<{ frozen_time: number }>(
			'GET',
			`test_helpers/test_clocks/${clock}`,
		);
		return now;
	}

	async function mondayNoonAfter(who: Person): Promise<number> {
		const soon = new Date(((await clockOf(who)) + 86_400) * 1000);
		const monday = new Date(soon);
		monday.setUTCDate(soon.getUTCDate() + ((8 - soon.getUTCDay()) % 7));
		monday.setUTCHours(16, 0, 0, 0);
		return monday.getTime() / 1000;
	}

	async function look(workflow: string): Promise<void> {
		const run = await flow.runNow(workflow, 'Every hour');
		expect([run.status, run.data.resultData.error?.message]).toEqual(['success', undefined]);
	}

	/** So many days on, and an hour later, when the clock strikes twice. */
	async function wait(who: Person, days: number): Promise<void> {
		await flow.pass(who, { days });
		await look(RECOVERY);
		await look(RECOVERY);
	}

	/** So many days on, by day, or on the Monday after it: nobody is written to on a weekend. */
	async function waitForWorkday(who: Person, days: number): Promise<void> {
		const now = await clockOf(who);
		const then = new Date((now + days * 86_400) * 1000);
		const [sunday, saturday] = [then.getUTCDay() === 0, then.getUTCDay() === 6];
		then.setUTCDate(then.getUTCDate() + (saturday ? 2 : sunday ? 1 : 0));
		then.setUTCHours(16, 0, 0, 0);
		await flow.pass(who, { seconds: then.getTime() / 1000 - now });
		await look(RECOVERY);
		await look(RECOVERY);
	}

	async function contactOf({ accountId }: Person): Promise<Contact> {
		const { contacts } = await stateOf<{ contacts: readonly Contact[] }>(flow.sandbox.intercom.url);
		const found = contacts.find(({ external_id: id }) => id === accountId);
		if (!found) throw new Error(`Intercom does not know ${accountId}`);
		return found;
	}

	const linkIn = (body: string | undefined, path: string) =>
		unescape(new RegExp(`href="([^"]*/form/${path}\\?token=[^"]+)"`).exec(body ?? '')?.[1] ?? '');

	const answer = async (url: string, reason: string, comment = '') =>
		await walkForm(url, (fields) => ({
			[fields.find(({ kind }) => kind === 'choice')?.name ?? '']: reason,
			[fields.find(({ kind }) => kind === 'textarea')?.name ?? '']: comment,
		}));

	const customerOf = async ({ customer }: Person) =>
		await flow.stripe<{ metadata: Record<string, string> }>('GET', `customers/${customer}`);
	const subscriptionOf = async ({ subscription }: Person) =>
		await flow.stripe<{ status: string }>('GET', `subscriptions/${subscription}`);

	it('work can be looked at for two weeks, then access rests; one message says so', async () => {
		const ada = await lapsed('ada');
		await flow.expectAccess(ada, 'read_only');
		expect((await contactOf(ada)).custom_attributes).toMatchObject({ stage: 'lapsed' });
		await look(LAPSE);
		expect(await flow.accessOf(ada)).toBe('read_only');
		await flow.pass(ada, { days: 14 });
		await look(LAPSE);
		await flow.expectAccess(ada, 'suspended');
		await flow.expectSent(ada, [SAFE]);
	});

	it('a trial that goes on unpaid and ends again rests again, at once and with a word', async () => {
		const lou = await lapsed('lou');
		const goOn = async () =>
			await flow.product('PUT', `/instances/${lou.accountId}/access`, {
				level: 'full',
				reason: 'trialing',
			});
		await goOn();
		await flow.stripe('POST', `subscriptions/${lou.subscription}`, {
			trial_end: String((await clockOf(lou)) + 2 * 86_400),
		});
		await flow.pass(lou, { days: 3 });
		await flow.expectSent(lou, [SAFE, SAFE]);
		await flow.expectAccess(lou, 'read_only');

		await goOn();
		await flow.giveCard(lou, 'declined');
		await flow.stripe('POST', `subscriptions/${lou.subscription}/resume`);
		await flow.pass(lou, { days: 15 });
		expect(await subscriptionOf(lou)).toMatchObject({ status: 'canceled' });
		await flow.expectSent(lou, [SAFE, SAFE, SAFE]);
		await flow.expectAccess(lou, 'read_only');
	});

	it('nothing is said to who paid on the last day', async () => {
		const bob = await trialist('bob');
		await flow.giveCard(bob, 'good');
		await flow.pass(bob, { days: TRIAL_DAYS, hours: 2 });
		await look(LAPSE);
		await look(RECOVERY);
		await flow.expectSent(bob, []);
		expect(await flow.accessOf(bob)).toBe('full');
	});

	it('the answer to "what was missing" is kept everywhere, and leads to the fitting offer', async () => {
		const cyd = await lapsed('cyd');
		await wait(cyd, 3);
		const [, question] = await flow.expectSent(cyd, [SAFE, MISSING]);
		const url = linkIn(question?.body, 'saas-feedback');
		expect(await answer(url, TOO_MUCH, 'Half of it & I stay')).toMatchObject({
			text: expect.stringContaining('Thank you') as string,
		});
		await answer(url, TOO_MUCH, 'Half of it & I stay');
		expect((await customerOf(cyd)).metadata).toMatchObject({
			feedback_reason: 'too_expensive',
			feedback_comment: 'Half of it & I stay',
		});
		const contact = await contactOf(cyd);
		expect(contact.custom_attributes).toMatchObject({ cancellation_reason: 'too_expensive' });
		expect(contact.tags.data).toHaveLength(1);
		expect(contact.notes.total_count).toBe(1);

		await wait(cyd, 4);
		const again = await flow.expectSent(cyd, [SAFE, MISSING, STEP]);
		// Who never really tried gets time to try, not a price.
		expect(linkIn(again.at(-1)?.body, 'saas-more-time')).not.toBe('');
		expect(again.at(-1)?.body).toContain('href="https://www.example.com/help/first-project"');
		await wait(cyd, 7);
		const sent = await flow.expectSent(cyd, [SAFE, MISSING, STEP, DISCOUNT]);
		expect(linkIn(sent.at(-1)?.body, 'saas-come-back')).not.toBe('');
		await wait(cyd, 14);
		await flow.expectSent(cyd, [SAFE, MISSING, STEP, DISCOUNT, LAST]);
		await wait(cyd, 10);
		await flow.expectSent(cyd, [SAFE, MISSING, STEP, DISCOUNT, LAST]);
	});

	it('who had no time takes more, once, and hears nothing more', async () => {
		const dan = await lapsed('dan');
		await reach(dan, 'created_project');
		await wait(dan, 3);
		const [, question] = await flow.expectSent(dan, [SAFE, MISSING]);
		await answer(linkIn(question?.body, 'saas-feedback'), NO_TIME);
		await wait(dan, 4);
		const [, , news] = await flow.expectSent(dan, [SAFE, MISSING, NEWS]);
		expect(news?.body).toContain('href="https://www.example.com/help/invite"');
		await wait(dan, 7);
		const sent = await flow.expectSent(dan, [SAFE, MISSING, NEWS, TIME]);
		const url = linkIn(sent.at(-1)?.body, 'saas-more-time');
		for (let time = 0; time < 2; time++) {
			expect(await walkForm(url, () => ({}))).toMatchObject({ status: 'redirect' });
			expect((await subscriptionOf(dan)).status).toBe('trialing');
		}
		await flow.expectAccess(dan, 'full');
		await wait(dan, 1);
		await flow.expectSent(dan, [SAFE, MISSING, NEWS, TIME]);
	});

	it('who has done everything already is given nothing to read', async () => {
		const ola = await lapsed('ola');
		await reach(ola, 'created_project');
		await reach(ola, 'invited_teammate');
		await wait(ola, 7);
		const [, news] = await flow.expectSent(ola, [SAFE, NEWS]);
		expect(linkIn(news?.body, 'saas-come-back')).not.toBe('');
		expect(news?.body).not.toMatch(/href=""|example\.com\/help|not tried yet/);
	});

	it('who cancelled is led back, and not promised days that Stripe cannot add', async () => {
		const kit = await trialist('kit');
		await flow.stripe('POST', `subscriptions/${kit.subscription}`, {
			'cancellation_details[feedback]': 'unused',
		});
		await flow.pass(kit, { seconds: (await mondayNoonAfter(kit)) - (await clockOf(kit)) });
		await flow.stripe('DELETE', `subscriptions/${kit.subscription}`);
		await flow.expectSent(kit, [SAFE]);
		await wait(kit, 3);
		await wait(kit, 4);
		const sent = await flow.expectSent(kit, [SAFE, MISSING, STEP]);
		expect(linkIn(sent.at(-1)?.body, 'saas-come-back')).not.toBe('');
		await wait(kit, 7);
		await flow.expectSent(kit, [SAFE, MISSING, STEP]);
	});

	it('it ends for who answers, opts out, or comes back', async () => {
		const people = [await lapsed('eve'), await lapsed('fay'), await lapsed('gus')] as const;
		const [eve, fay, gus] = people;
		const intercom = flow.sandbox.intercom.url;
		for (const who of people) await flow.pass(who, { days: 3 });
		await control(intercom, 'POST', `/contacts/${eve.accountId}/reply`, { body: 'Call me' });
		await control(intercom, 'POST', `/contacts/${fay.accountId}/unsubscribe`, {});
		await flow.giveCard(gus, 'good');
		await flow.stripe('POST', `subscriptions/${gus.subscription}/resume`);
		await look(RECOVERY);
		for (const who of people) await flow.pass(who, { days: 4 });
		await look(RECOVERY);
		for (const who of people) await flow.expectSent(who, [SAFE]);
		await waitFor('the tag', async () =>
			(await contactOf(eve)).tags.data.length === 1 ? true : undefined,
		);
		expect((await contactOf(fay)).tags.data).toHaveLength(0);
	});

	it('a former customer is asked, too', async () => {
		const hal = await flow.person('hal');
		await flow.stripe('DELETE', `subscriptions/${hal.subscription}`);
		await flow.expectSent(hal, [FAREWELL]);
		await waitForWorkday(hal, 3);
		const [, question] = await flow.expectSent(hal, [FAREWELL, MISSING]);
		expect(linkIn(question?.body, 'saas-feedback')).not.toBe('');
	});

	it('a former customer is asked when they have left, however long before they asked to', async () => {
		const jon = await flow.person('jon');
		await flow.stripe('POST', `subscriptions/${jon.subscription}`, {
			cancel_at_period_end: 'true',
		});
		await flow.expectSent(jon, [SORRY]);
		await flow.passPeriod(jon);
		await flow.expectSent(jon, [SORRY, FAREWELL]);
		const now = await clockOf(jon);
		await flow.pass(jon, { seconds: DAY_S - ((now + 8 * 3_600) % DAY_S) });
		await look(RECOVERY);
		await flow.expectSent(jon, [SORRY, FAREWELL]);
		// Three days later, or on the Monday after; the next message is for the seventh day.
		for (let day = 1; day <= 6; day++) await wait(jon, 1);
		await flow.expectSent(jon, [SORRY, FAREWELL, MISSING]);
	});

	it('a Hungarian is asked in Hungarian, from the message to the last page', async () => {
		const ira = await flow.person('ira');
		const known = await fetch(`${flow.sandbox.intercom.url}/contacts`, {
			method: 'POST',
			headers: { authorization: `Bearer ${intercomToken}`, 'content-type': 'application/json' },
			body: JSON.stringify({
				role: 'user',
				external_id: ira.accountId,
				email: ira.email,
				custom_attributes: { language: 'hu' },
			}),
		});
		expect(known.status).toBe(200);
		await flow.stripe('DELETE', `subscriptions/${ira.subscription}`);
		const farewell = subjectsOf('cancellation')('Farewell', 'hu');
		await flow.expectSent(ira, [farewell]);
		await waitForWorkday(ira, 3);
		const [, question] = await flow.expectSent(ira, [
			farewell,
			recovery('What was missing?', 'hu'),
		]);
		const url = linkIn(question?.body, 'saas-feedback');
		expect(await answer(url, TOO_MUCH_IN_HUNGARIAN)).toMatchObject({
			text: expect.stringContaining('Köszönjük!') as string,
		});
		expect((await customerOf(ira)).metadata).toMatchObject({ feedback_reason: 'too_expensive' });
	});

	describe('a link that does not hold', () => {
		const form = (path: string, token: string) => `${flow.n8n.url}/form/${path}?token=${token}`;

		it.each<[string, string, () => string, RegExp]>([
			[
				'of feedback, forged',
				'saas-feedback',
				() => `${tokenFor('feedback', 'acct_ada')}x`,
				/does not work/,
			],
			[
				'of feedback, too old',
				'saas-feedback',
				() => tokenFor('feedback', 'acct_ada', EXPIRED),
				/too old/,
			],
			[
				'of feedback, for another thing',
				'saas-feedback',
				() => tokenFor('opt_out', 'acct_ada'),
				/does not work/,
			],
			[
				'of more time, without days in it',
				'saas-more-time',
				() => tokenFor('come_back', 'acct_ada'),
				/does not work/,
			],
			[
				'of more time, too old',
				'saas-more-time',
				() => tokenFor('come_back', 'acct_ada', EXPIRED),
				/too old/,
			],
		])('%s', async (_name, path, token, words) => {
			const before = await contactOf({ accountId: 'acct_ada' } as Person);
			const ending = await answer(form(path, token()), TOO_MUCH);
			expect(ending).toMatchObject({
				status: 'page',
				text: expect.stringMatching(words) as string,
			});
			expect(await contactOf({ accountId: 'acct_ada' } as Person)).toEqual(before);
		});
	});

	it('feedback that could not be kept says so, and is kept once when sent again', async () => {
		const url = `${flow.n8n.url}/form/saas-feedback?token=${tokenFor('feedback', 'acct_ada')}`;
		const known = new Set((await flow.finished(RECOVERY)).map(({ id }) => id));
		await flow.strike('intercom', { route: '*', kind: 'status', status: 503, times: 1_000 });
		const ending = await answer(url, 'Something else', 'Not my cup of tea');
		await flow.heal('intercom');
		expect(ending.text).toContain('did not work yet');
		const failure = await flow.nextFailure(RECOVERY, known);
		expect(failure.data.resultData.error?.message).toContain('not kept everywhere');
		expect((await answer(url, 'Something else', 'Not my cup of tea')).text).toContain('Thank you');
		expect((await contactOf({ accountId: 'acct_ada' } as Person)).notes.total_count).toBe(1);
	});

	/** The product tells of it, signed. */
	async function reach({ accountId }: Person, milestone: string): Promise<void> {
		const at = new Date();
		const body = JSON.stringify({
			type: 'milestone.reached',
			timestamp: at.toISOString(),
			data: { accountId, milestone },
		});
		const id = `msg_${accountId}_${milestone}`;
		const response = await fetch(`${flow.n8n.url}/webhook/saas-milestones`, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'webhook-id': id,
				'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
				'webhook-signature': new Webhook(acmeSigningSecret).sign(id, at, body),
			},
			body,
		});
		expect(response.status).toBe(200);
	}
});
