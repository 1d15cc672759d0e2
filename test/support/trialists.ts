import { PRICE, type Person, type useFlow } from './flow.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** What the sign-up flow tells the store in real life. */
export const IMPORT = {
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

export interface Trialist extends Person {
	/** In seconds. */
	readonly endsAt: number;
}

/** People in trials of two weeks that end at eight in the evening; the suite's flow has `IMPORT`. */
export function createTrialists(flow: ReturnType<typeof useFlow>) {
	/** Somebody of whom the store has not heard yet. */
	async function signUp(
		name: string,
		card: 'good' | null = null,
		domain = 'example.com',
	): Promise<Trialist> {
		const [accountId, email] = [`acct_${name}`, `${name}@${domain}`];
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
		return { accountId, email, customer, subscription, endsAt };
	}

	async function learn(): Promise<void> {
		expect((await flow.runNow(IMPORT.id, 'Every night')).status).toBe('success');
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

	return {
		signUp,
		learn,
		/** The same, known to the store. */
		async join(
			name: string,
			card: 'good' | null = null,
			domain = 'example.com',
		): Promise<Trialist> {
			const who = await signUp(name, card, domain);
			await learn();
			return who;
		},
		/** Moves somebody's time to half past two in the afternoon so many days before the end of their trial. */
		async goTo(who: Trialist, daysLeft: number): Promise<void> {
			const at = who.endsAt - daysLeft * DAY_S - 5.5 * HOUR_S;
			await flow.pass(who, { seconds: at - (await clockOf(who)) });
		},
		/** Runs the flow of a journey as its schedule does. */
		async look(workflow: string): Promise<void> {
			const run = await flow.runNow(workflow, 'Every 10 minutes');
			expect([run.status, run.data.resultData.error?.message]).toEqual(['success', undefined]);
		},
	};
}
