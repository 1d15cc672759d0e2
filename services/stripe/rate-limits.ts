import { createHash } from 'node:crypto';
import type { RateLimits } from '../n8n/rate-budget.ts';
import { modeOfKey, type StripeCredential } from './client.ts';

/** https://docs.stripe.com/rate-limits: operations per second of an account, by the mode of the key. */
const PER_SECOND = { live: 100, test: 25 } as const;
const PER_ENDPOINT = 25;
const PER_SEARCH = 20;

/** Stripe's defaults, or what the operator was granted. */
export function rateLimitsOf(credential: StripeCredential): RateLimits {
	const perSecond = credential.requestsPerSecond || PER_SECOND[modeOfKey(credential)];
	const granted = credential.requestsPerEndpoint || undefined;
	return {
		perSecond,
		perEndpoint: (endpoint) =>
			granted ?? (endpoint.endsWith('/search') ? PER_SEARCH : PER_ENDPOINT),
	};
}

/** Stripe counts per account: one budget per key, host and connected account. The key itself is not kept. */
export function budgetKeyOf(credential: StripeCredential): string {
	const { secretKey, baseUrl, connectedAccount, ...limits } = credential;
	const identity = [secretKey, baseUrl, connectedAccount, JSON.stringify(limits)].join(' ');
	return createHash('sha256').update(identity).digest('hex');
}

/** `POST /v1/customers/cus_123` counts for `POST /v1/customers/:id`. */
export function endpointOf(method: string, path: string): string {
	const segments = path.split('/').map((segment) => (isId(segment) ? ':id' : segment));
	return `${method} ${segments.join('/')}`;
}

/** A prefix and a random part, in which capitals or digits tell it from `test_clocks`. */
function isId(segment: string): boolean {
	return /^[a-z]+_(?=.*[A-Z0-9])/.test(segment);
}
