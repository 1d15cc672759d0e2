import { Webhook } from 'standardwebhooks';
import { acmeSigningSecret } from '../../sandbox/secrets.ts';
import { ALMOST_FIVE_MINUTES, useClock } from '../support/clock.ts';
import { useFlow, type Person } from '../support/flow.ts';
import { control } from '../support/n8n.ts';
import { createTrialists, IMPORT, type Trialist } from '../support/trialists.ts';

const CONVERSION = 'saasTrialConversion';
const ONBOARDING = 'saasOnboardingJourney';

const CARD = /Your subscription starts on/;
const SEVEN = /7 days left in your trial/;
const THREE = /3 days left, and what happens then/;
const TALK = /15 minutes about your trial/;
const ONE = /Tomorrow is the last day/;
const LAST = /Your trial is about to end/;
const THANKS = /Thank you for staying/;
const BACK = /Welcome back/;
const WELCOME = /How to tell if/;
const FIRST = /The first project takes a few minutes/;
const INVITE = /Who should see your project/;
const HAND = /Need a hand/;
const FIRST_STEPS = 'href="https://www.example.com/help/first-project"';
const INVITING = 'href="https://www.example.com/help/invite"';

describe('the journeys of a trial', () => {
	const { setBehind, env } = useClock();
	const flow = useFlow(
		[CONVERSION, ONBOARDING, 'saasMilestonesIntake', 'saasReactivation'],
		{},
		[IMPORT],
		env,
	);
	const { refused } = flow;
	jest.setTimeout(300_000);

	const { join, signUp, learn, goTo, look } = createTrialists(flow);

	it('count down to the last day, then thank whoever pays and open everything', async () => {
		const ada = await join('ada');
		const seen: RegExp[] = [];
		for (const [daysLeft, subject] of [
			[7, SEVEN],
			[3, THREE],
			[2, TALK],
			[1, ONE],
			[0, LAST],
		] as const) {
			await goTo(ada, daysLeft);
			await look(CONVERSION);
			await look(CONVERSION);
			seen.push(subject);
			const sent = await flow.expectSent(ada, seen);
			expect(sent.at(-1)?.body).toContain(
				subject === TALK
					? 'https://www.example.com/call'
					: `${flow.n8n.url}/webhook/saas-card?token=`,
			);
		}
		await flow.giveCard(ada, 'good');
		await flow.pass(ada, { hours: 8 });
		await flow.expectSent(ada, [...seen, THANKS]);
		await flow.expectAccess(ada, 'full');
	});

	it('leave whoever pays after the trial had lapsed to the words for those who come back', async () => {
		const joe = await join('joe');
		await flow.pass(joe, { days: 15 });
		expect(await flow.stripe('GET', `subscriptions/${joe.subscription}`)).toMatchObject({
			status: 'paused',
		});
		await flow.giveCard(joe, 'good');
		await flow.stripe('POST', `subscriptions/${joe.subscription}/resume`);
		await flow.told(CONVERSION, joe, '"reason":"came_back"');
		await flow.expectSent(joe, [BACK]);
		await flow.expectAccess(joe, 'full');
	});

	it('tell whoever left a card when it is charged, more than seven days before, and nothing else', async () => {
		const bob = await join('bob', 'good');
		await goTo(bob, 8);
		await look(CONVERSION);
		const [message] = await flow.expectSent(bob, [CARD]);
		expect(message?.body).toContain(`${flow.n8n.url}/webhook/saas-card?token=`);
		await goTo(bob, 3);
		await look(CONVERSION);
		await flow.pass(bob, { days: 4 });
		await flow.expectSent(bob, [CARD, THANKS]);
	});

	it('say nothing to who has asked to leave, answered, opted out or paid a moment ago', async () => {
		const people: Trialist[] = [];
		for (const name of ['cyd', 'dan', 'eve', 'fay']) people.push(await join(name));
		const [cyd, dan, eve, fay] = people as [Trialist, Trialist, Trialist, Trialist];
		for (const who of people) await goTo(who, 7);
		await look(CONVERSION);
		for (const who of people) await flow.expectSent(who, [SEVEN]);

		for (const who of people) await goTo(who, 3);
		const { intercom } = flow.sandbox;
		await flow.stripe('POST', `subscriptions/${cyd.subscription}`, {
			cancel_at_period_end: 'true',
		});
		await control(intercom.url, 'POST', `/contacts/${dan.accountId}/reply`, { body: 'Stop' });
		await control(intercom.url, 'POST', `/contacts/${eve.accountId}/unsubscribe`, {});
		await flow.giveCard(fay, 'good');
		await flow.stripe('POST', `subscriptions/${fay.subscription}`, { trial_end: 'now' });
		await look(CONVERSION);
		await flow.expectSent(fay, [SEVEN, THANKS]);
		for (const who of [cyd, dan, eve]) await flow.expectSent(who, [SEVEN]);
	});

	it('catch up after an outage with the newest reminder alone', async () => {
		const gus = await join('gus');
		await goTo(gus, 8);
		await look(CONVERSION);
		await flow.n8n.kill();
		await goTo(gus, 1);
		await flow.n8n.start();
		await look(CONVERSION);
		await flow.expectSent(gus, [ONE]);
	});

	it.each([
		['whose message Intercom refuses', 'POST /messages', ['kim', 'lou', 'max']],
		['whom Intercom does not keep', 'POST /contacts/search', ['nia', 'oda', 'pia']],
	])('let nobody wait for somebody %s', async (_, route, names) => {
		const people: Trialist[] = [];
		for (const name of names) people.push(await join(name));
		const subjects = [SEVEN, THREE, LAST];
		for (const [index, who] of people.entries()) await goTo(who, [7, 3, 0][index] ?? 0);
		// What comes first, and n8n begins with the last branch.
		await flow.strike('intercom', { route, kind: 'status', status: 400, times: 1 });
		const run = await flow.runNow(CONVERSION, 'Every 10 minutes');
		expect(run.status).toBe('error');
		expect(run.data.resultData.error?.message).toMatch(/^Somebody was not written to/);
		const sent = await Promise.all(people.map(async (who) => (await flow.sentTo(who)).length));
		expect(sent).toEqual([1, 1, 0]);
		for (const [index, who] of people.slice(0, 2).entries()) {
			await flow.expectSent(who, [subjects[index] ?? LAST]);
		}
	});

	it('welcome, help with the first thing not done yet, and offer a hand', async () => {
		const [hal, ida] = [await join('hal'), await join('ida')];
		const day = async (number: number) => {
			for (const who of [hal, ida]) await goTo(who, 14 - number);
			await look(ONBOARDING);
			await look(ONBOARDING);
		};
		await look(ONBOARDING);
		for (const who of [hal, ida]) {
			const [welcome] = await flow.expectSent(who, [WELCOME]);
			expect(welcome?.body).toContain(`${flow.n8n.url}/form/saas-opt-out?token=`);
		}
		await reach(ida, 'created_project');
		await day(2);
		const [, first] = await flow.expectSent(hal, [WELCOME, FIRST]);
		expect(first?.body).toContain(FIRST_STEPS);
		await flow.expectSent(ida, [WELCOME]);
		await day(4);
		await flow.expectSent(hal, [WELCOME, FIRST]);
		const [, invite] = await flow.expectSent(ida, [WELCOME, INVITE]);
		expect(invite?.body).toContain(INVITING);
		await day(6);
		const [, , hand] = await flow.expectSent(hal, [WELCOME, FIRST, HAND]);
		expect(hand?.body).toContain(FIRST_STEPS);
		await flow.expectSent(ida, [WELCOME, INVITE]);
	});

	it('write to nobody outside the test domain, while they are tried out', async () => {
		const leo = await join('leo', null, 'example.org');
		await look(ONBOARDING);
		await goTo(leo, 7);
		await look(CONVERSION);
		const runs = await flow.finished(CONVERSION);
		expect(JSON.stringify(runs.at(-1)?.data.resultData.runData['Keep contact'])).toContain(
			leo.accountId,
		);
		await flow.expectSent(leo, []);
	});

	describe('fail visibly where somebody was not written to, who is written to once some minutes later:', () => {
		const steps: ReadonlyArray<
			[journey: string, subject: RegExp, name: string, daysLeft: number, before?: RegExp]
		> = [
			[CONVERSION, CARD, 'ava', 8],
			[CONVERSION, SEVEN, 'ben', 7],
			[CONVERSION, THREE, 'cat', 3],
			[CONVERSION, TALK, 'dov', 2],
			[CONVERSION, ONE, 'eli', 1],
			[CONVERSION, LAST, 'fox', 0],
			[ONBOARDING, WELCOME, 'gil', 14],
			[ONBOARDING, FIRST, 'hob', 12],
			[ONBOARDING, INVITE, 'ian', 10, WELCOME],
			[ONBOARDING, HAND, 'jan', 8],
		];
		const noContact = refused('intercom', 'POST /contacts/search');
		const noAccess = refused('acme', '*');
		const noMessage = refused('intercom', 'POST /messages');
		const people = new Map<string, Trialist>();
		const called = (name: string) => people.get(name) as Trialist;

		async function fail(journey: string): Promise<void> {
			const { data } = await flow.runNow(journey, 'Every 10 minutes');
			expect(data.resultData.error?.message).toMatch(/^Somebody was not written to/);
		}

		/** A day after the start. */
		async function pay(who: Trialist): Promise<void> {
			await goTo(who, 13);
			await flow.giveCard(who, 'good');
			await flow.stripe('POST', `subscriptions/${who.subscription}`, { trial_end: 'now' });
		}

		beforeAll(async () => {
			for (const name of ['amy', 'kay']) people.set(name, await join(name));
			await noContact(async () => await fail(ONBOARDING));
			await noAccess(async () => {
				await pay(called('kay'));
				expect(await flow.failedAt(CONVERSION, 'Fail: access', called('kay'))).toMatch(/access/i);
				await flow.expectSent(called('kay'), []);
			});
			// Intercom hears of milestones only of whom it knows.
			people.set('ian', await join('ian'));
			await look(ONBOARDING);
			await flow.expectSent(called('ian'), [WELCOME]);
			await reach(called('ian'), 'created_project');
			people.set('lee', await signUp('lee'));
			for (const [, , name] of steps) {
				if (name === 'ian') continue;
				people.set(name, await signUp(name, name === 'ava' ? 'good' : null));
			}
			await learn();
			for (const [, , name, daysLeft] of steps) {
				if (daysLeft < 14) await goTo(called(name), daysLeft);
			}
			await noMessage(async () => {
				await pay(called('lee'));
				await flow.failedAt(CONVERSION, 'Fail: not sent', called('lee'));
				for (const journey of [CONVERSION, ONBOARDING]) await fail(journey);
				for (const [, , name, , before] of steps) {
					await flow.expectSent(called(name), before ? [before] : []);
				}
			});
			// What is tried again later is due now.
			setBehind(-ALMOST_FIVE_MINUTES);
			await flow.n8n.restart();
		}, 400_000);

		it.each(['kay', 'lee'])('the thanks of %s, who paid', async (name) => {
			await flow.expectSent(called(name), [THANKS]);
			await flow.expectAccess(called(name), 'full');
			await flow.told(CONVERSION, called(name), '"event":"trial_converted"');
			await flow.expectSent(called(name), [THANKS]);
		});

		it('the messages of both', async () => {
			for (const journey of [CONVERSION, ONBOARDING]) {
				await look(journey);
				await look(journey);
				for (const [of, subject, name, , before] of steps) {
					if (of !== journey) continue;
					await flow.expectSent(called(name), [...(before ? [before] : []), subject]);
				}
			}
			await flow.expectSent(called('amy'), [WELCOME]);
		});
	});

	/** The product tells of it, signed. */
	async function reach({ accountId }: Person, milestone: string): Promise<void> {
		const at = new Date();
		const body = JSON.stringify({
			type: 'milestone.reached',
			timestamp: at.toISOString(),
			data: { accountId, milestone },
		});
		const response = await fetch(`${flow.n8n.url}/webhook/saas-milestones`, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'webhook-id': `msg_${milestone}`,
				'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
				'webhook-signature': new Webhook(acmeSigningSecret).sign(`msg_${milestone}`, at, body),
			},
			body,
		});
		expect(response.status).toBe(200);
	}
});
