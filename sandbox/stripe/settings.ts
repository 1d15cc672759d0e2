/** What an account holder chooses in Stripe's dashboard, and the switches that only a sandbox has. */
export interface Settings {
	/** Seconds until a write can be found by search, which is not read-after-write at Stripe. */
	searchLagSeconds: number;
	/** Refuse more than Stripe's numbers of requests per second. */
	rateLimits: boolean;
	/** What the account is allowed per second in all; null for Stripe's default, by the mode of the key. */
	requestsPerSecond: number | null;
	/** What it is allowed per second at one endpoint; null for Stripe's defaults. */
	requestsPerEndpoint: number | null;
	/** Every new customer without a test clock gets one of its own, so that each can be moved alone. */
	ownClockPerCustomer: boolean;
	/** Whether an event of a test clock carries the clock's frozen time or the real one. */
	eventTime: 'simulated' | 'real';
	/** What happens to a subscription when all payment attempts have failed. */
	afterRetries: 'cancel' | 'unpaid' | 'past_due' | 'pause';
	/** Days after the first failed payment on which it is tried again. */
	retryDays: readonly number[];
	/** Days before a renewal on which `invoice.upcoming` is told. */
	upcomingInvoiceDays: number;
	/** The chance that a delivery is made twice. */
	webhookRepeats: number;
	/** The chance that a forged event comes beside a genuine one. */
	webhookForgeries: number;
	/** Milliseconds before each delivery. */
	webhookDelayMs: number;
	/** Up to this many milliseconds more, by chance: deliveries overtake each other. */
	webhookDisorderMs: number;
	/** Seconds between the tries of a delivery; null for Stripe's own pattern. */
	webhookRetrySeconds: readonly number[] | null;
	/** Milliseconds that a test clock stays in `advancing` before it starts to work. */
	advanceDelayMs: number;
}

/** Stripe recommends 8 tries in 2 weeks; its own choice of days is learned, these are fixed. */
const RETRY_DAYS = [1, 3, 5, 7, 9, 11, 13, 14];

export const DEFAULT_SETTINGS: Readonly<Settings> = {
	searchLagSeconds: 2,
	rateLimits: true,
	requestsPerSecond: null,
	requestsPerEndpoint: null,
	ownClockPerCustomer: false,
	eventTime: 'simulated',
	afterRetries: 'cancel',
	retryDays: RETRY_DAYS,
	upcomingInvoiceDays: 7,
	webhookRepeats: 0,
	webhookForgeries: 0,
	webhookDelayMs: 0,
	webhookDisorderMs: 0,
	webhookRetrySeconds: null,
	advanceDelayMs: 0,
};
