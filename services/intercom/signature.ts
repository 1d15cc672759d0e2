import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether Intercom sent this: the header holds the HMAC-SHA1 of the raw body with the app's client secret.
 * Nothing is genuine without a secret. There is no time in it, so a repetition is known by its id alone.
 * https://developers.intercom.com/docs/webhooks/webhook-notifications
 */
export function isSignedByIntercom(
	body: Buffer,
	signature: string | undefined,
	clientSecret: string | undefined,
): boolean {
	if (!clientSecret || signature === undefined) return false;
	const expected = `sha1=${createHmac('sha1', clientSecret).update(body).digest('hex')}`;
	const [one, other] = [Buffer.from(expected), Buffer.from(signature.trim())];
	return one.length === other.length && timingSafeEqual(one, other);
}
