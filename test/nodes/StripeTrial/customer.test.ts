import type { ItemParams } from '../../support/execute-node.ts';
import { byId, startTrial, useStripe } from './harness.ts';
import { onTrial } from './people.ts';

const stripe = useStripe();

describe('Customer > Create or Update', () => {
	const customer = (email: string, additionalFields: ItemParams = {}): ItemParams => ({
		resource: 'customer',
		operation: 'createOrUpdate',
		email,
		accountId: '',
		additionalFields,
		metadata: {},
	});

	it('creates, changes only what differs, and asks once when nothing does', async () => {
		const rows = await stripe.run([
			customer('ada@example.com', { name: 'Ada' }),
			customer('bob@example.com'),
		]);
		expect(rows).toMatchObject([{ name: 'Ada', isNew: true }, { isNew: true }]);
		stripe.forgetCalls();
		await stripe.run([customer('ada@example.com', { name: 'Ada' })]);
		expect(stripe.routes()).toEqual(['GET /v1/customers/search']);
		const [row] = await stripe.run([customer('ada@example.com', { language: 'hu' })]);
		expect(row).toMatchObject({ name: 'Ada', language: 'hu', isNew: false });
	});

	it('makes a card the one that is charged', async () => {
		const ada = await stripe.runOne(startTrial('ada@example.com'));
		const method = await stripe.stripe('POST', 'payment_methods/pm_card_visa/attach', {
			customer: String(ada['customerId']),
		});
		const withCard = customer('ada@example.com', { defaultPaymentMethodId: method['id'] });
		expect(await stripe.runOne(withCard)).toMatchObject({ cardOnFile: true });
		stripe.forgetCalls();
		await stripe.runOne(withCard);
		expect(stripe.routes()).toEqual(['GET /v1/customers/search']);
		expect(await stripe.runOne(onTrial('get', ada['accountId']))).toMatchObject({
			atTrialEnd: 'charges_card',
		});
	});
});

describe('Customer > Get and Get Many', () => {
	const getMany = (more: ItemParams = {}): ItemParams => ({
		resource: 'customer',
		operation: 'getMany',
		returnAll: true,
		metadata: {},
		filters: {},
		...more,
	});

	const get = (of: unknown): ItemParams => ({
		resource: 'customer',
		operation: 'get',
		customer: byId(of),
	});

	it('finds one by any of its names', async () => {
		const ada = await stripe.runOne(
			startTrial('ada@example.com', {
				accountId: 'acct_ada',
				additionalFields: { name: 'Ada' },
			}),
		);
		await stripe.giveCard(ada['customerId']);
		const rows = await stripe.run(
			[
				get(ada['customerId']),
				get('acct_ada'),
				get('nobody@example.com'),
				get('cus_404'),
				get(''),
				get('Ada+x@Example.com'),
			],
			{ continueOnFail: true },
		);
		const found = {
			accountId: 'acct_ada',
			email: 'ada@example.com',
			name: 'Ada',
			cardOnFile: true,
			customerId: ada['customerId'],
			mode: 'test',
		};
		expect(rows).toMatchObject([
			found,
			found,
			{ error: { message: 'Stripe has no customer for this e-mail', httpCode: 404 } },
			{ error: { code: 'resource_missing' } },
			{ error: { message: '"Customer" is empty' } },
			found,
		]);
	});

	it('lists them by parts of name or e-mail, metadata and date', async () => {
		await stripe.run([
			startTrial('ada@example.com', { additionalFields: { name: 'Lovelace' } }),
			startTrial('lovely@example.org'),
			startTrial('bob@example.com', { accountId: 'acct_bob' }),
		]);
		const ofBob = { entry: [{ key: 'account_id', value: 'acct_bob' }] };
		const of = async (more: ItemParams) =>
			(await stripe.run([getMany(more)])).map(({ email }) => email).sort();
		expect(await of({})).toHaveLength(3);
		expect(await of({ returnAll: false, limit: 2 })).toHaveLength(2);
		expect(await of({ search: 'lovel' })).toEqual(['ada@example.com', 'lovely@example.org']);
		expect(await of({ search: 'example.com' })).toHaveLength(2);
		expect(await of({ metadata: ofBob })).toEqual(['bob@example.com']);
		expect(await of({ search: 'example', metadata: ofBob })).toEqual(['bob@example.com']);
		expect(await of({ filters: { createdBefore: '2020-01-01' } })).toEqual([]);
		const rows = await stripe.run([getMany({ search: 'ab' }), getMany()], {
			continueOnFail: true,
		});
		expect(rows[0]).toMatchObject({ error: { message: '"Search" is too short' } });
		expect(rows).toHaveLength(4);
	});
});
