import type { ItemParams } from '../../support/execute-node.ts';
import { byId, PRO_MONTHLY, startTrial, useStripe, type Json } from './harness.ts';
import { onTrial, peopleOf } from './people.ts';

const stripe = useStripe();
const { started } = peopleOf(stripe);

const check = (email: string, rules: ItemParams): ItemParams => ({
	resource: 'trial',
	operation: 'checkEligibility',
	email,
	rules,
});

const start = (email: string, rules: ItemParams) => startTrial(email, { additionalFields: rules });

const checkout = (email: string, rules: ItemParams): ItemParams => ({
	resource: 'link',
	operation: 'createCheckout',
	checkoutMode: 'subscription',
	email,
	priceId: byId(PRO_MONTHLY),
	successUrl: 'https://app.example.com/welcome',
	options: rules,
	metadata: {},
});

/** What all three say of the same person under the same rules; the one that starts the trial comes last. */
async function judge(email: string, rules: ItemParams): Promise<string[]> {
	const rows = await stripe.run([check(email, rules), checkout(email, rules)], {
		continueOnFail: true,
	});
	const last = await stripe.runOne(start(email, rules), { continueOnFail: true });
	return [...rows, last].map(verdictOf);
}

function verdictOf({ error, eligible, reason, isNew }: Json): string {
	if (error) return String((error as Json)['code']);
	return eligible || isNew ? 'yes' : String(reason);
}

async function formerTrialist(): Promise<Json> {
	const ada = await started('ada@example.com');
	await stripe.runOne(onTrial('cancel', ada['subscriptionId'], { when: 'now', options: {} }));
	return ada;
}

/** A customer who is in no trial, with a card. */
async function withCard(email: string, kind: 'good' | 'declined' = 'good'): Promise<Json> {
	const item = { resource: 'customer', operation: 'createOrUpdate', email };
	const customer = await stripe.runOne({ ...item, additionalFields: {}, metadata: {} });
	await stripe.giveCard(customer['customerId'], kind);
	return customer;
}

const all = (verdict: string) => [verdict, verdict, verdict];
/** Days, but so few that they are over. */
const LONG_AGO = 1e-12;

describe('the rules of Check Eligibility, Create Checkout and Start', () => {
	it.each<[string, ItemParams, string]>([
		['one trial ever', {}, 'had_trial'],
		['a cool-off that is not over', { coolOffDays: 30 }, 'had_trial'],
		['a cool-off that is over', { coolOffDays: LONG_AGO }, 'yes'],
		['a decision of ours', { overrideReason: 'sales' }, 'yes'],
		['a blocked domain', { blockedDomains: 'spam.example, example.com' }, 'blocked_domain'],
	])('are the same: %s', async (_, rules, verdict) => {
		await formerTrialist();
		expect(await judge('ada+again@example.com', rules)).toEqual(all(verdict));
	});

	it('give one trial per fingerprint of your own, in any spelling', async () => {
		await stripe.runOne(start('ada@acme.example', { fingerprint: 'Acme.example' }));
		const rules = { fingerprint: ' acme.example' };
		expect(await judge('bob@acme.example', rules)).toEqual(all('same_fingerprint'));
		expect(await judge('bob@acme.example', { ...rules, overrideReason: 'sales' })).toEqual(
			all('yes'),
		);
		expect(await judge('cher@acme.example', {})).toEqual(all('yes'));
		expect(await judge('dan@other.example', { fingerprint: 'other.example' })).toEqual(all('yes'));
	});

	it('send the hash of the fingerprint along with a page, and never itself', async () => {
		await stripe.runOne(checkout('ada@acme.example', { fingerprint: 'acme.example' }));
		const { trialHashes } = await stripe.store();
		const hash = await trialHashes.hashOf({ kind: 'fingerprint', value: 'acme.example' });
		expect(stripe.callsOf('POST /v1/checkout/sessions')).toMatchObject([
			{ 'subscription_data[metadata][trial_fingerprint]': hash },
		]);
		expect(
			await stripe.runOne(check('bob@acme.example', { fingerprint: 'acme.example' })),
		).toMatchObject({ eligible: true });
	});

	it('let whoever has the fingerprint run Start again', async () => {
		const item = start('ada@acme.example', { fingerprint: 'acme.example' });
		const first = await stripe.runOne(item);
		expect(await stripe.runOne(item)).toMatchObject({
			subscriptionId: first['subscriptionId'],
			isNew: false,
		});
	});

	it('give one trial per card', async () => {
		await withCard('ada@example.com');
		await stripe.runOne(start('ada@example.com', { oneTrialPerCard: true }));
		await withCard('bob@example.com');
		await withCard('cher@example.com', 'declined');
		const rules = { oneTrialPerCard: true };
		expect(await judge('bob@example.com', rules)).toEqual(all('same_card'));
		expect(await judge('cher@example.com', rules)).toEqual(all('yes'));
	});

	it('look at no card unless told to', async () => {
		await withCard('ada@example.com');
		stripe.forgetCalls();
		expect(await judge('ada@example.com', {})).toEqual(all('yes'));
		expect(stripe.routes().filter((route) => route?.includes('payment_methods'))).toEqual([]);
	});
});
