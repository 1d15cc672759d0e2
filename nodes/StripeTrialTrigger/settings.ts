import type { IDataObject } from 'n8n-workflow';
import { LIFECYCLE_EVENTS, type LifecycleEventName } from '../../lifecycle/events/index.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { Failure } from '../../services/failure.ts';
import { stripeTypesFor } from '../../services/stripe/event-types.ts';
import { readList, readPairs } from '../input.ts';

/** What the operator chose, read once when the trigger starts. */
export interface TriggerSettings {
	readonly workspace: string;
	/** One output each, in this order. */
	readonly events: readonly LifecycleEventName[];
	/** Stripe's own events, on one more output. */
	readonly stripeTypes: readonly string[];
	readonly isPollingOnly: boolean;
	readonly isTestModeOnly: boolean;
	readonly filter: SubscriptionFilter;
	readonly dropsStale: boolean;
	readonly pullEveryMs: number;
	readonly batchSize: number;
	readonly maxAttempts: number;
}

/** Which subscriptions are watched; an empty part leaves everything through. */
export interface SubscriptionFilter {
	readonly priceIds: readonly string[];
	readonly productIds: readonly string[];
	readonly metadata: Readonly<Record<string, string>>;
}

/** The part of n8n's contexts that every method of a trigger node has. */
export interface ParameterSource {
	getNodeParameter(name: string, fallback?: unknown): unknown;
}

const MINUTE_MS = 60_000;

export function readSettings(context: ParameterSource): TriggerSettings {
	const events = context.getNodeParameter('events', []) as string[];
	const filters = context.getNodeParameter('filters', {}) as IDataObject;
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const settings: TriggerSettings = {
		workspace: String(context.getNodeParameter('workspace', 'default')),
		events: events.filter(isLifecycleEvent),
		stripeTypes: readList(options['stripeEvents']),
		isPollingOnly: context.getNodeParameter('pollingOnly', false) === true,
		isTestModeOnly: context.getNodeParameter('testModeOnly', false) === true,
		filter: {
			priceIds: readList(filters['priceIds']),
			productIds: readList(filters['productIds']),
			metadata: readPairs(entriesOf(filters['metadata'])),
		},
		dropsStale: options['dropStale'] === true,
		pullEveryMs: numberOf(options['pullMinutes'], 1) * MINUTE_MS,
		batchSize: numberOf(options['batchSize'], 100),
		maxAttempts: numberOf(options['maxAttempts'], 10),
	};
	if (wantedTypes(settings).length > 0) return settings;
	throw new Failure('No event is chosen', {
		hint: 'Choose at least one event, or name a Stripe event in the options.',
	});
}

export function wantedTypes({ events, stripeTypes }: TriggerSettings): string[] {
	return [...new Set([...stripeTypesFor(events), ...stripeTypes])].sort();
}

export function isWatched(subscription: Subscription, filter: SubscriptionFilter): boolean {
	const { plans, metadata } = subscription;
	const { priceIds, productIds } = filter;
	return (
		(priceIds.length === 0 || plans.some(({ priceId }) => priceIds.includes(priceId))) &&
		(productIds.length === 0 || plans.some(({ productId }) => productIds.includes(productId))) &&
		hasAll(metadata, filter.metadata)
	);
}

/** Whether what belongs to no subscription, such as a payment page, passes. */
export function isWatchedWithout(
	metadata: Readonly<Record<string, string>>,
	{ priceIds, productIds, metadata: wanted }: SubscriptionFilter,
): boolean {
	return priceIds.length === 0 && productIds.length === 0 && hasAll(metadata, wanted);
}

function hasAll(
	metadata: Readonly<Record<string, string>>,
	wanted: Readonly<Record<string, string>>,
): boolean {
	return Object.entries(wanted).every(([key, value]) => metadata[key] === value);
}

function isLifecycleEvent(value: string): value is LifecycleEventName {
	return LIFECYCLE_EVENTS.some((event) => event === value);
}

function entriesOf(value: unknown): Array<{ key: string; value: string }> {
	const entries = (value as { entry?: Array<{ key: string; value: string }> } | undefined)?.entry;
	return entries ?? [];
}

function numberOf(value: unknown, fallback: number): number {
	return typeof value === 'number' && value > 0 ? value : fallback;
}
