import type Stripe from 'stripe';
import type {
	BillingEvent,
	BillingNews,
	Checkout,
	SubscriptionBefore,
} from '../../lifecycle/events/index.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { idOf } from './id-of.ts';
import { toInvoice } from './to-invoice.ts';
import { toSubscription } from './to-subscription.ts';

const OTHER = { kind: 'other' } as const;

/**
 * What Stripe tells, in our words. A webhook has the shape of the endpoint's API version, a listed event that
 * of its account at the time, so older shapes are read too: https://docs.stripe.com/api/events
 */
export function toBillingEvent(event: Stripe.Event): BillingEvent {
	return {
		id: event.id,
		type: event.type,
		at: new Date(event.created * 1000),
		customerId: customerIdOf(event),
		// https://docs.stripe.com/api/events/object#event_object-request
		requestId: event.request?.id ?? null,
		news: newsOf(event),
	};
}

/** Whose events must stay in order: those of a customer, else those of one object. */
export function accountKeyOf(event: Stripe.Event): string {
	const { object } = event.data;
	const objectId = 'id' in object && typeof object.id === 'string' ? object.id : event.id;
	return customerIdOf(event) ?? objectId;
}

export function customerIdOf({ data: { object } }: Stripe.Event): string | null {
	if (object.object === 'customer') return object.id;
	const customer = 'customer' in object ? object.customer : null;
	return customer ? idOf(customer) : null;
}

function newsOf(event: Stripe.Event): BillingNews {
	switch (event.type) {
		case 'customer.subscription.created':
			return { kind: 'subscription_created', subscription: toThen(event.data.object) };
		case 'customer.subscription.updated':
			return {
				kind: 'subscription_updated',
				subscription: toThen(event.data.object),
				before: toBefore(event.data.object, event.data.previous_attributes ?? {}),
			};
		case 'customer.subscription.paused':
			return { kind: 'subscription_paused', subscription: toThen(event.data.object) };
		case 'customer.subscription.resumed':
			return { kind: 'subscription_resumed', subscription: toThen(event.data.object) };
		case 'customer.subscription.deleted':
			return { kind: 'subscription_ended', subscription: toThen(event.data.object) };
		case 'customer.subscription.trial_will_end':
			return { kind: 'trial_will_end', subscription: toThen(event.data.object) };
		case 'invoice.paid':
			return ofInvoice('invoice_paid', event.data.object);
		case 'invoice.payment_failed':
			return ofInvoice('payment_failed', event.data.object);
		case 'invoice.payment_action_required':
			return ofInvoice('payment_action_required', event.data.object);
		case 'payment_method.attached':
		case 'setup_intent.succeeded':
		case 'checkout.session.completed':
			return { kind: 'payment_method_saved', isFirst: false };
		case 'customer.updated':
			return isFirstDefault(event.data.object, event.data.previous_attributes ?? {})
				? { kind: 'payment_method_saved', isFirst: true }
				: OTHER;
		case 'checkout.session.expired':
			return { kind: 'checkout_expired', checkout: toCheckout(event.data.object) };
		default:
			return OTHER;
	}
}

function ofInvoice(
	kind: 'invoice_paid' | 'payment_failed' | 'payment_action_required',
	raw: Stripe.Invoice,
): BillingNews {
	const invoice = toInvoice(raw);
	return invoice ? { kind, invoice } : OTHER;
}

/** Before 2025-03-31.basil the period was the subscription's, not that of its items. */
interface OlderSubscription {
	readonly current_period_start?: number;
	readonly current_period_end?: number;
}

function toThen(raw: Stripe.Subscription): Subscription {
	const { current_period_start: start, current_period_end: end } = raw as OlderSubscription;
	if (start === undefined || end === undefined) return toSubscription(raw);
	const data = raw.items.data.map((item) => ({
		...item,
		current_period_start: start,
		current_period_end: end,
	}));
	return toSubscription({ ...raw, items: { ...raw.items, data } });
}

function toBefore(
	raw: Stripe.Subscription,
	previous: Partial<Stripe.Subscription>,
): SubscriptionBefore {
	const { items, status, trial_end: trialEnd } = previous;
	return {
		...(status === undefined ? {} : { status: toThen({ ...raw, status }).status }),
		...(trialEnd === undefined ? {} : { trialEndsAt: toDateOrNull(trialEnd) }),
		...cancelsBefore(raw, previous),
		...paymentMethodBefore(raw, previous),
		// An update names the items only where they changed.
		...(items?.data ? { plans: toThen({ ...raw, items }).plans } : {}),
	};
}

function cancelsBefore(
	raw: Stripe.Subscription,
	{ cancel_at: cancelAt, cancel_at_period_end: atPeriodEnd }: Partial<Stripe.Subscription>,
): SubscriptionBefore {
	if (cancelAt !== undefined) return { cancelsAt: toDateOrNull(cancelAt) };
	if (atPeriodEnd === undefined) return {};
	const then = toThen({ ...raw, cancel_at: null, cancel_at_period_end: atPeriodEnd });
	return { cancelsAt: then.cancelsAt };
}

/** What an update names is how it was; what it does not name is as it is. */
function paymentMethodBefore(
	raw: Stripe.Subscription,
	previous: Partial<Stripe.Subscription>,
): SubscriptionBefore {
	if (!('default_payment_method' in previous) && !('default_source' in previous)) return {};
	const before = { ...raw, ...previous };
	return { hasPaymentMethod: Boolean(before.default_payment_method ?? before.default_source) };
}

/** Whether a customer got a payment method that is charged by itself, and had none before. */
function isFirstDefault(customer: Stripe.Customer, previous: Partial<Stripe.Customer>): boolean {
	const before: Stripe.Customer = {
		...customer,
		...previous,
		invoice_settings: { ...customer.invoice_settings, ...previous.invoice_settings },
	};
	return !hasDefault(before) && hasDefault(customer);
}

function hasDefault({ default_source: source, invoice_settings: settings }: Stripe.Customer) {
	return Boolean(settings.default_payment_method ?? source);
}

function toCheckout(session: Stripe.Checkout.Session): Checkout {
	return {
		id: session.id,
		mode: session.mode,
		accountId: session.client_reference_id ?? session.metadata?.['account_id'] ?? null,
		email: session.customer_details?.email ?? session.customer_email,
		recoveryUrl: session.after_expiration?.recovery?.url ?? null,
		metadata: session.metadata ?? {},
	};
}

function toDateOrNull(seconds: number | null): Date | null {
	return seconds === null ? null : new Date(seconds * 1000);
}
