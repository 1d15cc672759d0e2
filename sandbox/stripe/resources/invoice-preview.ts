import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest } from '../api/failure.ts';
import {
	clearable,
	flag,
	id,
	leftOut,
	metadata,
	missingParam,
	object,
	oneOf,
	required,
	timestamp,
	type Params,
} from '../api/params.ts';
import type { Rendered } from '../api/presenter.ts';
import { composeInvoice } from '../billing/compose.ts';
import { checkItems, createItem, type ItemParams } from '../billing/items.ts';
import { subscriptionDraft, waitingItems } from '../billing/issuing.ts';
import { invoiceItemLine, periodLine } from '../billing/lines.ts';
import { nextBoundary } from '../billing/periods.ts';
import { trialEndOf } from '../billing/starting.ts';
import { foreseeChange } from '../billing/updating.ts';
import { customerOf, type Customer } from './customers.ts';
import type { Invoice, InvoiceLine } from './invoices.ts';
import {
	billingMode,
	prorationBehavior,
	discounts,
	trialEnd,
	updateItems,
} from './subscription-params.ts';
import { currentPeriod, isOver, subscriptionOf, type Subscription } from './subscriptions.ts';

type PreviewParams = Params<Stripe.InvoiceCreatePreviewParams>;
type Details = NonNullable<PreviewParams['subscription_details']>;

/**
 * What the next invoice would be: of a subscription as it stands, of one after a change, or of a new one.
 * Nothing is written. https://docs.stripe.com/api/invoices/create_preview
 */
export const invoicePreviewEndpoint = endpoint<Stripe.InvoiceCreatePreviewParams>(
	'POST',
	'/v1/invoices/create_preview',
	'invoice',
	{
		...leftOut(
			'automatic_tax',
			'currency',
			'customer_account',
			'customer_details',
			'invoice_items',
			'issuer',
			'on_behalf_of',
			'schedule',
			'schedule_details',
		),
		customer: id(),
		discounts,
		expand,
		preview_mode: oneOf('next', 'recurring'),
		subscription: id(),
		subscription_details: object<Stripe.InvoiceCreatePreviewParams.SubscriptionDetails>({
			...leftOut('billing_schedules', 'default_tax_rates', 'pause', 'start_date'),
			billing_cycle_anchor:
				object<Stripe.InvoiceCreatePreviewParams.SubscriptionDetails.BillingCycleAnchor>({
					timestamp: timestamp(),
					type: required(oneOf('now', 'timestamp', 'unchanged')),
				}),
			billing_mode: billingMode,
			cancel_at: clearable(timestamp()),
			cancel_at_period_end: flag(),
			cancel_now: flag(),
			items: updateItems,
			metadata: clearable(metadata()),
			proration_behavior: prorationBehavior,
			proration_date: timestamp(),
			resume_at: oneOf('now'),
			trial_end: trialEnd,
		}),
	},
	({ account, params }) => {
		const details = params.subscription_details ?? {};
		if (params.subscription === undefined) {
			if (params.customer === undefined) throw missingParam('customer');
			const customer = customerOf(account, params.customer, 'customer');
			return details.items
				? previewOfNew(account, customer, details)
				: previewOfCustomer(account, customer);
		}
		const subscription = subscriptionOf(account, params.subscription, 'subscription');
		return previewOf(account, subscription, details);
	},
);

function previewOf(account: Account, subscription: Subscription, details: Details): Rendered {
	if (isOver(subscription)) throw noUpcoming(subscription.customer);
	const anchor = details.billing_cycle_anchor?.type;
	const change = foreseeChange(account, subscription, {
		...(details.items && { items: details.items }),
		...(details.proration_date !== undefined && { proration_date: details.proration_date }),
		...(anchor && anchor !== 'timestamp' && { billing_cycle_anchor: { type: anchor } }),
	});
	const behavior = details.proration_behavior ?? 'create_prorations';
	const prorations = behavior === 'none' ? [] : change.prorations;
	const isAtOnce =
		change.newPeriod.length > 0 || (behavior === 'always_invoice' && prorations.length > 0);
	const after = change.subscription;
	const endsTrial = details.trial_end === 'now' && subscription.status === 'trialing';
	const resumes = details.resume_at === 'now' && subscription.status === 'paused';
	const now = account.now(subscription.test_clock);
	const lines = isAtOnce
		? [...prorations, ...change.newPeriod]
		: endsTrial || resumes
			? periodFrom(account, after, now)
			: [...prorations, ...nextPeriod(account, after, details)];
	const waiting = waitingItems(account, subscription.customer, subscription.id);
	const at = isAtOnce || endsTrial || resumes ? now : currentPeriod(after).end;
	return preview(account, {
		...subscriptionDraft(
			account,
			after,
			[...waiting.map((item) => invoiceItemLine(account, item)), ...lines],
			isAtOnce || endsTrial || resumes ? 'subscription_update' : 'upcoming',
			{ start: currentPeriod(after).start, end: at },
		),
		more: prorationDate(after, prorations, details.proration_date ?? now),
	});
}

/** The prices of the period that follows, unless the subscription ends before it. */
function nextPeriod(account: Account, subscription: Subscription, details: Details): InvoiceLine[] {
	const ends = details.cancel_at_period_end ?? subscription.cancel_at_period_end;
	if (ends || details.cancel_now) return [];
	return periodFrom(account, subscription, currentPeriod(subscription).end);
}

function periodFrom(account: Account, subscription: Subscription, start: number): InvoiceLine[] {
	return subscription.items.map((item) => {
		const end = nextBoundary(start, item.price.recurring, start);
		return periodLine(account, subscription.id, item, { start, end });
	});
}

function prorationDate(
	subscription: Subscription,
	prorations: readonly InvoiceLine[],
	date: number,
): Partial<Invoice> {
	return {
		parent: {
			type: 'subscription_details',
			quote_details: null,
			subscription_details: {
				metadata: subscription.metadata,
				subscription: subscription.id,
				...(prorations.length > 0 && { subscription_proration_date: date }),
			},
		},
	};
}

function previewOfNew(account: Account, customer: Customer, details: Details): Rendered {
	const now = account.now(customer.test_clock);
	const items = (details.items ?? []).map((item, index) =>
		createItem(
			account,
			'sub_preview',
			item as ItemParams,
			`subscription_details[items][${index}]`,
			now,
		),
	);
	checkItems(items);
	const end = trialEndOf(
		details.trial_end === undefined ? {} : { trial_end: details.trial_end },
		items,
		now,
	);
	const isTrial = end !== null;
	const lines = items.map((item) =>
		periodLine(
			account,
			'sub_preview',
			item,
			{ start: now, end: end ?? nextBoundary(now, item.price.recurring, now) },
			{ isTrial },
		),
	);
	return preview(account, {
		customer,
		subscription: null,
		lines: lines.map((line) => ({ ...line, subscription: null, parent: null })),
		reason: 'upcoming',
		period: { start: now, end: now },
		now,
		currency: items[0]?.price.currency ?? 'usd',
	});
}

function previewOfCustomer(account: Account, customer: Customer): Rendered {
	const upcoming = account.subscriptions
		.where('customer', customer.id)
		.filter((one) => !isOver(one) && one.status !== 'paused')
		.toSorted((one, other) => currentPeriod(one).end - currentPeriod(other).end);
	const [next] = upcoming;
	if (!next) throw noUpcoming(customer.id);
	return previewOf(account, next, {});
}

/** A preview looks like a draft whose id is good for nothing. */
function preview(account: Account, draft: Parameters<typeof composeInvoice>[1]): Rendered {
	const invoice = composeInvoice(account, draft);
	const shown: Invoice = {
		...invoice,
		id: `upcoming_${invoice.id}`,
		auto_advance: false,
		next_payment_attempt: draft.period.end,
	};
	return account.render(shown);
}

function noUpcoming(customerId: string) {
	return invalidRequest(`No upcoming invoices for customer: ${customerId}`, {
		code: 'invoice_upcoming_none',
	});
}
