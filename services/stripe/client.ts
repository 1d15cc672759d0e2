import type Stripe from 'stripe';
import type { CredentialMemory } from '../n8n/credential-memory.ts';
import { fetchWith, type Fetch, type HttpContext } from '../n8n/fetch.ts';
import { sharedRateBudget, withinBudget } from '../n8n/rate-budget.ts';
import { withRetries, type MayRepeat } from '../n8n/retry.ts';
import { budgetKeyOf, endpointOf, rateLimitsOf } from './rate-limits.ts';

/** The API version whose shapes this package reads and writes; sent with every request. */
export const STRIPE_API_VERSION = '2026-10-28.endive';
export const STRIPE_BASE_URL = 'https://api.stripe.com';

/** The credential `stripeTrialApi`. The key is looked at, never sent from here: n8n applies it. */
export interface StripeCredential {
	readonly secretKey: string;
	readonly baseUrl?: string;
	readonly connectedAccount?: string;
	/** What Stripe allows this account; 0 or absent for Stripe's defaults. */
	readonly requestsPerSecond?: number;
	readonly requestsPerEndpoint?: number;
}

/** A key of a form that is not known counts as live: it must not slip past "Test Mode Only". https://docs.stripe.com/keys */
export function modeOfKey({ secretKey }: Pick<StripeCredential, 'secretKey'>): 'live' | 'test' {
	return /^[a-z]+(?:_org)?_test_/.test(secretKey) ? 'test' : 'live';
}

// Above the sum of our own attempts, so that the SDK's clock never cuts a retry short.
const SDK_TIMEOUT_MS = 200_000;

/** The SDK over n8n's HTTP helper. The retry policy is ours alone: the SDK's never covers 429. */
export async function connectStripe(
	context: HttpContext,
	credential: StripeCredential,
	memory?: CredentialMemory<StripeCredential>,
): Promise<Stripe> {
	const budget = sharedRateBudget(budgetKeyOf(credential), rateLimitsOf(credential));
	const fetch = withinBudget(fetchWith(context, 'stripeTrialApi', memory), budget, endpointOf);
	return await stripeOver(fetch, credential);
}

/** The SDK over any `fetch`. */
export async function stripeOver(fetch: Fetch, credential: StripeCredential): Promise<Stripe> {
	const { Stripe: StripeSdk } = await import('./sdk.ts');
	const base = new URL(credential.baseUrl || STRIPE_BASE_URL);
	const protocol = base.protocol === 'http:' ? 'http' : 'https';
	return new StripeSdk('applied-by-n8n', {
		apiVersion: STRIPE_API_VERSION,
		httpClient: StripeSdk.createFetchHttpClient(withErrorBodies(withRetries(fetch, mayRepeat))),
		maxNetworkRetries: 0,
		timeout: SDK_TIMEOUT_MS,
		telemetry: false,
		host: base.hostname,
		port: base.port || (protocol === 'http' ? 80 : 443),
		protocol,
		...(credential.connectedAccount ? { stripeAccount: credential.connectedAccount } : {}),
	});
}

/**
 * Reads may always be repeated, writes because each carries an idempotency key that the repeat keeps.
 * 409 is a lock or a key still in use. https://docs.stripe.com/error-low-level
 */
const mayRepeat: MayRepeat = (_request, reply) => {
	if (!reply) return true;
	const advice = reply.headers.get('stripe-should-retry');
	if (advice === 'false') return false;
	return advice === 'true' || [409, 429].includes(reply.status) || reply.status >= 500;
};

/** The SDK takes an error page without Stripe's `error` object for a success; here it gets one. */
function withErrorBodies(fetch: Fetch): Fetch {
	return async (url, init) => {
		const reply = await fetch(url, init);
		if (reply.ok || (await hasErrorObject(reply.clone()))) return reply;
		const message = `The answer (HTTP ${reply.status}) is not from Stripe`;
		return Response.json({ error: { type: 'api_error', message } }, { status: reply.status });
	};
}

async function hasErrorObject(reply: Response): Promise<boolean> {
	try {
		const body: unknown = await reply.json();
		return typeof body === 'object' && body !== null && 'error' in body;
	} catch {
		return false;
	}
}
