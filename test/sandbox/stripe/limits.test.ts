import { startStripe, type Harness } from './harness.ts';

describe('rate limits of the Stripe stand-in', () => {
	let harness: Harness;

	beforeEach(async () => {
		harness = await startStripe({ settings: { rateLimits: true } });
	});
	afterEach(async () => await harness.close());

	const burst = async (count: number, path: (turn: number) => string, key: string) => {
		const headers = { authorization: `Bearer ${key}` };
		const answers = await Promise.all(
			Array.from({ length: count }, async (_, turn) => {
				const response = await fetch(`${harness.url}${path(turn)}`, { headers });
				return { status: response.status, json: (await response.json()) as { error?: object } };
			}),
		);
		return { answers, refused: answers.filter(({ status }) => status === 429) };
	};

	it('refuse more than 25 a second of one endpoint, in words the SDK knows', async () => {
		const { refused } = await burst(40, () => '/v1/customers', 'sk_live_1');
		expect(refused).toHaveLength(15);
		expect(refused[0]?.json.error).toMatchObject({
			type: 'invalid_request_error',
			code: 'rate_limit',
		});
		await expect(harness.stripe.customers.list()).resolves.toBeDefined();
	});

	it('refuse more than 25 a second of all in test mode', async () => {
		const paths = ['/v1/customers', '/v1/prices', '/v1/products'];
		const { refused } = await burst(45, (turn) => paths[turn % 3] ?? '', 'sk_test_1');
		expect(refused).toHaveLength(20);
	});

	it('are what the account was granted', async () => {
		await harness.control('settings', { requestsPerSecond: 30, requestsPerEndpoint: 30 });
		const { refused } = await burst(40, () => '/v1/customers', 'sk_test_1');
		expect(refused).toHaveLength(10);
	});

	it('can be switched off', async () => {
		await harness.control('settings', { rateLimits: false });
		const { refused } = await burst(60, () => '/v1/customers', 'sk_test_1');
		expect(refused).toEqual([]);
	});
});
