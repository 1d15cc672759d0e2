import type Stripe from 'stripe';
import { startStripe, type Harness } from './harness.ts';

describe('customers of the Stripe stand-in', () => {
	let harness: Harness;
	let stripe: Stripe;

	beforeEach(async () => {
		harness = await startStripe();
		stripe = harness.stripe;
	});
	afterEach(async () => await harness.close());

	const emailsOf = (found: { data: readonly Stripe.Customer[] }) =>
		found.data.map(({ email }) => email);

	it('are found by e-mail in exactly its letters', async () => {
		await stripe.customers.create({ email: 'Ada@example.com' });
		expect(emailsOf(await stripe.customers.list({ email: 'Ada@example.com' }))).toHaveLength(1);
		expect(emailsOf(await stripe.customers.list({ email: 'ada@example.com' }))).toHaveLength(0);
	});

	it.each([
		[`email:'ADA@example.com'`, ['ada@example.com']],
		[`email~'example.com'`, ['bob@example.com', 'ada@example.com']],
		[`metadata['account_id']:'acc_1'`, ['ada@example.com']],
		[
			`metadata["account_id"]:"acc_1" OR email:"bob@example.com"`,
			['bob@example.com', 'ada@example.com'],
		],
		[`metadata['account_id']:'acc_1' AND email:'bob@example.com'`, []],
		[`-email:'ada@example.com'`, ['bob@example.com']],
		[`metadata['account_id']:null`, ['bob@example.com']],
		[`name:'Ada \\'the first\\''`, ['ada@example.com']],
		[`created>0`, ['bob@example.com', 'ada@example.com']],
	])('are found by the query %s', async (query, emails) => {
		await stripe.customers.create({
			email: 'ada@example.com',
			name: "Ada 'the first'",
			metadata: { account_id: 'acc_1' },
		});
		await stripe.customers.create({ email: 'bob@example.com' });
		expect(emailsOf(await stripe.customers.search({ query }))).toEqual(emails);
	});

	it.each([
		[`email:'a' AND name:'b' OR name:'c'`, 'combine'],
		[`shoe:'12'`, 'unsupported search field'],
		[`email='a'`, 'unable to parse'],
		[Array(11).fill(`email:'a'`).join(' OR '), 'up to 10 clauses'],
	])('refuse the query %s', async (query, message) => {
		await expect(stripe.customers.search({ query })).rejects.toThrow(message);
	});

	it('are found late by search, and in their old state', async () => {
		await harness.control('settings', { searchLagSeconds: 3600 });
		const { id } = await stripe.customers.create({ email: 'late@example.com' });
		const search = async (email: string) =>
			emailsOf(await stripe.customers.search({ query: `email:'${email}'` }));
		expect(await search('late@example.com')).toEqual([]);
		await harness.control('search');
		await stripe.customers.update(id, { email: 'later@example.com' });
		expect(await search('late@example.com')).toEqual(['late@example.com']);
		expect(await search('later@example.com')).toEqual([]);
	});

	it('are paged by cursor, newest first', async () => {
		const ids: string[] = [];
		for (const name of ['a', 'b', 'c', 'd', 'e']) {
			ids.unshift((await stripe.customers.create({ name })).id);
		}
		const walked: string[] = [];
		for await (const { id } of stripe.customers.list({ limit: 2 })) walked.push(id);
		expect(walked).toEqual(ids);
		const before = await stripe.customers.list({ limit: 2, ending_before: ids[4] ?? '' });
		expect(before.data.map(({ id }) => id)).toEqual([ids[2], ids[3]]);
		expect(before.has_more).toBe(true);
		await expect(stripe.customers.list({ limit: 101 })).rejects.toThrow('100');
		await expect(stripe.customers.list({ starting_after: 'cus_none' })).rejects.toThrow('No such');
	});

	it('are told as deleted when they were, and take their subscriptions along', async () => {
		const { id } = await stripe.customers.create();
		const { id: subscriptionId } = await stripe.subscriptions.create({
			customer: id,
			items: [{ price: 'price_boards_pro_monthly' }],
			trial_period_days: 3,
		});
		await stripe.customers.del(id);
		expect(await stripe.customers.retrieve(id)).toEqual({ id, object: 'customer', deleted: true });
		expect((await stripe.subscriptions.retrieve(subscriptionId)).status).toBe('canceled');
		await expect(stripe.customers.update(id, { name: 'x' })).rejects.toThrow('No such customer');
	});
});
