import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { invalidParameter, invalidRequest } from '../api/failure.ts';
import { missingParam, type Params } from '../api/params.ts';
import { customerOf, type Customer } from '../resources/customers.ts';
import type { InvoiceLine } from '../resources/invoices.ts';
import { mergeMetadata } from '../resources/metadata.ts';
import { ownMethodId } from '../resources/payment-methods.ts';
import { amountOf } from '../resources/prices.ts';
import { createSetupIntent } from '../resources/setup-intents.ts';
import type { SubscriptionItem } from '../resources/subscription-items.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import { DAY, type Seconds } from '../state/stored.ts';
import { NO_CANCELLATION, scheduleCancellation } from './cancellation.ts';
import { finalizeInvoice, methodFor, throwUnlessPaid } from './collection.ts';
import { refreshEntitlements } from './entitlements.ts';
import { addInvoiceItems } from './extra-items.ts';
import { checkItems, createItem, type ItemParams } from './items.ts';
import { createDraft, issueForPeriod, settleAtOnce, subscriptionDraft } from './issuing.ts';
import { periodLine, remainingShare, prorationLine } from './lines.ts';
import { lastBoundary, nextBoundary } from './periods.ts';
import { foreseen } from './payments.ts';
import { attachDiscounts } from './redemption.ts';
import { announceIfSoon, MAX_TRIAL_DAYS } from './trials.ts';

type CreateParams = Params<Stripe.SubscriptionCreateParams>;

/** https://docs.stripe.com/billing/subscriptions/limits */
const MAX_SUBSCRIPTIONS = 500;

/** When the trial of a new subscription ends; null without one. */
export function trialEndOf(
	params: Pick<CreateParams, 'trial_end' | 'trial_from_plan' | 'trial_period_days'>,
	items: readonly SubscriptionItem[],
	now: Seconds,
): Seconds | null {
	const { trial_end: end, trial_period_days: days, trial_from_plan: fromPlan } = params;
	if (end !== undefined && days !== undefined) {
		throw invalidRequest('You can only pass one of: trial_end, trial_period_days.', {
			code: 'parameters_exclusive',
			param: 'trial_period_days',
		});
	}
	if (fromPlan && (end !== undefined || days !== undefined)) {
		throw invalidRequest(
			'You cannot set `trial_end` or `trial_period_days` when `trial_from_plan=true`.',
			{ param: 'trial_from_plan' },
		);
	}
	if (end === 'now') return null;
	if (end !== undefined) {
		checkTrialEnd(Number(end), now);
		return Number(end);
	}
	const length = fromPlan
		? Math.max(0, ...items.map((item) => item.price.recurring.trial_period_days ?? 0))
		: (days ?? 0);
	return length > 0 ? now + length * DAY : null;
}

/** In the future, and no more than two years of it. */
export function checkTrialEnd(end: Seconds, now: Seconds, param = 'trial_end'): void {
	if (end <= now) {
		throw invalidParameter(
			'Invalid timestamp: must be an integer Unix timestamp in the future.',
			param,
		);
	}
	if (end > now + MAX_TRIAL_DAYS * DAY) {
		throw invalidParameter(
			`Invalid timestamp: a trial can be no longer than ${MAX_TRIAL_DAYS} days.`,
			param,
		);
	}
}

/** Set when a person subscribes on a Checkout page. */
interface Origin {
	readonly checkoutSession?: string;
}

export function startSubscription(
	account: Account,
	params: CreateParams,
	more: Origin = {},
): Subscription {
	if (params.customer === undefined) throw missingParam('customer');
	const customer = customerOf(account, params.customer, 'customer');
	const now = account.now(customer.test_clock);
	const subscription = compose(account, params, customer, now, more);
	const behavior = params.payment_behavior ?? 'allow_incomplete';
	checkCanPay(account, subscription, behavior, more);
	account.subscriptions.put(subscription);
	addInvoiceItems(account, subscription, params.add_invoice_items ?? []);
	const started = issueFirstInvoice(account, subscription, behavior, params, more);
	refreshEntitlements(account, customer.id);
	return announceIfSoon(account, started);
}

function isOwnerPresent({ checkoutSession }: Origin): boolean {
	return checkoutSession !== undefined;
}

function compose(
	account: Account,
	params: CreateParams,
	customer: Customer,
	now: Seconds,
	more: Origin,
): Subscription {
	const open = account.subscriptions.where('customer', customer.id);
	if (open.filter(({ ended_at: ended }) => ended === null).length >= MAX_SUBSCRIPTIONS) {
		throw invalidRequest(
			`Customer ${customer.id} already has the maximum ${MAX_SUBSCRIPTIONS} current subscriptions.`,
			{ code: 'customer_max_subscriptions' },
		);
	}
	if (!params.items?.length) throw missingParam('items');
	const id = account.newId('sub');
	const plain = params.items.map((item, index) =>
		createItem(account, id, item as ItemParams, `items[${index}]`, now),
	);
	checkItems(plain);
	const currency = plain[0]?.price.currency ?? 'usd';
	if (customer.currency && customer.currency !== currency) {
		throw invalidRequest(
			`You cannot combine currencies on a single customer. This customer has active subscriptions, subscription schedules, discounts, quotes, or invoice items with currency ${customer.currency}.`,
		);
	}
	const trialEnd = trialEndOf(params, plain, now);
	const anchor = params.billing_cycle_anchor ?? trialEnd ?? now;
	if (anchor < now) {
		throw invalidParameter(
			'Invalid billing_cycle_anchor: must be in the future.',
			'billing_cycle_anchor',
		);
	}
	const items = plain.map((item) => ({
		...item,
		current_period_end: firstPeriodEnd(item, trialEnd, anchor, now),
	}));
	const settings = params.payment_settings;
	const isInvoiced = params.collection_method === 'send_invoice';
	if (isInvoiced && params.days_until_due === undefined) throw missingParam('days_until_due');
	const subscription: Subscription = {
		id,
		object: 'subscription',
		application: null,
		application_fee_percent: null,
		automatic_tax: { disabled_reason: null, enabled: false, liability: null },
		billing_cycle_anchor: anchor,
		billing_cycle_anchor_config: null,
		billing_mode:
			params.billing_mode?.type === 'classic'
				? { flexible: null, type: 'classic' }
				: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
		billing_schedules: [],
		billing_thresholds: null,
		cancel_at: null,
		cancel_at_period_end: false,
		canceled_at: null,
		cancellation_details: NO_CANCELLATION,
		collection_method: params.collection_method ?? 'charge_automatically',
		created: now,
		currency,
		customer: customer.id,
		customer_account: null,
		days_until_due: isInvoiced ? (params.days_until_due ?? null) : null,
		default_payment_method: ownMethodId(
			account,
			customer.id,
			params.default_payment_method,
			'default_payment_method',
		),
		default_source: null,
		default_tax_rates: [],
		description: params.description ?? null,
		discounts: attachDiscounts(account, params.discounts ?? [], 'discounts', {
			now,
			customer: customer.id,
			subscription: id,
			...more,
		}),
		ended_at: null,
		invoice_settings: {
			account_tax_ids: null,
			custom_fields: null,
			description: null,
			footer: null,
			issuer: { type: 'self' },
		},
		items,
		latest_invoice: null,
		livemode: account.livemode,
		managed_payments: null,
		metadata: mergeMetadata(null, params.metadata),
		next_pending_invoice_item_invoice: null,
		on_behalf_of: null,
		pause_collection: null,
		payment_settings: {
			payment_method_options: null,
			payment_method_types: settings?.payment_method_types ?? null,
			save_default_payment_method: settings?.save_default_payment_method ?? 'off',
		},
		pending_invoice_item_interval: null,
		pending_setup_intent: null,
		pending_update: null,
		schedule: null,
		start_date: now,
		status: trialEnd === null ? 'active' : 'trialing',
		test_clock: customer.test_clock ?? null,
		transfer_data: null,
		trial_end: trialEnd,
		trial_settings: {
			end_behavior: {
				billing_cycle_anchor: params.trial_settings?.end_behavior.billing_cycle_anchor ?? null,
				missing_payment_method:
					params.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
			},
		},
		trial_start: trialEnd === null ? null : now,
		hidden: { announcedTrialEnd: null, announcedRenewal: null, resumption: null },
	};
	return scheduleFromParams(account, subscription, params);
}

function scheduleFromParams(
	account: Account,
	subscription: Subscription,
	params: CreateParams,
): Subscription {
	const { cancel_at: at, cancel_at_period_end: atPeriodEnd = false } = params;
	if (at === undefined && !atPeriodEnd) return subscription;
	return scheduleCancellation(account, subscription, {
		atPeriodEnd,
		at: at === undefined ? null : cancelInstant(subscription, at),
	});
}

/** `cancel_at` as an instant: given, or named by the items' periods. */
export function cancelInstant(subscription: Subscription, at: number | string): Seconds {
	const ends = subscription.items.map((item) => item.current_period_end);
	switch (at) {
		case 'min_period_end':
			return Math.min(...ends);
		case 'max_period_end':
		case 'max_billed_until':
			return Math.max(...ends);
		default:
			return Number(at);
	}
}

function firstPeriodEnd(
	item: SubscriptionItem,
	trialEnd: Seconds | null,
	anchor: Seconds,
	now: Seconds,
): Seconds {
	if (trialEnd !== null) return trialEnd;
	if (item.current_trial) return item.current_trial.end_date;
	return nextBoundary(lastBoundary(anchor, item.price.recurring, now), item.price.recurring, now);
}

type Behavior = NonNullable<CreateParams['payment_behavior']>;

/** Stripe refuses to start what it must charge at once when it has nothing to charge. */
function checkCanPay(
	account: Account,
	subscription: Subscription,
	behavior: Behavior,
	origin: Origin,
) {
	const isFree = subscription.items.every(({ price }) => amountOf(price, 1) === 0);
	const isCharged =
		subscription.status !== 'trialing' && subscription.collection_method !== 'send_invoice';
	if (!isCharged || isFree || behavior === 'default_incomplete') return;
	const method = methodFor(account, subscription.customer, subscription);
	if (!method) {
		throw invalidRequest(
			'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
			{ code: 'resource_missing' },
		);
	}
	if (behavior === 'error_if_incomplete') throwUnlessPaid(foreseen(method, isOwnerPresent(origin)));
}

function firstLines(
	account: Account,
	subscription: Subscription,
	prorationBehavior: CreateParams['proration_behavior'],
): InvoiceLine[] {
	const now = subscription.created;
	const isTrial = subscription.status === 'trialing';
	return subscription.items.flatMap((item) => {
		const end = item.current_period_end;
		const start = lastBoundary(subscription.billing_cycle_anchor, item.price.recurring, now);
		const isPartial = !isTrial && !item.current_trial && start < now;
		if (!isPartial)
			return periodLine(account, subscription.id, item, { start: now, end }, { isTrial });
		if (prorationBehavior === 'none') return [];
		const share = remainingShare({ start, end }, now);
		const amount = Math.round(amountOf(item.price, item.quantity ?? 1) * share);
		return prorationLine(account, subscription.id, item, amount, { start: now, end });
	});
}

function issueFirstInvoice(
	account: Account,
	subscription: Subscription,
	behavior: Behavior,
	params: CreateParams,
	origin: Origin,
): Subscription {
	const isTrial = subscription.status === 'trialing';
	const lines = firstLines(account, subscription, params.proration_behavior);
	const draft = subscriptionDraft(account, subscription, lines, 'subscription_create');
	const isMailed = subscription.collection_method === 'send_invoice' && !isTrial;
	const invoice = (isMailed ? issueForPeriod : createDraft)(account, draft);
	const mustPay = invoice.amount_due > 0;
	const waitsForCard =
		behavior === 'default_incomplete' &&
		!mustPay &&
		!methodFor(account, subscription.customer, subscription);
	const started = account.subscriptions.put({
		...subscription,
		latest_invoice: invoice.id,
		pending_setup_intent: waitsForCard
			? createSetupIntent(account, { customer: subscription.customer }).id
			: null,
		status: isTrial ? 'trialing' : mustPay && !isMailed ? 'incomplete' : 'active',
	});
	account.emit('customer.subscription.created', started);
	if (isMailed) return started;
	if (mustPay && behavior === 'default_incomplete') finalizeInvoice(account, invoice);
	else settleAtOnce(account, invoice, isOwnerPresent(origin));
	return account.subscriptions.get(subscription.id) ?? started;
}
