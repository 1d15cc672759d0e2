import type Stripe from 'stripe';

/** https://docs.stripe.com/webhooks#replay-attacks */
const TOLERANCE_S = 300;

export interface SignedDelivery {
	/** As it came over the wire: any other spelling of the same JSON has another signature. */
	readonly body: Buffer;
	readonly signature: string | undefined;
	readonly receivedAt: Date;
}

export type Verdict =
	| { readonly isGenuine: true; readonly event: Stripe.Event }
	| { readonly isGenuine: false; readonly httpCode: 400 | 401; readonly reason: string };

/**
 * Whether Stripe sent this, and lately. Any of our secrets may match any of its signatures: while a secret is
 * being rolled there are two of each. Without a secret nothing is genuine.
 * https://docs.stripe.com/webhooks#verify-official-libraries
 */
export async function verifyDelivery(
	{ body, signature, receivedAt }: SignedDelivery,
	secrets: readonly string[],
): Promise<Verdict> {
	if (signature === undefined) return refused(400, 'The request has no Stripe-Signature header');
	const usable = secrets.filter((secret) => secret.trim() !== '');
	if (usable.length === 0) return refused(401, 'No signing secret is known for this endpoint');
	if (isFromTheFuture(signature, receivedAt)) {
		return refused(401, 'The timestamp of the signature lies in the future');
	}
	const { Stripe: StripeSdk } = await import('./sdk.ts');
	for (const secret of usable) {
		try {
			const event = StripeSdk.webhooks.constructEvent(
				body,
				signature,
				secret,
				TOLERANCE_S,
				undefined,
				receivedAt.getTime(),
			);
			return isEvent(event)
				? { isGenuine: true, event }
				: refused(400, 'The body is not a Stripe event');
		} catch (error) {
			// Another secret may fit; what is not JSON stays so.
			if (!(error instanceof StripeSdk.errors.StripeSignatureVerificationError)) {
				return refused(400, 'The body is not a Stripe event');
			}
		}
	}
	return refused(401, 'No signature matches, or it is older than 5 minutes');
}

/** The SDK looks at the age alone. */
function isFromTheFuture(signature: string, receivedAt: Date): boolean {
	const timestamp = Number(/(?:^|,)\s*t=(\d+)/.exec(signature)?.[1] ?? Number.NaN);
	return timestamp - receivedAt.getTime() / 1000 > TOLERANCE_S;
}

function isEvent(value: unknown): boolean {
	return (
		typeof value === 'object' &&
		value !== null &&
		'object' in value &&
		value.object === 'event' &&
		'id' in value &&
		typeof value.id === 'string' &&
		'data' in value
	);
}

function refused(httpCode: 400 | 401, reason: string): Verdict {
	return { isGenuine: false, httpCode, reason };
}
