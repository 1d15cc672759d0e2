import { StripeTrial } from '../../nodes/StripeTrial/StripeTrial.node.ts';
import type { Exchange } from '../../sandbox/kernel/http.ts';
import { stripeSecretKey } from '../../sandbox/secrets.ts';
import { createStripeStandIn, type StripeStandIn } from '../../sandbox/stripe/index.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { executeNode, type ItemParams } from '../support/execute-node.ts';
import { useTemporaryUserFolder } from '../support/user-folder.ts';

const PRICE = 'price_boards_pro_monthly';
const DAY_MS = 86_400_000;

useTemporaryUserFolder();

let standIn: StripeStandIn;
let baseUrl: string;
let calls: Exchange[];

beforeEach(async () => {
	standIn = underContract(
		STRIPE,
		createStripeStandIn({ settings: { searchLagSeconds: 0, rateLimits: false } }),
	);
	baseUrl = await standIn.listen();
	calls = [];
	standIn.observe((exchange) => void calls.push(exchange));
});

afterEach(async () => {
	// A fault that struck nothing means that the test did not test it.
	expect(standIn.faults.pending()).toEqual([]);
	await standIn.close();
});

interface Options {
	readonly continueOnFail?: boolean;
	readonly key?: string;
}

async function run(
	items: ItemParams[],
	{ continueOnFail = false, key = stripeSecretKey }: Options = {},
) {
	const rows = await executeNode(new StripeTrial(), {
		items,
		credential: { baseUrl, secretKey: key },
		headers: { authorization: `Bearer ${key}` },
		continueOnFail,
	});
	return rows.map(({ json }) => json);
}

const start = (email: string, more: ItemParams = {}): ItemParams => ({
	resource: 'trial',
	operation: 'start',
	email,
	accountId: '',
	priceId: { __rl: true, mode: 'id', value: PRICE },
	lengthBy: 'days',
	trialDays: 14,
	withoutPaymentMethod: 'pause',
	additionalFields: {},
	metadata: {},
	...more,
});

const get = (trial: unknown): ItemParams => ({
	resource: 'trial',
	operation: 'get',
	trial: { __rl: true, mode: 'id', value: trial },
});

const check = (email: string, rules: ItemParams = {}): ItemParams => ({
	resource: 'trial',
	operation: 'checkEligibility',
	email,
	accountId: '',
	rules,
});

const routes = () => calls.map(({ route }) => route);

async function stripe(method: string, path: string, body?: Record<string, string>) {
	const reply = await fetch(`${baseUrl}/v1/${path}`, {
		method,
		headers: { authorization: `Bearer ${stripeSecretKey}` },
		...(body ? { body: new URLSearchParams(body) } : {}),
	});
	if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`);
	return (await reply.json()) as Record<string, unknown> & { data: Array<Record<string, unknown>> };
}

const countOf = async (path: string) => (await stripe('GET', path)).data.length;

describe('Trial > Start', () => {
	it('starts trials without a card for two people', async () => {
		const rows = await run([
			start('ada@example.com', { additionalFields: { name: 'Ada' } }),
			start('bob@example.com', { accountId: 'acct_bob', trialDays: 30 }),
		]);
		expect(rows).toMatchObject([
			{ email: 'ada@example.com', name: 'Ada', daysLeft: 14, isNew: true },
			{ accountId: 'acct_bob', daysLeft: 30, isNew: true },
		]);
		for (const row of rows) {
			expect(row).toMatchObject({
				stage: 'trialing',
				status: 'trialing',
				cardOnFile: false,
				atTrialEnd: 'pauses',
				priceId: PRICE,
				mode: 'test',
			});
		}
	});

	it('costs at most 4 calls for a new customer and 2 when repeated', async () => {
		const ada = start('ada@example.com', { additionalFields: { name: 'Ada' } });
		await run([ada]);
		expect(routes()).toEqual([
			'GET /v1/customers/search',
			'POST /v1/customers',
			'POST /v1/customers/:id',
			'POST /v1/subscriptions',
		]);
		calls = [];
		await run([ada]);
		expect(routes()).toEqual(['GET /v1/customers/search', 'GET /v1/subscriptions']);
	});

	it('returns the same trial for every spelling of one address', async () => {
		const [first] = await run([start('ada@example.com')]);
		const rows = await run([start('Ada@Example.com'), start('ada+tag@example.com')]);
		for (const row of rows) {
			expect(row).toMatchObject({
				isNew: false,
				accountId: first?.['accountId'],
				subscriptionId: first?.['subscriptionId'],
				email: 'ada@example.com',
			});
		}
		expect(await countOf('customers')).toBe(1);
		expect(await countOf('subscriptions')).toBe(1);
	});

	it('gives one trial to one person in two items of one run', async () => {
		const rows = await run([start('ada@example.com'), start('ADA@example.com')]);
		expect(rows.map(({ isNew }) => isNew)).toEqual([true, false]);
		expect(await countOf('subscriptions')).toBe(1);
	});

	it('gives one trial in parallel runs', async () => {
		const runs = await Promise.all(
			Array.from({ length: 5 }, async () => await run([start('ada@example.com')])),
		);
		expect(new Set(runs.flat().map(({ subscriptionId }) => subscriptionId)).size).toBe(1);
		expect(await countOf('customers')).toBe(1);
	});

	it('recognises a repeat while the search does not see the customer yet', async () => {
		standIn.settings.searchLagSeconds = 60;
		const [first] = await run([start('ada@example.com', { additionalFields: { name: 'Ada' } })]);
		const [again] = await run([
			start('ada+x@example.com', { trialDays: 30, additionalFields: { name: 'A.' } }),
		]);
		expect(again).toMatchObject({ isNew: false, subscriptionId: first?.['subscriptionId'] });
		expect(await countOf('customers')).toBe(1);
		expect(await countOf('subscriptions')).toBe(1);
	});

	it.each([
		['pause', 'pauses'],
		['cancel', 'cancels'],
		['create_invoice', 'invoices'],
	])('without a card at the end: %s', async (withoutPaymentMethod, atTrialEnd) => {
		expect(await run([start('ada@example.com', { withoutPaymentMethod })])).toMatchObject([
			{ atTrialEnd },
		]);
	});

	it('ends at a given date', async () => {
		const trialEndsAt = new Date(Math.ceil(Date.now() / DAY_MS + 20) * DAY_MS).toISOString();
		const [row] = await run([start('ada@example.com', { lengthBy: 'date', trialEndsAt })]);
		expect(row).toMatchObject({ trialEndsAt });
	});

	it('keeps account id and metadata where the next engineer looks for them', async () => {
		const [row] = await run([
			start('ada@example.com', {
				accountId: 'acct_1',
				metadata: {
					entry: [
						{ key: 'source', value: 'form' },
						{ key: 'account_id', value: 'mine' },
					],
				},
			}),
		]);
		const subscription = await stripe('GET', `subscriptions/${String(row?.['subscriptionId'])}`);
		expect(subscription['metadata']).toEqual({ source: 'form', account_id: 'acct_1' });
	});

	it('refuses a second trial after a canceled one, unless there is a reason', async () => {
		const [first] = await run([start('ada@example.com')]);
		await stripe('DELETE', `subscriptions/${String(first?.['subscriptionId'])}`);

		const [refused] = await run([start('ada@example.com')], { continueOnFail: true });
		expect(refused).toMatchObject({
			error: { code: 'had_trial', hint: expect.stringContaining('Allow Another Trial') as string },
		});
		expect(await countOf('subscriptions?status=all')).toBe(1);

		const again = start('ada@example.com', {
			additionalFields: { overrideReason: 'agreed with sales' },
		});
		const [second] = await run([again]);
		expect(second).toMatchObject({ isNew: true, customerId: first?.['customerId'] });
		expect(await run([again])).toMatchObject([
			{ isNew: false, subscriptionId: second?.['subscriptionId'] },
		]);
	});

	it('finishes what a failure in the middle left undone', async () => {
		standIn.faults.add({ route: 'POST /v1/subscriptions', kind: 'status', status: 402 });
		const [failed] = await run([start('ada@example.com')], { continueOnFail: true });
		expect(failed).toHaveProperty('error');
		expect(await run([start('ada@example.com')])).toMatchObject([
			{ isNew: true, status: 'trialing' },
		]);
		expect(await countOf('customers')).toBe(1);
	});

	it.each(['cut', 'status'] as const)(
		'starts one trial although the answer is lost: %s',
		async (kind) => {
			standIn.faults.add({ route: 'POST /v1/subscriptions', kind, status: 500, moment: 'after' });
			expect(await run([start('ada@example.com')])).toMatchObject([{ status: 'trialing' }]);
			expect(await countOf('subscriptions')).toBe(1);
		},
	);

	it('waits out a limit', async () => {
		standIn.faults.add({ route: 'POST /v1/customers', kind: 'status', status: 429, times: 2 });
		expect(await run([start('ada@example.com')])).toMatchObject([{ isNew: true }]);
	});

	it.each([
		['a malformed e-mail', { email: 'ada@' }, 'The e-mail is malformed'],
		['no e-mail', { email: '' }, 'The e-mail is empty'],
		['zero days', { trialDays: 0 }, 'A trial lasts 1 to 730 whole days, not 0'],
		['731 days', { trialDays: 731 }, 'A trial lasts 1 to 730 whole days, not 731'],
		[
			'a date in the past',
			{ lengthBy: 'date', trialEndsAt: '2020-01-01' },
			'A trial must end in the future',
		],
		['no date', { lengthBy: 'date', trialEndsAt: 'soon' }, '"End Date" is not a date'],
		['no price', { priceId: { mode: 'list', value: '' } }, '"Price" is empty'],
		['a quote in the account id', { accountId: 'a"b' }, 'The account ID is malformed'],
	])('refuses %s before Stripe is asked', async (_name, wrong, message) => {
		const rows = await run([start('ada@example.com', wrong), start('bob@example.com')], {
			continueOnFail: true,
		});
		expect(rows).toMatchObject([
			{ error: { message: expect.stringContaining(message) as string } },
			{ isNew: true, email: 'bob@example.com' },
		]);
		expect(await countOf('customers')).toBe(1);
	});

	it('explains an unknown price, and starts when it is mended', async () => {
		const wrong = start('ada@example.com', { priceId: { mode: 'id', value: 'price_unknown' } });
		await expect(run([start('bob@example.com'), wrong])).rejects.toMatchObject({
			message: expect.stringMatching(/^Stripe: .*price_unknown.* \[item 1\]$/) as string,
			description: expect.stringContaining('Stripe does not know this price') as string,
		});
		expect(await run([start('ada@example.com')])).toMatchObject([{ isNew: true }]);
	});

	it('explains a wrong key without showing it', async () => {
		const key = 'sk_test_wrong0000000000000000';
		standIn.keys.revoke(key);
		const [row] = await run([start('ada@example.com')], { continueOnFail: true, key });
		expect(row).toMatchObject({
			error: { httpCode: 401, hint: expect.stringContaining('credential') as string },
		});
		expect(JSON.stringify(row)).not.toMatch(/sk_test_\w/);
	});

	it('names a missing permission of a restricted key', async () => {
		const key = 'rk_test_narrow0000000000000000';
		standIn.keys.restrict(key, ['subscription_write']);
		const [row] = await run([start('ada@example.com')], { continueOnFail: true, key });
		expect(row).toMatchObject({
			error: { httpCode: 403, hint: expect.stringContaining('lacks a permission') as string },
		});
		expect(JSON.stringify(row)).not.toMatch(/rk_test_\w/);
	});
});

describe('Trial > Get', () => {
	it.each(['subscriptionId', 'customerId', 'accountId', 'email'])(
		'finds a trial by %s',
		async (field) => {
			const [started] = await run([start('ada@example.com')]);
			const [row] = await run([get(started?.[field])]);
			expect(row).toMatchObject({
				subscriptionId: started?.['subscriptionId'],
				stage: 'trialing',
				daysLeft: 14,
				atTrialEnd: 'pauses',
			});
		},
	);

	it('finds by e-mail what the search does not see yet', async () => {
		standIn.settings.searchLagSeconds = 60;
		await run([start('ada@example.com')]);
		expect(await run([get('ada@example.com')])).toMatchObject([{ stage: 'trialing' }]);
	});

	it('names the item that Stripe does not know and goes on', async () => {
		await run([start('ada@example.com')]);
		const rows = await run([get('acct_404'), get('sub_404'), get(''), get('ada@example.com')], {
			continueOnFail: true,
		});
		expect(rows).toMatchObject([
			{ error: { message: 'Stripe has no subscription for "acct_404"', httpCode: 404 } },
			{ error: { code: 'resource_missing', httpCode: 404 } },
			{ error: { message: '"Trial" is empty' } },
			{ stage: 'trialing' },
		]);
	});
});

describe('Trial > Check Eligibility', () => {
	it('says yes to a new person and derives the account id', async () => {
		const [row] = await run([check('Ada+x@Example.com')]);
		expect(row).toMatchObject({
			eligible: true,
			reason: 'new',
			canonicalEmail: 'ada@example.com',
			accountId: expect.stringMatching(/^acct_[0-9a-f]{20}$/) as string,
			customerId: null,
			previousTrials: [],
		});
		expect(await countOf('customers')).toBe(0);
	});

	it('tells a running trial from one that was used, and knows the rules', async () => {
		const [ada] = await run([start('ada@example.com')]);
		expect(await run([check('ADA@example.com')])).toMatchObject([
			{
				eligible: false,
				reason: 'trialing',
				accountId: ada?.['accountId'],
				runningTrial: { subscriptionId: ada?.['subscriptionId'] },
			},
		]);
		await stripe('DELETE', `subscriptions/${String(ada?.['subscriptionId'])}`);
		const rows = await run([
			check('ada@example.com'),
			check('ada@example.com', { overrideReason: 'sales' }),
			check('bob@spam.example', { blockedDomains: 'spam.example' }),
		]);
		expect(rows.map(({ eligible, reason }) => [eligible, reason])).toEqual([
			[false, 'had_trial'],
			[true, 'overridden'],
			[false, 'blocked_domain'],
		]);
	});
});

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
		const rows = await run([
			customer('ada@example.com', { name: 'Ada' }),
			customer('bob@example.com'),
		]);
		expect(rows).toMatchObject([{ name: 'Ada', isNew: true }, { isNew: true }]);
		calls = [];
		await run([customer('ada@example.com', { name: 'Ada' })]);
		expect(routes()).toEqual(['GET /v1/customers/search']);
		const [row] = await run([customer('ada@example.com', { language: 'hu' })]);
		expect(row).toMatchObject({ name: 'Ada', language: 'hu', isNew: false });
	});
});
