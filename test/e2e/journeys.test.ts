import { Webhook } from 'standardwebhooks';
import { acmeSigningSecret } from '../../sandbox/secrets.ts';
import { PRICE, useFlow, type Person } from '../support/flow.ts';
import { control } from '../support/n8n.ts';

const CONVERSION = 'saasTrialConversion';
const ONBOARDING = 'saasOnboardingJourney';
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

const CARD = /Your subscription starts on/;
const SEVEN = /7 days left in your trial/;
const THREE = /3 days left, and what happens then/;
const TALK = /15 minutes about your trial/;
const ONE = /Tomorrow is the last day/;
const LAST = /Your trial is about to end/;
const THANKS = /Thank you for staying/;
const WELCOME = /How to tell if/;
const FIRST = /The first project takes a few minutes/;
const INVITE = /Who should see your project/;
const HAND = /Need a hand/;

/** What the sign-up flow tells the store in real life. */
const IMPORT = {
	id: 'saasImportOfTest',
	name: 'Import',
	active: false,
	nodes: [
		{
			id: 'night',
			name: 'Every night',
			type: 'n8n-nodes-base.scheduleTrigger',
			typeVersion: 1.2,
			position: [0, 0],
			parameters: { rule: { interval: [{ field: 'days' }] } },
		},
		{
			id: 'import',
			name: 'Import',
			type: 'n8n-nodes-saas-lifecycle.trialAccount',
			typeVersion: 1,
			position: [200, 0],
			parameters: {
				resource: 'account',
				operation: 'importFromStripe',
				options: { includeTestClocks: true },
			},
			credentials: { stripeTrialApi: { id: null, name: 'Stripe Trial' } },
		},
	],
	connections: { 'Every night': { main: [[{ node: 'Import', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1' },
};

describe('the journeys of a trial', () => {
	const flow = useFlow([CONVERSION, ONBOARDING, 'saasMilestonesIntake'], {}, [IMPORT]);
	jest.setTimeout(300_000);

	interface Trialist extends Person {
		/** In seconds. */
		readonly endsAt: number;
	}

	/** A trial of two weeks that ends at eight in the evening, known to the store. */
	async function trialist(name: string, card: 'good' | null = null): Promise<Trialist> {
		const [accountId, email] = [`acct_${name}`, `${name}@example.com`];
		await flow.product('PUT', `/instances/${accountId}`, { email, access: 'full' });
		const { id: customer } = await flow.stripe('POST', 'customers', {
			email,
			name: `${name} Example`,
			'metadata[account_id]': accountId,
		});
		if (card) await flow.giveCard({ customer }, card);
		const today = Math.floor(Date.now() / 1000 / DAY_S) * DAY_S;
		const endsAt = today + 14 * DAY_S + 20 * HOUR_S;
		const { id: subscription } = await flow.stripe('POST', 'subscriptions', {
			customer,
			'items[0][price]': PRICE,
			'metadata[account_id]': accountId,
			trial_end: String(endsAt),
			'trial_settings[end_behavior][missing_payment_method]': 'pause',
		});
		expect((await flow.runNow(IMPORT.id, 'Every night')).status).toBe('success');
		return { accountId, email, customer, subscription, endsAt };
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

	/** Moves somebody's time to half past two in the afternoon so many days before the end of their trial. */
	async function goTo(who: Trialist, daysLeft: number): Promise<void> {
		const at = who.endsAt - daysLeft * DAY_S - 5.5 * HOUR_S;
		await flow.pass(who, { seconds: at - (await clockOf(who)) });
	}

	async function look(workflow: string): Promise<void> {
		const run = await flow.runNow(workflow, 'Every 10 minutes');
		expect([run.status, run.data.resultData.error?.message]).toEqual(['success', undefined]);
	}

	it('count down to the last day, then thank whoever pays and open everything', async () => {
		const ada = await trialist('ada');
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

	it('tell whoever left a card when it is charged, more than seven days before, and nothing else', async () => {
		const bob = await trialist('bob', 'good');
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
		for (const name of ['cyd', 'dan', 'eve', 'fay']) people.push(await trialist(name));
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
		const gus = await trialist('gus');
		await goTo(gus, 8);
		await look(CONVERSION);
		await flow.n8n.kill();
		await goTo(gus, 1);
		await flow.n8n.start();
		await look(CONVERSION);
		await flow.expectSent(gus, [ONE]);
	});

	it('welcome, help with the first thing not done yet, and offer a hand', async () => {
		const [hal, ida] = [await trialist('hal'), await trialist('ida')];
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
		await flow.expectSent(hal, [WELCOME, FIRST]);
		await flow.expectSent(ida, [WELCOME]);
		await day(4);
		await flow.expectSent(hal, [WELCOME, FIRST]);
		await flow.expectSent(ida, [WELCOME, INVITE]);
		await day(6);
		await flow.expectSent(hal, [WELCOME, FIRST, HAND]);
		await flow.expectSent(ida, [WELCOME, INVITE]);
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
