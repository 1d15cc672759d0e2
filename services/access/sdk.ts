/** The border of the lazily loaded chunk: nothing but the SDK, loaded on the first call. */
export { Webhook, WebhookVerificationError } from 'standardwebhooks';
