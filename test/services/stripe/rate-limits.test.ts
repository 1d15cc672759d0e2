import { budgetKeyOf, endpointOf, rateLimitsOf } from '../../../services/stripe/rate-limits.ts';

describe("Stripe's limits", () => {
	it.each([
		['sk_live_1', {}, 100, 25, 20],
		['rk_test_1', {}, 25, 25, 20],
		['sk_org_live_1', {}, 100, 25, 20],
		['sk_org_test_1', {}, 25, 25, 20],
		['sk_test_1', { requestsPerSecond: 0, requestsPerEndpoint: 0 }, 25, 25, 20],
		['sk_test_1', { requestsPerSecond: 200, requestsPerEndpoint: 80 }, 200, 80, 80],
	])('%s %j', (secretKey, granted, perSecond, perEndpoint, perSearch) => {
		const limits = rateLimitsOf({ secretKey, ...granted });
		expect(limits.perSecond).toBe(perSecond);
		expect(limits.perEndpoint('POST /v1/customers')).toBe(perEndpoint);
		expect(limits.perEndpoint('GET /v1/customers/search')).toBe(perSearch);
	});

	it.each([
		['/v1/customers/cus_NffrFeUfNV2Hib', 'GET /v1/customers/:id'],
		['/v1/customers/search', 'GET /v1/customers/search'],
		[
			'/v1/test_helpers/test_clocks/clock_1Abc/advance',
			'GET /v1/test_helpers/test_clocks/:id/advance',
		],
	])('counts %s for %s', (path, endpoint) => {
		expect(endpointOf('GET', path)).toBe(endpoint);
	});

	it('counts per key and connected account, and keeps no key', () => {
		const keys = [
			{ secretKey: 'sk_test_1' },
			{ secretKey: 'sk_test_2' },
			{ secretKey: 'sk_test_1', connectedAccount: 'acct_1' },
		].map(budgetKeyOf);
		expect(new Set(keys).size).toBe(3);
		expect(keys.join()).not.toContain('sk_test');
	});
});
