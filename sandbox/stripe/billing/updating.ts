import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { invalidRequest } from '../api/failure.ts';
import type { Params } from '../api/params.ts';
import { update } from '../events/changes.ts';
import type { InvoiceLine } from '../resources/invoices.ts';
import { mergeMetadata } from '../resources/metadata.ts';
import { ownMethodId } from '../resources/payment-methods.ts';
import type { SubscriptionItem } from '../resources/subscription-items.ts';
import { isOver, type Subscription } from '../resources/subscriptions.ts';
import type { Seconds } from '../state/stored.ts';
import { scheduleCancellation } from './cancellation.ts';
import { changedItems, changeOf, type Change, type ItemChange } from './changing.ts';
import { methodFor, throwUnlessPaid } from './collection.ts';
import { refreshEntitlements } from './entitlements.ts';
import { addInvoiceItems, createInvoiceItem } from './extra-items.ts';
import { createDraft, settleAtOnce, subscriptionDraft } from './issuing.ts';
import { foreseen } from './payments.ts';
import { attachDiscounts } from './redemption.ts';
import { cancelInstant, checkTrialEnd } from './starting.ts';
import { announceIfSoon, announceTrialEnd, endTrial } from './trials.ts';

export type UpdateParams = Params<Stripe.SubscriptionUpdateParams>;

/** What can still be written on a subscription that is over. */
const WRITABLE_WHEN_OVER = new Set(['cancellation_details', 'expand', 'metadata']);

export function updateSubscription(
	account: Account,
	subscription: Subscription,
	params: UpdateParams,
): Subscription {
	if (isOver(subscription)) refuseWhenOver(params);
	const now = account.now(subscription.test_clock);
	const change = foreseeChange(account, subscription, params);
	if (params.payment_behavior === 'error_if_incomplete' && change.newPeriod.length > 0) {
		const method = methodFor(account, subscription.customer, subscription);
		throwUnlessPaid(method ? foreseen(method) : { kind: 'no_method' });
	}
	const changed = withFields(account, change.subscription, params, now);
	addInvoiceItems(account, changed, params.add_invoice_items ?? []);
	const billed = bill(account, changed, change, params);
	refreshEntitlements(account, billed.customer);
	return moveTrialEnd(account, billed, params, now);
}

function refuseWhenOver(params: UpdateParams) {
	if (Object.keys(params).every((name) => WRITABLE_WHEN_OVER.has(name))) return;
	throw invalidRequest(
		'A canceled subscription can only update its cancellation_details and metadata.',
		{ code: 'invalid_canceled_subscription_fields' },
	);
}

/** The items' change and its money; also the heart of a preview. */
export function foreseeChange(
	account: Account,
	subscription: Subscription,
	params: Pick<UpdateParams, 'billing_cycle_anchor' | 'items' | 'proration_date'>,
): Change {
	const now = account.now(subscription.test_clock);
	const items: readonly SubscriptionItem[] = params.items
		? changedItems(account, subscription, params.items as readonly ItemChange[], now)
		: subscription.items;
	return changeOf(account, subscription, items, {
		now,
		resetAnchor: params.billing_cycle_anchor?.type === 'now',
		...(params.proration_date !== undefined && { prorationDate: params.proration_date }),
	});
}

/** Everything that only sets a field. */
function withFields(
	account: Account,
	subscription: Subscription,
	params: UpdateParams,
	now: Seconds,
): Subscription {
	const settings = params.payment_settings;
	const behavior = params.trial_settings?.end_behavior;
	const present = subscription.trial_settings?.end_behavior;
	const changed: Subscription = {
		...subscription,
		...(params.collection_method && { collection_method: params.collection_method }),
		...(params.days_until_due !== undefined && { days_until_due: params.days_until_due }),
		...(params.default_payment_method !== undefined && {
			default_payment_method: ownMethodId(
				account,
				subscription.customer,
				params.default_payment_method,
				'default_payment_method',
			),
		}),
		...(params.description !== undefined && { description: params.description }),
		...(params.discounts !== undefined && {
			discounts: attachDiscounts(account, params.discounts ?? [], 'discounts', {
				now,
				customer: subscription.customer,
				subscription: subscription.id,
			}),
		}),
		metadata: mergeMetadata(subscription.metadata, params.metadata),
		...(params.pause_collection !== undefined && {
			pause_collection: params.pause_collection && {
				behavior: params.pause_collection.behavior,
				resumes_at: params.pause_collection.resumes_at ?? null,
			},
		}),
		...(settings && {
			payment_settings: {
				payment_method_options: null,
				payment_method_types:
					settings.payment_method_types ??
					subscription.payment_settings?.payment_method_types ??
					null,
				save_default_payment_method:
					settings.save_default_payment_method ??
					subscription.payment_settings?.save_default_payment_method ??
					null,
			},
		}),
		...(behavior && {
			trial_settings: {
				end_behavior: {
					billing_cycle_anchor:
						behavior.billing_cycle_anchor ?? present?.billing_cycle_anchor ?? null,
					missing_payment_method:
						behavior.missing_payment_method ?? present?.missing_payment_method ?? 'create_invoice',
				},
			},
		}),
	};
	return withCancellation(account, changed, params);
}

function withCancellation(
	account: Account,
	subscription: Subscription,
	params: UpdateParams,
): Subscription {
	const { cancel_at: at, cancel_at_period_end: atPeriodEnd, cancellation_details: raw } = params;
	const details = raw && {
		...(raw.comment !== undefined && { comment: raw.comment }),
		...(raw.feedback !== undefined && { feedback: raw.feedback }),
		...(raw.feedback_option !== undefined && { feedback_option: raw.feedback_option }),
	};
	if (at === undefined && atPeriodEnd === undefined) {
		return details && subscription.cancellation_details
			? {
					...subscription,
					cancellation_details: { ...subscription.cancellation_details, ...details },
				}
			: subscription;
	}
	if (at !== undefined && at !== null && atPeriodEnd) {
		throw invalidRequest('You can only pass one of: cancel_at, cancel_at_period_end.', {
			code: 'parameters_exclusive',
			param: 'cancel_at',
		});
	}
	const schedule = {
		atPeriodEnd: atPeriodEnd ?? (at === undefined ? subscription.cancel_at_period_end : false),
		at: at === undefined || at === null ? null : cancelInstant(subscription, at as number | string),
	};
	return scheduleCancellation(account, subscription, schedule, details);
}

/** Books the change: nothing, waiting credits and charges, or an invoice at once. */
function bill(
	account: Account,
	changed: Subscription,
	change: Change,
	params: UpdateParams,
): Subscription {
	const behavior = params.proration_behavior ?? 'create_prorations';
	const prorations = behavior === 'none' ? [] : change.prorations;
	const immediate = [
		...(behavior === 'always_invoice' || change.newPeriod.length > 0 ? prorations : []),
		...change.newPeriod,
	];
	if (immediate.length === 0) {
		for (const line of prorations) waitForNextInvoice(account, changed, line);
		return update(account, account.subscriptions, changed, 'customer.subscription.updated');
	}
	const draft = subscriptionDraft(account, changed, immediate, 'subscription_update');
	const invoice = createDraft(account, draft);
	update(
		account,
		account.subscriptions,
		{ ...changed, latest_invoice: invoice.id },
		'customer.subscription.updated',
	);
	settleAtOnce(account, invoice);
	return account.subscriptions.get(changed.id) ?? changed;
}

function waitForNextInvoice(account: Account, subscription: Subscription, line: InvoiceLine) {
	const item = createInvoiceItem(account, {
		amount: line.amount,
		currency: line.currency,
		customer: subscription.customer,
		description: line.description,
		discountable: false,
		period: line.period,
		pricing: line.pricing,
		proration: true,
		quantity: line.quantity ?? 1,
		subscription: subscription.id,
	});
	account.emit('invoiceitem.created', item);
}

/** The billing cycle moves with the trial's end; a trial can also be given anew. */
function moveTrialEnd(
	account: Account,
	subscription: Subscription,
	params: UpdateParams,
	now: Seconds,
): Subscription {
	const { trial_end: end } = params;
	if (end === undefined) return subscription;
	if (end === 'now') {
		if (subscription.status !== 'trialing') return subscription;
		const announced =
			subscription.hidden.announcedTrialEnd === subscription.trial_end
				? subscription
				: announceTrialEnd(account, subscription);
		const ending = account.subscriptions.put({
			...announced,
			hidden: { ...announced.hidden, announcedTrialEnd: now },
		});
		return endTrial(account, { ...ending, trial_end: now }, 'brought_about');
	}
	checkTrialEnd(Number(end), now);
	const trialEnd = Number(end);
	const moved: Subscription = {
		...subscription,
		billing_cycle_anchor: trialEnd,
		items: subscription.items.map((item) => ({
			...item,
			current_period_start: subscription.status === 'trialing' ? item.current_period_start : now,
			current_period_end: trialEnd,
		})),
		status: 'trialing',
		trial_end: trialEnd,
		trial_start: subscription.status === 'trialing' ? subscription.trial_start : now,
	};
	update(account, account.subscriptions, moved, 'customer.subscription.updated');
	return announceIfSoon(account, moved);
}
