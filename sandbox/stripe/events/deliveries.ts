import type { Table } from '../../kernel/table.ts';
import { createTimers } from '../../kernel/timers.ts';
import type { Settings } from '../settings.ts';
import type { Seconds } from '../state/stored.ts';
import type { StripeEvent } from './log.ts';
import type { WebhookEndpoint } from '../resources/webhook-endpoints.ts';
import { signatureHeader } from './signature.ts';

/** One event on its way to one endpoint. */
export interface Delivery {
	readonly id: string;
	readonly event: string;
	readonly type: string;
	readonly endpoint: string;
	readonly kind: 'genuine' | 'repeat' | 'forged';
	readonly attempts: readonly Attempt[];
	readonly state: 'waiting' | 'delivered' | 'failed';
	/** When it is tried next, in the sandbox's time; null when it will not be. */
	readonly nextAt: Seconds | null;
}

interface Attempt {
	readonly at: Seconds;
	/** The endpoint's answer, or why there was none. */
	readonly answer: number | string;
}

export interface Deliveries {
	/** Sends the event to every endpoint that asked for it, with whatever the switches add. */
	dispatch(event: StripeEvent): void;
	/** Sends a stored event once more to an endpoint, as the dashboard can. */
	resend(event: StripeEvent, endpointId?: string): void;
	all(): readonly Delivery[];
	/** Looks again at what is due: the sandbox's time has moved. */
	wake(): void;
	/** Resolves when nothing is on its way and nothing is due. */
	idle(): Promise<void>;
	close(): void;
}

export interface DeliveriesOptions {
	readonly endpoints: Table<WebhookEndpoint>;
	readonly events: Table<StripeEvent>;
	readonly settings: Settings;
	readonly livemode: boolean;
	readonly isConnected: boolean;
	readonly newId: (prefix: string) => string;
	readonly random: () => number;
	/** The sandbox's time, in which retries wait. */
	readonly now: () => Seconds;
	/** The real time, which signatures carry. */
	readonly realNow: () => Seconds;
}

/** Sandbox: three tries over a few hours. Live: up to three days, ever more slowly. https://docs.stripe.com/webhooks */
const RETRY_DELAYS = {
	test: [10 * 60, 60 * 60, 3 * 60 * 60],
	live: [
		5 * 60,
		30 * 60,
		2 * 3600,
		5 * 3600,
		10 * 3600,
		10 * 3600,
		12 * 3600,
		12 * 3600,
		20 * 3600,
	],
};

const PATIENCE_MS = 20_000;
const AT_ONCE = 50;

export function createDeliveries(options: DeliveriesOptions): Deliveries {
	const { settings, random } = options;
	const deliveries = new Map<string, Delivery>();
	const timers = createTimers();
	const queue: string[] = [];
	const underWay = new Set<string>();
	let closed = false;
	let waiters: Array<() => void> = [];

	const isWanted = (endpoint: WebhookEndpoint, event: StripeEvent) =>
		endpoint.status === 'enabled' &&
		endpoint.hidden.isConnect === options.isConnected &&
		(endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(event.type));

	function dispatch(event: StripeEvent) {
		const wanting = [...options.endpoints.newestFirst()].filter((one) => isWanted(one, event));
		for (const endpoint of wanting) {
			const { webhookRepeats: repeats, webhookForgeries: forgeries } = settings;
			send(event, endpoint, 'genuine');
			if (random() < repeats) send(event, endpoint, 'repeat');
			if (random() < forgeries) send(event, endpoint, 'forged');
		}
	}

	function send(event: StripeEvent, endpoint: WebhookEndpoint, kind: Delivery['kind']) {
		const delivery: Delivery = {
			id: options.newId('dlv'),
			event: event.id,
			type: event.type,
			endpoint: endpoint.id,
			kind,
			attempts: [],
			state: 'waiting',
			nextAt: options.now(),
		};
		deliveries.set(delivery.id, delivery);
		if (kind === 'genuine') count(event.id, 1);
		after(delayOf(kind), delivery.id);
	}

	/** What the switches ask for: a pause before each delivery, a spread that lets them overtake each other. */
	function delayOf(kind: Delivery['kind']): number {
		const { webhookDelayMs: fixed, webhookDisorderMs: spread } = settings;
		return fixed + random() * spread + (kind === 'genuine' ? 0 : random() * 50);
	}

	function after(milliseconds: number, id: string) {
		if (milliseconds < 1) {
			queue.push(id);
			queueMicrotask(pump);
			return;
		}
		timers.after(milliseconds, () => {
			queue.push(id);
			pump();
		});
	}

	function pump() {
		while (!closed && underWay.size < AT_ONCE) {
			const id = queue.shift();
			if (id === undefined) break;
			// A retry can be woken and come due by itself at once.
			if (underWay.has(id) || !isDue(id)) continue;
			underWay.add(id);
			void attempt(id).finally(() => {
				underWay.delete(id);
				pump();
				tellIfIdle();
			});
		}
		tellIfIdle();
	}

	function isDue(id: string) {
		const { state, nextAt } = deliveries.get(id) ?? {};
		return state === 'waiting' && nextAt !== undefined && (nextAt ?? Infinity) <= options.now();
	}

	async function attempt(id: string) {
		const delivery = deliveries.get(id);
		const event = options.events.get(delivery?.event ?? '');
		const endpoint = options.endpoints.get(delivery?.endpoint ?? '');
		if (!delivery || !event) return;
		if (!endpoint) {
			deliveries.set(id, { ...delivery, state: 'failed', nextAt: null });
			return;
		}
		const answer = await post(endpoint, event, delivery.kind);
		const attempts = [...delivery.attempts, { at: options.now(), answer }];
		const delivered = typeof answer === 'number' && answer >= 200 && answer < 300;
		if (delivered) {
			deliveries.set(id, { ...delivery, attempts, state: 'delivered', nextAt: null });
			if (delivery.kind === 'genuine') count(event.id, -1);
			return;
		}
		const wait = retryDelays()[attempts.length - 1];
		// What nobody would send again is not sent again.
		const isOver = wait === undefined || delivery.kind !== 'genuine';
		deliveries.set(id, {
			...delivery,
			attempts,
			state: isOver ? 'failed' : 'waiting',
			nextAt: isOver ? null : options.now() + wait,
		});
		if (!isOver) after(wait * 1000, id);
	}

	function retryDelays(): readonly number[] {
		return settings.webhookRetrySeconds ?? RETRY_DELAYS[options.livemode ? 'live' : 'test'];
	}

	async function post(
		endpoint: WebhookEndpoint,
		event: StripeEvent,
		kind: Delivery['kind'],
	): Promise<number | string> {
		const url = new URL(endpoint.url);
		if (!isLoopback(url))
			return `${url.hostname} is not this machine: the sandbox sends nowhere else`;
		const now = options.realNow();
		const body = JSON.stringify(kind === 'forged' ? forge(event) : event, null, 2);
		const { secret, rolled } = endpoint.hidden;
		const secrets = [secret, ...(rolled && rolled.until > options.now() ? [rolled.secret] : [])];
		const forgers = ['whsec_forged'];
		try {
			const response = await fetch(url, {
				method: 'POST',
				body,
				headers: {
					'content-type': 'application/json; charset=utf-8',
					'stripe-signature': signatureHeader(body, kind === 'forged' ? forgers : secrets, now),
					'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
				},
				// A redirect is not an answer: Stripe counts it as a failure.
				redirect: 'manual',
				signal: AbortSignal.timeout(PATIENCE_MS),
			});
			await response.body?.cancel();
			return response.status;
		} catch (error) {
			return (error as Error).message;
		}
	}

	/** `pending_webhooks`: how many endpoints still have to take the event. */
	function count(eventId: string, change: 1 | -1) {
		const event = options.events.get(eventId);
		if (!event) return;
		options.events.put({ ...event, pending_webhooks: event.pending_webhooks + change });
	}

	function isIdle() {
		return underWay.size === 0 && queue.length === 0 && timersDue() === 0;
	}

	/** Deliveries that wait for a switch's delay; retries hours away keep nobody waiting. */
	function timersDue() {
		let due = 0;
		for (const id of deliveries.keys()) if (isDue(id)) due += 1;
		return due;
	}

	function tellIfIdle() {
		if (waiters.length === 0 || !isIdle()) return;
		for (const tell of waiters) tell();
		waiters = [];
	}

	return {
		dispatch,
		resend(event, endpointId) {
			for (const endpoint of options.endpoints.newestFirst()) {
				if (endpointId === undefined ? isWanted(endpoint, event) : endpoint.id === endpointId) {
					send(event, endpoint, 'repeat');
				}
			}
		},
		all: () => [...deliveries.values()],
		wake() {
			for (const { id, attempts } of deliveries.values()) {
				if (attempts.length > 0 && isDue(id)) queue.push(id);
			}
			pump();
		},
		idle: async () => {
			if (!closed && !isIdle()) await new Promise<void>((resolve) => waiters.push(resolve));
		},
		close() {
			closed = true;
			timers.clear();
			for (const tell of waiters) tell();
		},
	};
}

/** What a stranger would send: a real looking event, signed with a secret of their own. */
function forge(event: StripeEvent): StripeEvent {
	return { ...event, id: `${event.id.slice(0, -4)}FAKE`, livemode: event.livemode };
}

function isLoopback({ hostname }: URL): boolean {
	return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
