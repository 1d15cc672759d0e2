import type { Account } from '../account.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import type { InvoiceLine } from '../resources/invoices.ts';
import { mergeMetadata } from '../resources/metadata.ts';
import { amountOf } from '../resources/prices.ts';
import type { SubscriptionItem } from '../resources/subscription-items.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import type { Seconds } from '../state/stored.ts';
import { checkItems, createItem, itemPrice, type ItemParams } from './items.ts';
import { periodLine, prorationLine, remainingShare } from './lines.ts';
import { nextBoundary } from './periods.ts';
import { attachDiscounts } from './redemption.ts';
import { withTrialOffer } from './trial-offers.ts';

/** What `items` of an update says of one item: a new one, a change to one, or its removal. */
export interface ItemChange extends ItemParams {
	readonly id?: string;
	readonly deleted?: boolean;
}

/** The items as the request wants them; periods are still the old ones. */
export function changedItems(
	account: Account,
	subscription: Subscription,
	changes: readonly ItemChange[],
	now: Seconds,
): SubscriptionItem[] {
	let items = [...subscription.items];
	changes.forEach((change, index) => {
		const param = `items[${index}]`;
		if (change.id === undefined) {
			const added = createItem(account, subscription.id, change, param, now);
			items.push({ ...added, current_period_end: endForNew(subscription, added, now) });
			return;
		}
		const place = items.findIndex((item) => item.id === change.id);
		const item = items[place];
		if (!item) throw missingResource('subscription item', change.id, `${param}[id]`);
		if (change.deleted) items = items.filter((one) => one !== item);
		else items[place] = withChange(account, item, change, param, now);
	});
	if (items.length === 0) {
		throw invalidRequest('A subscription must have at least one active plan.', { param: 'items' });
	}
	checkItems(items);
	return items;
}

function endForNew(subscription: Subscription, item: SubscriptionItem, now: Seconds): Seconds {
	if (item.current_trial) return item.current_trial.end_date;
	return subscription.status === 'trialing' && subscription.trial_end !== null
		? subscription.trial_end
		: nextBoundary(subscription.billing_cycle_anchor, item.price.recurring, now);
}

function withChange(
	account: Account,
	item: SubscriptionItem,
	change: ItemChange,
	param: string,
	now: Seconds,
): SubscriptionItem {
	const changed: SubscriptionItem = {
		...item,
		price: itemPrice(account, change, param) ?? item.price,
		quantity: change.quantity ?? item.quantity ?? 1,
		metadata: mergeMetadata(item.metadata, change.metadata),
		...(change.discounts !== undefined && {
			discounts: attachDiscounts(account, change.discounts ?? [], `${param}[discounts]`, {
				now,
				subscription: item.subscription,
				subscriptionItem: item.id,
			}),
		}),
	};
	const offer = change.current_trial?.trial_offer;
	return offer === undefined
		? changed
		: withTrialOffer(account, changed, offer, now, `${param}[current_trial][trial_offer]`);
}

export interface Change {
	readonly subscription: Subscription;
	/** Credits for what is taken away and charges for what comes instead. */
	readonly prorations: readonly InvoiceLine[];
	/** The full new period, when the change starts one. */
	readonly newPeriod: readonly InvoiceLine[];
}

/**
 * The change and its money, as pure as a preview needs it. A change of rhythm, or an explicit wish, starts
 * a new billing cycle now. https://docs.stripe.com/billing/subscriptions/prorations
 */
export function changeOf(
	account: Account,
	subscription: Subscription,
	items: readonly SubscriptionItem[],
	options: {
		readonly now: Seconds;
		readonly prorationDate?: Seconds;
		readonly resetAnchor: boolean;
	},
): Change {
	const at = options.prorationDate ?? options.now;
	const isTrial = subscription.status === 'trialing';
	const rhythmChanges = items.some((item) => {
		const before = subscription.items.find((one) => one.id === item.id);
		return before !== undefined && !sameRhythm(before, item);
	});
	const restarts = !isTrial && (rhythmChanges || options.resetAnchor);
	const placed = restarts
		? items.map((item) => ({
				...item,
				current_period_start: options.now,
				current_period_end: nextBoundary(options.now, item.price.recurring, options.now),
			}))
		: items;
	const next: Subscription = {
		...subscription,
		items: placed,
		...(restarts && { billing_cycle_anchor: options.now }),
	};
	if (isTrial) return { subscription: next, prorations: [], newPeriod: [] };
	return {
		subscription: next,
		prorations: prorationsOf(account, subscription, items, at, restarts),
		newPeriod: restarts
			? placed.map((item) =>
					periodLine(account, subscription.id, item, {
						start: item.current_period_start,
						end: item.current_period_end,
					}),
				)
			: [],
	};
}

function sameRhythm(one: SubscriptionItem, other: SubscriptionItem): boolean {
	const [mine, theirs] = [one.price.recurring, other.price.recurring];
	return mine.interval === theirs.interval && mine.interval_count === theirs.interval_count;
}

function prorationsOf(
	account: Account,
	subscription: Subscription,
	items: readonly SubscriptionItem[],
	at: Seconds,
	restarts: boolean,
): InvoiceLine[] {
	const lineFor = (item: SubscriptionItem, sign: 1 | -1) => {
		const period = { start: item.current_period_start, end: item.current_period_end };
		const amount = Math.round(
			amountOf(item.price, item.quantity ?? 1) * remainingShare(period, at),
		);
		const part = { start: Math.max(at, period.start), end: period.end };
		return prorationLine(account, subscription.id, item, sign * amount, part);
	};
	const lines: InvoiceLine[] = [];
	for (const before of subscription.items) {
		const after = items.find((item) => item.id === before.id);
		if (after && !restarts && isSamePriced(before, after)) continue;
		lines.push(lineFor(before, -1));
		if (after && !restarts) lines.push(lineFor({ ...after, ...periodOf(before) }, 1));
	}
	if (restarts) return lines;
	const known = new Set(subscription.items.map(({ id }) => id));
	for (const added of items.filter(({ id }) => !known.has(id))) lines.push(lineFor(added, 1));
	return lines;
}

function isSamePriced(one: SubscriptionItem, other: SubscriptionItem): boolean {
	return one.price.id === other.price.id && one.quantity === other.quantity;
}

function periodOf(item: SubscriptionItem) {
	return {
		current_period_start: item.current_period_start,
		current_period_end: item.current_period_end,
	};
}
