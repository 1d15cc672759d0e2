import type { IDataObject } from 'n8n-workflow';
import { LIFECYCLE_EVENTS, type LifecycleEventName } from '../../lifecycle/events/index.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { Failure } from '../../services/failure.ts';
import { chosenIn } from '../../services/n8n/read-params.ts';
import { stripeTypesFor } from '../../services/stripe/event-types.ts';
import { PAGE_CARD_TYPE } from '../../services/stripe/page-card.ts';
import { readId, readList, readPairs } from '../input.ts';
import {
	readHandingOn,
	readPositive,
	type HandingOn,
	type ParameterSource,
} from '../trigger-options.ts';

/** What the operator chose, read once when the trigger starts. */
export interface TriggerSettings extends HandingOn {
	readonly workspace: string;
	/** One output each, in this order. */
	readonly events: readonly LifecycleEventName[];
	/** Stripe's own events, on one more output. */
	readonly stripeTypes: readonly string[];
	readonly isPollingOnly: boolean;
	readonly isTestModeOnly: boolean;
	readonly filter: SubscriptionFilter;
	readonly pullEveryMs: number;
}

/** Which subscriptions are watched; an empty part leaves everything through. */
export interface SubscriptionFilter {
	readonly priceIds: readonly string[];
	readonly productIds: readonly string[];
	readonly metadata: Readonly<Record<string, string>>;
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
			priceIds: rowsOf(filters['prices'], 'price').map(({ priceId }) =>
				readId(chosenIn(priceId), 'Price'),
			),
			productIds: rowsOf(filters['products'], 'product').map(({ productId }) =>
				readId(chosenIn(productId), 'Product'),
			),
			metadata: readPairs(rowsOf(filters['metadata'], 'entry')),
		},
		pullEveryMs: readPositive(options['pullMinutes'], 1) * MINUTE_MS,
		...readHandingOn(options),
	};
	if (settings.events.length + settings.stripeTypes.length > 0) return settings;
	throw new Failure('No event is chosen', {
		hint: 'Choose at least one event, or name a Stripe event in the options.',
	});
}

/** What the chosen events need, and the cards that are left on pages: whoever listens lets them be charged. */
export function wantedTypes({ events, stripeTypes }: TriggerSettings): string[] {
	return [...new Set([...stripeTypesFor(events), ...stripeTypes, PAGE_CARD_TYPE])].sort();
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

/** The rows of a list, as n8n gives them. */
function rowsOf<Row extends object = IDataObject>(list: unknown, name: string): Row[] {
	return (list as Readonly<Record<string, Row[]>> | undefined)?.[name] ?? [];
}
