/** What an account holder chooses at Intercom, and the switches that only a sandbox has. */
export interface Settings {
	/** How long the messages API does not know a new contact; Intercom names no bound. */
	messageableAfterMs: number;
	/** Until a write can be found by search; "a few minutes" at Intercom. */
	searchLagMs: number;
	/** Refuse more requests than the quota allows. */
	rateLimits: boolean;
	/** Calls that one app may make; spread over windows of 10 seconds. */
	requestsPerMinute: number;
	/** The calendar in which search compares dates. */
	timeZone: string;
	/** Waits before the next tries of a notification that was not answered with 2xx; Intercom tries once more after a minute. */
	webhookRetryDelaysMs: readonly number[];
	/** How often each notification is sent although it was answered. */
	webhookRepeats: number;
	/** Waits before each notification is sent; the second number is a random part, which disorders them. */
	webhookDelayMs: readonly [fixed: number, random: number];
	/** Before each notification comes one with a wrong signature. */
	webhookForgeries: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
	messageableAfterMs: 250,
	searchLagMs: 2_000,
	rateLimits: true,
	requestsPerMinute: 10_000,
	timeZone: 'UTC',
	webhookRetryDelaysMs: [60_000],
	webhookRepeats: 0,
	webhookDelayMs: [0, 0],
	webhookForgeries: false,
};
