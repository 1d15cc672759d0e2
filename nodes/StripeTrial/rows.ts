import type Stripe from 'stripe';
import type { IDataObject } from 'n8n-workflow';
import type { Subscription } from '../../lifecycle/subscription.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import { daysLeft, outcomeAtTrialEnd } from '../../lifecycle/trial.ts';

/** A trial as operators see it: instants as ISO strings, days as a person in the workflow's zone counts them. */
export function toTrialRow(
	subscription: Subscription,
	customer: Stripe.Customer,
	moment: { readonly stage: Stage; readonly now: Date; readonly timeZone: string },
): IDataObject {
	const { trial, plans } = subscription;
	const [plan] = plans;
	return {
		accountId: subscription.accountId ?? customer.metadata['account_id'] ?? null,
		email: customer.email,
		name: customer.name ?? null,
		stage: moment.stage,
		status: subscription.status,
		trialStartedAt: trial?.startedAt.toISOString() ?? null,
		trialEndsAt: trial?.endsAt.toISOString() ?? null,
		daysLeft: trial ? Math.max(0, daysLeft(trial.endsAt, moment.now, moment.timeZone)) : null,
		cardOnFile: subscription.hasPaymentMethod,
		atTrialEnd: subscription.status === 'trialing' ? outcomeAtTrialEnd(subscription) : null,
		cancelsAt: subscription.cancelsAt?.toISOString() ?? null,
		priceId: plan?.priceId ?? null,
		productId: plan?.productId ?? null,
		quantity: plan?.quantity ?? null,
		customerId: subscription.customerId,
		subscriptionId: subscription.id,
		mode: modeOf(subscription.isLive),
	};
}

export function toCustomerRow(customer: Stripe.Customer, accountId: string): IDataObject {
	return {
		accountId,
		email: customer.email,
		name: customer.name ?? null,
		phone: customer.phone ?? null,
		language: customer.preferred_locales?.[0] ?? null,
		customerId: customer.id,
		createdAt: new Date(customer.created * 1000).toISOString(),
		metadata: { ...customer.metadata },
		mode: modeOf(customer.livemode),
	};
}

export function modeOf(isLive: boolean): 'live' | 'test' {
	return isLive ? 'live' : 'test';
}
