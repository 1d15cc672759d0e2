import type { ItemParams } from '../../support/execute-node.ts';
import { byId, startTrial, useStripe } from './harness.ts';
import { onTrial } from './people.ts';

const stripe = useStripe();

const SEARCH = 'GET /v1/customers/search';

function customer(email: string, additionalFields: ItemParams = {}): ItemParams {
	return {
		resource: 'customer',
		operation: 'createOrUpdate',
		email,
		accountId: '',
		additionalFields,
		metadata: {},
	};
}

describe('Customer > Create or Update', () => {
	it('creates, changes only what differs, and asks once when nothing does', async () => {
		const rows = await stripe.run([
			customer('ada@example.com', { name: 'Ada' }),
			customer('bob@example.com'),
		]);
		expect(rows).toMatchObject([{ name: 'Ada', isNew: true }, { isNew: true }]);
		stripe.forgetCalls();
		await stripe.run([customer('ada@example.com', { name: 'Ada' })]);
		expect(stripe.routes()).toEqual([SEARCH]);
		const [row] = await stripe.run([customer('ada@example.com', { language: 'hu' })]);
		expect(row).toMatchObject({ name: 'Ada', language: 'hu', isNew: false });
	});

	it('tells the timeline what it made and what it changed, once', async () => {
		const ada = { name: 'Ada' };
		const [row] = await stripe.run([customer('ada@example.com', ada), customer('bob@example.com')]);
		const told = async () =>
			(await stripe.timelineOf(row?.['accountId'])).map(({ kind, executionId, data }) => [
				kind,
				executionId,
				data,
			]);
		const data = { customerId: row?.['customerId'] };
		const created = ['customer_created', 'execution-1', data];
		await stripe.run([customer('ada@example.com', ada)]);
		expect(await told()).toEqual([created]);
		await stripe.run([customer('ada@example.com', { language: 'hu', phone: '+3611' })]);
		await stripe.run([customer('ada@example.com', { language: 'hu' })]);
		expect(await told()).toEqual([
			created,
			['customer_updated', 'execution-1', { ...data, changed: ['phone', 'preferred_locales'] }],
		]);
	});

	it('tells of a customer that others made, without taking it for its own', async () => {
		await stripe.stripe('POST', 'customers', { email: 'eve@example.com' });
		const row = await stripe.runOne(customer('eve@example.com'));
		expect(await stripe.timelineOf(row['accountId'])).toMatchObject([
			{ kind: 'customer_created', executionId: null },
			{ kind: 'customer_updated', executionId: 'execution-1', data: { changed: ['metadata'] } },
		]);
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
		expect(stripe.routes()).toEqual([SEARCH]);
		expect(await stripe.runOne(onTrial('get', ada['accountId']))).toMatchObject({
			atTrialEnd: 'charges_card',
		});
	});
});

describe('Customer > Create or Update, for many', () => {
	const people = (count: number) =>
		Array.from({ length: count }, (_, index) =>
			customer(`person-${index}@example.com`, { name: `Person ${index}` }),
		);
	const countCalls = (route: string) => stripe.routes().filter((one) => one === route).length;

	it('looks for five people by one query, and creates each with everything at once', async () => {
		const rows = await stripe.run(people(10));
		expect(rows.map(({ name, isNew }) => [name, isNew])).toEqual(
			Array.from({ length: 10 }, (_, index) => [`Person ${index}`, true]),
		);
		expect(countCalls(SEARCH)).toBe(2);
		expect(countCalls('POST /v1/customers')).toBe(10);
		expect(stripe.routes()).toHaveLength(12);
	});

	it('tells known from unknown people in the same query', async () => {
		const [, second] = await stripe.run([customer('ada@example.com'), customer('bob@example.com')]);
		const elsewhere = await stripe.stripe('POST', 'customers', { email: 'Eve@Example.com' });
		const foreign = await stripe.stripe('POST', 'customers', {
			email: 'zoe@example.com',
			'metadata[account_id]': 'acct_zoe',
		});
		stripe.forgetCalls();
		const rows = await stripe.run([
			customer('Bob+news@example.com'),
			customer('dan@example.com'),
			customer('eve@example.com'),
			customer('ZOE@example.com', { name: 'Zoe' }),
			{ ...customer('zoe@example.com'), accountId: 'acct_other' },
		]);
		expect(rows).toMatchObject([
			{ isNew: false, customerId: second?.['customerId'] },
			{ isNew: true, email: 'dan@example.com' },
			{ isNew: false, customerId: elsewhere['id'], email: 'Eve@Example.com' },
			{ isNew: false, customerId: foreign['id'], accountId: 'acct_zoe', name: 'Zoe' },
			{ isNew: true, accountId: 'acct_other' },
		]);
		expect(await stripe.countOf('customers')).toBe(6);
		expect(countCalls(SEARCH)).toBeLessThanOrEqual(2);
	});

	it('finds everyone where one address belongs to more customers than a page holds', async () => {
		for (let count = 0; count < 101; count++) {
			await stripe.stripe('POST', 'customers', { email: 'ada@example.com' });
		}
		await stripe.stripe('POST', 'customers', {
			email: 'bob@example.com',
			'metadata[account_id]': 'acct_bob',
		});
		const rows = await stripe.run([customer('ada@example.com'), customer('bob@example.com')]);
		expect(rows).toMatchObject([{ isNew: false }, { isNew: false, accountId: 'acct_bob' }]);
		expect(await stripe.countOf('customers?limit=100&email=bob@example.com')).toBe(1);
	});

	it('names the one bad item of ten, and finishes the others', async () => {
		const items = people(10).map((item, index) => (index === 3 ? customer('nobody@') : item));
		const rows = await stripe.run(items, { continueOnFail: true });
		expect(rows[3]).toMatchObject({ error: { message: 'The e-mail is malformed' } });
		expect(rows.filter(({ isNew }) => isNew)).toHaveLength(9);
		await expect(stripe.run(items)).rejects.toThrow('The e-mail is malformed [item 3]');
	});

	it('asks for each alone where Stripe refuses their common query', async () => {
		// One refusal for the common query, one for whoever is asked for next.
		stripe.standIn.faults.add({ route: SEARCH, kind: 'status', status: 400, times: 2 });
		const rows = await stripe.run(people(5), { continueOnFail: true });
		expect(rows.filter(({ isNew }) => isNew)).toHaveLength(4);
		expect(rows.filter((row) => 'error' in row)).toMatchObject([{ error: { httpCode: 400 } }]);
		expect(countCalls(SEARCH)).toBe(6);
	});
});

describe('Customer > Create or Update, while the search does not see the customer yet', () => {
	beforeEach(() => {
		stripe.standIn.settings.searchLagSeconds = 60;
	});

	it.each<[string, ItemParams, object]>([
		['the same again', customer('ada@example.com', { name: 'Ada' }), { name: 'Ada' }],
		['with other details', customer('ada@example.com', { name: 'A.' }), { name: 'A.' }],
		['without details', customer('ada@example.com'), { name: 'Ada' }],
		['in another spelling', customer('ADA+x@example.com', { name: 'Ada' }), { name: 'Ada' }],
		['as a trial', startTrial('ada@example.com'), { name: 'Ada', status: 'trialing' }],
	])('keeps to one customer: %s', async (_name, again, expected) => {
		const first = await stripe.runOne(customer('ada@example.com', { name: 'Ada' }));
		expect(await stripe.runOne(again)).toMatchObject({
			...expected,
			customerId: first['customerId'],
		});
		expect(await stripe.countOf('customers')).toBe(1);
	});

	it('finds an account whose address is another one now', async () => {
		const withId = (email: string) => ({ ...customer(email), accountId: 'acct_1' });
		const first = await stripe.runOne(withId('ada@example.com'));
		expect(await stripe.runOne(withId('lovelace@example.org'))).toMatchObject({
			isNew: false,
			customerId: first['customerId'],
			email: 'lovelace@example.org',
		});
		expect(await stripe.countOf('customers')).toBe(1);
	});

	it('goes by how the customer is now, not by how it was made', async () => {
		const named = (name: string) => customer('ada@example.com', { name });
		for (const name of ['Ada', 'Augusta', 'Ada']) await stripe.runOne(named(name));
		const { data } = await stripe.stripe('GET', 'customers');
		expect(data).toMatchObject([{ name: 'Ada' }]);
	});

	it('creates a customer again that was deleted', async () => {
		const first = await stripe.runOne(customer('ada@example.com'));
		await stripe.stripe('DELETE', `customers/${String(first['customerId'])}`);
		const second = await stripe.runOne(customer('ada@example.com'));
		expect(second).toMatchObject({ isNew: true });
		expect(second['customerId']).not.toBe(first['customerId']);
		expect(await stripe.countOf('customers')).toBe(1);
	});

	it('makes one customer in parallel runs with different details', async () => {
		const runs = await Promise.all(
			['Ada', 'Augusta', 'Lovelace'].map(
				async (name) => await stripe.runOne(customer('ada@example.com', { name })),
			),
		);
		expect(new Set(runs.map(({ customerId }) => customerId)).size).toBe(1);
		expect(runs.filter(({ isNew }) => isNew)).toHaveLength(1);
		expect(await stripe.countOf('customers')).toBe(1);
	});

	it.each(['cut', 'status'] as const)('makes one although the answer is lost: %s', async (kind) => {
		stripe.standIn.faults.add({ route: 'POST /v1/customers', kind, status: 500, moment: 'after' });
		expect(await stripe.runOne(customer('ada@example.com', { name: 'Ada' }))).toMatchObject({
			name: 'Ada',
		});
		expect(await stripe.countOf('customers')).toBe(1);
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
