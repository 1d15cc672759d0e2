import { createHmac } from 'node:crypto';

/**
 * `Stripe-Signature` over the raw body; several secrets give several `v1`, as while one is being rolled.
 * https://docs.stripe.com/webhooks#verify-manually
 */
export function signatureHeader(
	body: string,
	secrets: readonly string[],
	timestamp: number,
): string {
	const values = secrets.map((secret) =>
		createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex'),
	);
	return [`t=${timestamp}`, ...values.map((value) => `v1=${value}`)].join(',');
}
