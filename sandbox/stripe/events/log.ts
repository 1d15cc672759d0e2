import { createTable, type Table } from '../../kernel/table.ts';
import type { EventType } from './types.ts';
import { DAY, type Seconds } from '../state/stored.ts';

/** An event as it is stored: the object rendered in the state that it had then. */
export interface StripeEvent {
	readonly id: string;
	readonly object: 'event';
	readonly account?: string;
	readonly api_version: string;
	readonly created: Seconds;
	readonly data: { readonly object: object; readonly previous_attributes?: object };
	readonly livemode: boolean;
	readonly pending_webhooks: number;
	readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
	readonly type: EventType;
}

/** https://docs.stripe.com/api/events */
const KEPT_FOR = 30 * DAY;

export interface EventLog {
	readonly table: Table<StripeEvent, 'type'>;
	add(event: StripeEvent, recordedAt: Seconds): void;
	/** Drops what is older than Stripe keeps it. */
	prune(now: Seconds): void;
}

export function createEventLog(): EventLog {
	const table = createTable<StripeEvent, 'type'>({ type: (event) => event.type });
	/** In order of recording: the time that an event carries may be a test clock's. */
	let recorded: Array<{ id: string; at: Seconds }> = [];
	return {
		table,
		add(event, recordedAt) {
			table.put(event);
			recorded.push({ id: event.id, at: recordedAt });
		},
		prune(now) {
			const old = recorded.findIndex(({ at }) => at >= now - KEPT_FOR);
			const dropped = old < 0 ? recorded : recorded.slice(0, old);
			for (const { id } of dropped) table.delete(id);
			recorded = recorded.slice(dropped.length);
		},
	};
}

/**
 * `previous_attributes`: the old values of what changed. Inside a hash only the keys that changed are
 * named (new ones as null); an array is given whole. https://docs.stripe.com/api/events/object
 */
export function previousAttributes(
	before: Readonly<Record<string, unknown>>,
	after: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
	const previous: Record<string, unknown> = {};
	for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
		const [old, present] = [before[key] ?? null, after[key] ?? null];
		if (old === present || JSON.stringify(old) === JSON.stringify(present)) continue;
		previous[key] = isHash(old) && isHash(present) ? previousAttributes(old, present) : old;
	}
	return Object.keys(previous).length > 0 ? previous : undefined;
}

function isHash(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
