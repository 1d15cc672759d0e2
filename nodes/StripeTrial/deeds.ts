import type Stripe from 'stripe';
import { factKeys, isAfterTrial } from '../../lifecycle/events/index.ts';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { lapseReason } from '../../lifecycle/lapse-reason.ts';
import type { StepBack } from '../../lifecycle/reactivation.ts';
import type { Created } from '../../services/stripe/create-once.ts';
import type { EnsuredCustomer } from '../../services/stripe/customers.ts';
import { requestIdOf } from '../../services/stripe/request-id.ts';
import { hasPaid, type ChangedFound, type Found } from '../../services/stripe/subscriptions.ts';
import { toInvoice } from '../../services/stripe/to-invoice.ts';

/**
 * What was done to a subscription, as the timeline tells it. What Stripe tells too goes by the name and the key
 * of the lifecycle event, so that both become one entry.
 */
export interface Deed {
	readonly kind: string;
	readonly key: string;
	/** Where Stripe dates it; now otherwise. */
	readonly at?: Date;
	readonly data: Readonly<Record<string, unknown>>;
	/** False for what an earlier run, or somebody else, had done. */
	readonly isOurs: boolean;
}

type Data = Deed['data'];

/** A deed that nobody else tells. Where it may happen again and again, its request tells one from the other. */
export function ownDeed(
	kind: string,
	{ subscription: { id }, raw }: Found,
	{ identity = [requestOf(raw)], data = {} }: { identity?: readonly string[]; data?: Data } = {},
): Deed {
	return {
		kind,
		key: [kind, id, ...identity].join('/'),
		data: { subscriptionId: id, ...data },
		isOurs: true,
	};
}

export function startDeed({ subscription, isNew }: Found & { readonly isNew: boolean }): Deed {
	const { id, trial, createdAt } = subscription;
	return {
		kind: 'trial_started',
		key: factKeys.trialStarted(subscription),
		at: createdAt,
		data: { subscriptionId: id, trialEndsAt: trial?.endsAt },
		isOurs: isNew,
	};
}

export function extensionDeed(
	{ subscription, changed }: ChangedFound,
	reason: string | null,
): Deed | null {
	const { id, trial } = subscription;
	// Asked for again, the end may since have come nearer: nothing says that this one was given as more time.
	if (!changed) return null;
	return {
		kind: 'trial_extended',
		key: factKeys.trialExtended(subscription),
		data: { subscriptionId: id, trialEndsAt: trial?.endsAt, reason },
		isOurs: true,
	};
}

/** Paid at once, a trial that was ended is one that converted; else that comes later, or never. */
export function conversionDeed(
	converted: ChangedFound,
	latest: Stripe.Invoice | null,
	data: Data,
): Deed | null {
	const { subscription, changed } = converted;
	if (!changed) return null;
	const payment = paymentIn(latest);
	if (!payment || !isAfterTrial(payment, subscription.trial)) {
		return ownDeed('trial_ended_early', converted, { identity: [], data });
	}
	return {
		kind: 'trial_converted',
		key: factKeys.trialConverted(subscription),
		at: payment.paidAt,
		data: { subscriptionId: subscription.id, ...paid(payment), ...data },
		isOurs: true,
	};
}

/** Who makes sure of a customer says when it was made, and what was changed of it. */
export function customerDeeds({ customer, isNew, changed }: EnsuredCustomer): Deed[] {
	const { id, created } = customer;
	const data = { customerId: id };
	const creation: Deed = {
		kind: 'customer_created',
		key: `customer_created/${id}`,
		at: new Date(created * 1000),
		data,
		isOurs: isNew,
	};
	if (isNew || changed.length === 0) return [creation];
	const kind = 'customer_updated';
	const key = [kind, id, requestOf(customer)].join('/');
	return [creation, { kind, key, data: { ...data, changed }, isOurs: true }];
}

/** A link is a secret: told is what it is for, and its identity in a form that opens nothing. */
export function checkoutLinkDeed(
	{ object: session, isNew }: Created<Stripe.Checkout.Session>,
	data: Data,
): Deed {
	const kind = 'checkout_link_created';
	const expiresAt = new Date(session.expires_at * 1000);
	return {
		kind,
		key: idempotencyKey(kind, session.id),
		at: new Date(session.created * 1000),
		data: { ...data, expiresAt },
		isOurs: isNew,
	};
}

export function portalLinkDeed({ id }: Stripe.BillingPortal.Session, data: Data): Deed {
	const kind = 'portal_link_created';
	return { kind, key: idempotencyKey(kind, id), data, isOurs: true };
}

/** The card of one subscription has become the customer's. */
export function sharedCardDeed(subscription: Stripe.Subscription): Deed {
	const kind = 'default_card_changed';
	return {
		kind,
		key: [kind, subscription.id, requestOf(subscription)].join('/'),
		data: { subscriptionId: subscription.id },
		isOurs: true,
	};
}

/** A cancellation: done, or asked for and still to come. */
export async function cancellationDeed(
	stripe: Stripe,
	before: Found,
	canceled: ChangedFound,
): Promise<Deed | null> {
	const { subscription, changed } = canceled;
	const { id, trial, endedAt, cancelsAt, cancelRequestedAt, cancellation } = subscription;
	const { feedback, comment } = cancellation;
	const data = { subscriptionId: id, feedback, comment };
	if (!endedAt) {
		if (!cancelsAt) return null;
		return {
			kind: 'cancellation_scheduled',
			key: factKeys.cancellationScheduled(subscription, cancelRequestedAt),
			...(cancelRequestedAt && { at: cancelRequestedAt }),
			data: { ...data, reason: feedback, cancelsAt },
			// To what was scheduled already only words were added.
			isOurs: changed && before.subscription.cancelsAt === null,
		};
	}
	const ended = { at: endedAt, isOurs: changed };
	if (await hasPaid(stripe, canceled)) {
		return {
			...ended,
			kind: 'subscription_canceled',
			key: factKeys.subscriptionCanceled(subscription),
			data: { ...data, reason: feedback ?? cancellation.reason, endedAt },
		};
	}
	if (trial && endedAt <= trial.endsAt) {
		return {
			...ended,
			kind: 'trial_lapsed',
			key: factKeys.trialLapsed(subscription),
			data: { ...data, reason: lapseReason(subscription), endedAt },
		};
	}
	// A trial that had lapsed before, or something that never ran.
	const over = ownDeed('subscription_ended', canceled, {
		identity: [],
		data: { ...data, endedAt },
	});
	return { ...over, ...ended };
}

export function planDeed(reached: ChangedFound, data: Data): Deed | null {
	return reached.changed ? requestedDeed('plan_changed', reached, data) : null;
}

/** One step of somebody's return. */
export function returnDeed(
	step: StepBack,
	reached: ChangedFound,
	latest: Stripe.Invoice | null,
): Deed | null {
	const { subscription, changed } = reached;
	if (!changed) return null;
	const data = { way: step };
	switch (step) {
		case 'undo_cancellation':
			return requestedDeed('cancellation_undone', reached, data);
		case 'resume_collection':
			return ownDeed('collection_resumed', reached, { data });
		case 'resume':
		case 'pay_open_invoice':
			// Paused until the payment comes.
			return subscription.status === 'paused'
				? ownDeed('resumption_requested', reached, { data })
				: requestedDeed('subscription_resumed', reached, { ...data, reason: 'resumed' });
		case 'subscribe_again': {
			const payment = paymentIn(latest);
			if (!payment) return ownDeed('subscription_restarted', reached, { identity: [], data });
			return {
				kind: 'subscription_resumed',
				key: factKeys.returned(subscription),
				at: payment.paidAt,
				data: {
					...{ subscriptionId: subscription.id, reason: 'new_subscription' },
					...paid(payment),
					...data,
				},
				isOurs: true,
			};
		}
	}
}

function requestedDeed(
	kind: Parameters<typeof factKeys.requested>[0],
	{ subscription, raw }: Found,
	data: Data,
): Deed {
	return {
		kind,
		key: factKeys.requested(kind, subscription, requestOf(raw)),
		data: { subscriptionId: subscription.id, ...data },
		isOurs: true,
	};
}

/** Of an answer that a change was made by; the time stands in where a proxy has dropped the header. */
function requestOf(answer: object): string {
	return requestIdOf(answer) ?? new Date().toISOString();
}

function paymentIn(latest: Stripe.Invoice | null) {
	const invoice = latest && toInvoice(latest);
	return invoice?.paidAt ? { ...invoice, paidAt: invoice.paidAt } : null;
}

/** As the trigger names it. */
function paid({ id, amountPaid, currency }: { id: string; amountPaid: number; currency: string }) {
	return { invoiceId: id, amountPaid, currency };
}
