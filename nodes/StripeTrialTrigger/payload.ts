import type Stripe from 'stripe';
import type { IDataObject } from 'n8n-workflow';
import type { Before, Checkout, Invoice, LifecycleEvent } from '../../lifecycle/events/index.ts';
import { toMoney } from '../../lifecycle/money.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { outcomeAtTrialEnd, trialDaysLeft } from '../../lifecycle/trial.ts';
import type { AccountNews } from './account-news.ts';
import type { Consumer } from './consumer.ts';

/** What every payload tells besides what happened. */
type Teller = Pick<Consumer, 'partition' | 'timeZone'>;

/**
 * What a flow gets. Flows are built on these names: add some, never change one. Every item has all of them;
 * what does not apply is null. docs/stripe-trial-trigger.md shows them to operators.
 */
export function toPayload(
	event: LifecycleEvent,
	source: Stripe.Event,
	news: AccountNews,
	teller: Teller,
): IDataObject {
	return {
		id: event.key,
		event: event.name,
		occurredAt: iso(event.occurredAt),
		stale: event.isStale,
		account: toAccountPart(news, source, teller),
		subscription: event.subscription && toSubscriptionPart(event.subscription, news, teller),
		invoice: event.invoice && toInvoicePart(event.invoice),
		checkout: event.checkout && toCheckoutPart(event.checkout),
		reason: event.reason,
		comment: event.comment,
		before: event.before && toBeforePart(event.before),
		stripe: toStripePart(source),
	};
}

/** One of Stripe's own events, with the account that it is about beside it. */
export function toRawPayload(source: Stripe.Event, news: AccountNews, teller: Teller): IDataObject {
	return {
		id: source.id,
		event: source.type,
		occurredAt: iso(new Date(source.created * 1000)),
		stale: false,
		account: toAccountPart(news, source, teller),
		subscription: news.current && toSubscriptionPart(news.current, news, teller),
		invoice: null,
		checkout: null,
		reason: null,
		comment: null,
		before: null,
		stripe: {
			...toStripePart(source),
			object: source.data.object as unknown as IDataObject,
			previousAttributes: (source.data.previous_attributes ?? null) as IDataObject | null,
		},
	};
}

function toAccountPart(
	{ owner, now }: AccountNews,
	{ livemode }: Stripe.Event,
	{ partition }: Teller,
): IDataObject {
	const { accountId, customerId, email, name, language, account } = owner;
	return {
		accountId,
		customerId,
		email,
		name,
		language,
		stage: account?.stage ?? null,
		now: iso(now),
		mode: livemode ? 'live' : 'test',
		workspace: partition.workspace,
	};
}

function toSubscriptionPart(
	subscription: Subscription,
	{ now }: AccountNews,
	{ timeZone }: Teller,
): IDataObject {
	const { trial, plans } = subscription;
	const [plan] = plans;
	return {
		subscriptionId: subscription.id,
		status: subscription.status,
		trialStartedAt: iso(trial?.startedAt),
		trialEndsAt: iso(trial?.endsAt),
		daysLeft: trialDaysLeft(subscription, now, timeZone),
		cardOnFile: subscription.hasPaymentMethod,
		atTrialEnd: subscription.status === 'trialing' ? outcomeAtTrialEnd(subscription) : null,
		currentPeriodEndsAt: iso(subscription.currentPeriodEndsAt),
		cancelsAt: iso(subscription.cancelsAt),
		endedAt: iso(subscription.endedAt),
		priceId: plan?.priceId ?? null,
		productId: plan?.productId ?? null,
		quantity: plan?.quantity ?? null,
		metadata: { ...subscription.metadata },
	};
}

function toInvoicePart(invoice: Invoice): IDataObject {
	const due = toMoney(invoice.amountDue, invoice.currency);
	return {
		invoiceId: invoice.id,
		status: invoice.status,
		amountDue: due.amount,
		amountPaid: toMoney(invoice.amountPaid, invoice.currency).amount,
		currency: due.currency,
		attempt: invoice.attempt,
		nextAttemptAt: iso(invoice.nextAttemptAt),
		final: invoice.paidAt === null && invoice.nextAttemptAt === null,
		declineCode: invoice.declineCode,
		paidAt: iso(invoice.paidAt),
		url: invoice.url,
	};
}

function toCheckoutPart({ id, mode, recoveryUrl }: Checkout): IDataObject {
	return { checkoutId: id, mode, recoveryUrl };
}

function toBeforePart({ trialEndsAt, plans }: Before): IDataObject {
	const plan = plans?.[0];
	return {
		trialEndsAt: iso(trialEndsAt),
		priceId: plan?.priceId ?? null,
		productId: plan?.productId ?? null,
		quantity: plan?.quantity ?? null,
	};
}

function toStripePart({ id, type, created, api_version: apiVersion }: Stripe.Event): IDataObject {
	return { eventId: id, eventType: type, createdAt: iso(new Date(created * 1000)), apiVersion };
}

function iso(instant: Date | null | undefined): string | null {
	return instant?.toISOString() ?? null;
}
