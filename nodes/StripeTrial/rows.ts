import type Stripe from 'stripe';
import type { IDataObject } from 'n8n-workflow';
import { toMoney } from '../../lifecycle/money.ts';
import type { Plan } from '../../lifecycle/subscription.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import { outcomeAtTrialEnd, trialDaysLeft } from '../../lifecycle/trial.ts';
import type { ChargePreview } from '../../services/stripe/preview.ts';
import { accountIdOf, type Found } from '../../services/stripe/subscriptions.ts';

/** Rows as operators see them: few names that stay, instants as ISO strings, money with its currency. */

/** A trial; days are counted as a person in the workflow's zone counts them. */
export function toTrialRow(
	{ subscription, customer }: Pick<Found, 'subscription' | 'customer'>,
	moment: { readonly stage: Stage; readonly now: Date; readonly timeZone: string },
): IDataObject {
	const { trial, plans } = subscription;
	const [plan] = plans;
	return {
		accountId: accountIdOf({ subscription, customer }),
		email: customer.email,
		name: customer.name ?? null,
		stage: moment.stage,
		status: subscription.status,
		trialStartedAt: iso(trial?.startedAt),
		trialEndsAt: iso(trial?.endsAt),
		daysLeft: trialDaysLeft(subscription, moment.now, moment.timeZone),
		cardOnFile: subscription.hasPaymentMethod,
		atTrialEnd: subscription.status === 'trialing' ? outcomeAtTrialEnd(subscription) : null,
		cancelsAt: iso(subscription.cancelsAt),
		priceId: plan?.priceId ?? null,
		productId: plan?.productId ?? null,
		quantity: plan?.quantity ?? null,
		customerId: subscription.customerId,
		subscriptionId: subscription.id,
	};
}

export function toSubscriptionRow({ subscription, customer, raw }: Found): IDataObject {
	const { trial, plans, cancellation } = subscription;
	const [plan] = plans;
	return {
		accountId: accountIdOf({ subscription, customer }),
		email: customer.email,
		name: customer.name ?? null,
		status: subscription.status,
		pausedFor: subscription.pausedFor,
		collectionPaused: raw.pause_collection !== null,
		priceId: plan?.priceId ?? null,
		productId: plan?.productId ?? null,
		quantity: plan?.quantity ?? null,
		...priceOfPeriod(plans),
		plans: plans.map(toPlanRow),
		discounted: raw.discounts.length > 0,
		cardOnFile: subscription.hasPaymentMethod,
		createdAt: iso(subscription.createdAt),
		trialEndsAt: iso(trial?.endsAt),
		currentPeriodEndsAt: iso(subscription.currentPeriodEndsAt),
		cancelsAt: iso(subscription.cancelsAt),
		endedAt: iso(subscription.endedAt),
		cancellationReason: cancellation.feedback ?? cancellation.reason,
		cancellationComment: cancellation.comment,
		customerId: subscription.customerId,
		subscriptionId: subscription.id,
	};
}

/** What one period costs in all, where every plan has one price per unit. */
function priceOfPeriod(plans: readonly Plan[]) {
	const amounts = plans.map(({ unitAmount, quantity }) =>
		unitAmount === null ? null : unitAmount * quantity,
	);
	const currency = plans[0]?.currency ?? 'usd';
	const isKnown = amounts.every((amount) => amount !== null);
	const sum = amounts.reduce<number>((total, amount) => total + (amount ?? 0), 0);
	const money = toMoney(sum, currency);
	return isKnown ? { ...money } : { ...money, amount: null };
}

function toPlanRow(plan: Plan): IDataObject {
	const { priceId, productId, quantity, unitAmount, currency, interval, intervalCount } = plan;
	const money = toMoney(unitAmount ?? 0, currency);
	return {
		priceId,
		productId,
		quantity,
		unitAmount: unitAmount === null ? null : money.amount,
		currency: money.currency,
		interval,
		intervalCount,
	};
}

export function toCustomerRow(customer: Stripe.Customer): IDataObject {
	return {
		accountId: customer.metadata['account_id'] ?? null,
		email: customer.email,
		name: customer.name ?? null,
		phone: customer.phone ?? null,
		language: customer.preferred_locales?.[0] ?? null,
		cardOnFile: Boolean(
			customer.invoice_settings.default_payment_method ?? customer.default_source,
		),
		customerId: customer.id,
		createdAt: iso(new Date(customer.created * 1000)),
		metadata: { ...customer.metadata },
	};
}

/** What a change would cost or has cost, in advance. */
export function toPreviewRow({ due, lines }: ChargePreview): IDataObject {
	return {
		amountDue: due.amount,
		currency: due.currency,
		lines: lines.map(({ description, amount, startsAt, endsAt, isProration }) => ({
			description,
			amount,
			startsAt: iso(startsAt),
			endsAt: iso(endsAt),
			proration: isProration,
		})),
	};
}

/** What became of a bill. An open one is paid at its URL. */
export function toInvoiceRow(invoice: Stripe.Invoice): IDataObject {
	const due = toMoney(invoice.amount_due, invoice.currency);
	return {
		invoiceId: invoice.id,
		invoiceStatus: invoice.status,
		amountDue: due.amount,
		amountPaid: toMoney(invoice.amount_paid, invoice.currency).amount,
		currency: due.currency,
		invoiceUrl: invoice.hosted_invoice_url ?? null,
	};
}

function iso(instant: Date | null | undefined): string | null {
	return instant?.toISOString() ?? null;
}
