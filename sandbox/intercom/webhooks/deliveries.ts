import { createHmac, randomUUID } from 'node:crypto';
import { createRandom } from '../../kernel/faults.ts';
import { createTimers } from '../../kernel/timers.ts';
import { postWebhook, stateAfter, type DeliveryState } from '../../kernel/webhooks.ts';
import type { Settings } from '../settings.ts';

/** Where notifications go, as an operator sets it in the Developer Hub: there is no API for it. */
export interface Subscription {
	readonly url: string;
	/** Topics to tell about; all of them when left out. */
	readonly topics?: readonly string[];
}

export interface Delivery {
	readonly id: string;
	readonly topic: string;
	readonly item: unknown;
	readonly state: DeliveryState;
	/** The status of each try; 0 where no answer came. Repeats and forgeries are no tries. */
	readonly tries: readonly number[];
}

export interface Deliveries {
	subscribe(subscription: Subscription | undefined): void;
	notify(topic: string, item: unknown, createdAt: number): void;
	/** Sends a notification again under the same id, as Intercom may. */
	repeat(id: string): boolean;
	subscription(): Subscription | undefined;
	all(): readonly Delivery[];
	/** Forgets everything and stops what waits. */
	clear(): void;
}

/**
 * Signed notifications: HMAC-SHA1 over the raw body with the app's client secret, without any time in it.
 * https://developers.intercom.com/docs/references/webhooks/webhook-models#signed-notifications
 */
export function createDeliveries(options: {
	readonly appId: string;
	readonly clientSecret: string;
	readonly settings: Readonly<Settings>;
}): Deliveries {
	const { settings } = options;
	const deliveries = new Map<string, Delivery>();
	const bodies = new Map<string, (attempt: number) => string>();
	const timers = createTimers();
	const random = createRandom(7);
	let subscription: Subscription | undefined;

	async function attempt(id: string) {
		const status = await send(id, options.clientSecret);
		const delivery = deliveries.get(id);
		// Cleared while the request was under way.
		if (!delivery) return;
		// 410 means that nobody wants notifications any more.
		if (status === 410) subscription = undefined;
		const wait = settings.webhookRetryDelaysMs[delivery.tries.length];
		const state = stateAfter(status, wait !== undefined && status !== 410);
		deliveries.set(id, { ...delivery, tries: [...delivery.tries, status], state });
		if (state === 'pending' && wait !== undefined) timers.after(wait, () => void attempt(id));
	}

	async function send(id: string, secret: string): Promise<number> {
		const url = subscription?.url;
		const body = bodies.get(id)?.((deliveries.get(id)?.tries.length ?? 0) + 1);
		if (url === undefined || body === undefined) return 0;
		return await postWebhook(url, body, {
			accept: 'application/json',
			'user-agent': 'intercom-parrot-service-client/1.0',
			'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
		});
	}

	return {
		subscribe: (next) => void (subscription = next),
		subscription: () => subscription,
		notify(topic, item, createdAt) {
			if (!subscription) return;
			if (subscription.topics && !subscription.topics.includes(topic)) return;
			const id = `notif_${randomUUID()}`;
			// The item is what it was when it happened, however late it is sent.
			const frozen = JSON.stringify(item);
			deliveries.set(id, { id, topic, item: JSON.parse(frozen), state: 'pending', tries: [] });
			bodies.set(id, (attemptNumber) =>
				JSON.stringify({
					type: 'notification_event',
					app_id: options.appId,
					data: { type: 'notification_event_data', item: JSON.parse(frozen) as unknown },
					links: {},
					id,
					topic,
					delivery_status: 'pending',
					delivery_attempts: attemptNumber,
					delivered_at: 0,
					first_sent_at: createdAt,
					created_at: createdAt,
					self: null,
				}),
			);
			const [fixed, spread] = settings.webhookDelayMs;
			if (settings.webhookForgeries)
				timers.after(fixed, () => void send(id, 'not-the-client-secret'));
			timers.after(fixed + random() * spread, () => void attempt(id));
			for (let repeat = 0; repeat < settings.webhookRepeats; repeat += 1) {
				timers.after(fixed + random() * spread, () => void send(id, options.clientSecret));
			}
		},
		repeat(id) {
			if (!deliveries.has(id)) return false;
			timers.after(0, () => void send(id, options.clientSecret));
			return true;
		},
		all: () => [...deliveries.values()],
		clear() {
			timers.clear();
			deliveries.clear();
			bodies.clear();
		},
	};
}
