import { withoutAddresses } from '../addresses.ts';
import { Failure, type Explain } from '../failure.ts';

/** What the SDK's errors carry; read by shape, so that explaining does not load the SDK. */
interface StripeErrorShape {
	readonly type: string;
	readonly message: string;
	readonly statusCode?: number;
	readonly requestId?: string;
	readonly code?: string;
	readonly param?: string;
	readonly detail?: unknown;
}

/** Stripe's errors in an operator's words. https://docs.stripe.com/error-handling */
export const explainStripe: Explain = (error) => {
	if (!isStripeError(error)) return undefined;
	const original = findFailure(error.detail);
	if (original) return original;
	const said = error.message || `no reason given, HTTP ${error.statusCode ?? 'status unknown'}`;
	return new Failure(`Stripe: ${withoutAddresses(withoutKey(said))}`, {
		...optional('hint', hintFor(error)),
		...optional('httpCode', error.statusCode),
		...optional('requestId', error.requestId),
		...optional('code', error.code),
	});
};

function isStripeError(error: unknown): error is StripeErrorShape {
	return (
		error instanceof Error &&
		'type' in error &&
		typeof error.type === 'string' &&
		error.type.startsWith('Stripe')
	);
}

/** What our own transport threw travels inside the SDK's connection error. */
function findFailure(detail: unknown): Failure | undefined {
	return detail instanceof Failure ? detail : undefined;
}

function hintFor({ type, code, param, statusCode }: StripeErrorShape): string | undefined {
	switch (type) {
		case 'StripeAuthenticationError':
			return 'Check the secret key in the Stripe Trial credential: it may be mistyped, rolled or of another account.';
		case 'StripePermissionError':
			return 'The restricted key lacks a permission. The documentation of this node lists what each operation needs.';
		case 'StripeRateLimitError':
			return 'Stripe limits requests per second, and waiting did not help. Run again later or lower the load of other flows.';
		case 'StripeConnectionError':
			return 'The request may or may not have reached Stripe. Run again: a repeat completes what is missing and does nothing twice.';
		case 'StripeAPIError':
			return 'Stripe answered with an error of its own or with something unreadable. Run again: a repeat does nothing twice.';
		case 'StripeInvalidRequestError':
			if (code === 'resource_missing') {
				return `Stripe does not know this ${param?.includes('price') ? 'price' : 'id'}. Look for a typing error, and whether the id belongs to the other mode (test or live) or to another account.`;
			}
			return param ? `The parameter in question is "${param}".` : undefined;
		case 'StripeCardError':
			return 'The payment method was declined. Ask the customer for another one.';
		default:
			return statusCode === 404 ? 'Stripe does not know this object.' : undefined;
	}
}

/** Stripe quotes a masked key in "Invalid API Key provided"; not even that belongs into a log. */
function withoutKey(message: string): string {
	return message.replace(/\b(?:sk|rk|pk|whsec)_[\w*]+/g, '[key]');
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined) {
	return value === undefined ? {} : { [name]: value };
}
