import type Stripe from 'stripe';
import {
	BILLING_INTERVALS,
	MISSING_PAYMENT_METHOD_BEHAVIORS,
	PAUSE_REASONS,
	SUBSCRIPTION_STATUSES,
	type PauseReason,
	type Plan,
	type Subscription,
	type SubscriptionStatus,
} from '../../lifecycle/subscription.ts';
import { Failure } from '../failure.ts';
import { cardToCharge } from './one-card.ts';

/** The one place where Stripe's shape becomes ours and unix seconds become dates. */
export function toSubscription(raw: Stripe.Subscription): Subscription {
	const ends = raw.items.data.map((item) => item.current_period_end);
	return {
		id: raw.id,
		customerId: typeof raw.customer === 'string' ? raw.customer : raw.customer.id,
		accountId: raw.metadata['account_id'] ?? null,
		status: toStatus(raw.status),
		pausedFor: pauseReasonOf(raw),
		pausedAt:
			raw.status === 'paused'
				? toDateOrNull(raw.status_details?.paused?.transitioned_at ?? null)
				: null,
		createdAt: toDate(raw.created),
		trial: toTrial(raw),
		withoutPaymentMethod:
			// Unset behaves as create_invoice.
			known(
				MISSING_PAYMENT_METHOD_BEHAVIORS,
				raw.trial_settings?.end_behavior?.missing_payment_method,
			) ?? 'create_invoice',
		hasPaymentMethod: cardToCharge(raw) !== null,
		currentPeriodEndsAt: endOf(ends),
		cancelsAt: toDateOrNull(raw.cancel_at) ?? (raw.cancel_at_period_end ? endOf(ends) : null),
		cancelRequestedAt: toDateOrNull(raw.canceled_at),
		endedAt: toDateOrNull(raw.ended_at),
		cancellation: {
			reason: raw.cancellation_details?.reason ?? null,
			feedback: raw.cancellation_details?.feedback ?? null,
			comment: raw.cancellation_details?.comment ?? null,
		},
		plans: raw.items.data.map(toPlan),
		testClockId: typeof raw.test_clock === 'string' ? raw.test_clock : (raw.test_clock?.id ?? null),
		isLive: raw.livemode,
		metadata: raw.metadata,
	};
}

function endOf(ends: readonly number[]): Date | null {
	return ends.length > 0 ? toDate(Math.max(...ends)) : null;
}

function toTrial(raw: Stripe.Subscription): Subscription['trial'] {
	if (raw.trial_end !== null) {
		return { startedAt: toDate(raw.trial_start ?? raw.created), endsAt: toDate(raw.trial_end) };
	}
	// A trial offer keeps its dates on the item. https://docs.stripe.com/billing/subscriptions/trials
	const offers = raw.items.data.flatMap(({ current_trial }) => current_trial ?? []);
	const [offer] = offers;
	if (!offer) return null;
	return { startedAt: toDate(offer.start_date), endsAt: toDate(offer.end_date) };
}

/** A status newer than this package must stop the work: guessing would grant or cut access by mistake. */
function toStatus(status: string): SubscriptionStatus {
	const found = known(SUBSCRIPTION_STATUSES, status);
	if (found) return found;
	throw new Failure(`Stripe reports the subscription status "${status}", unknown to this version`, {
		hint: 'Update n8n-nodes-saas-lifecycle.',
	});
}

function pauseReasonOf(raw: Stripe.Subscription): PauseReason | null {
	if (raw.status !== 'paused') return null;
	return known(PAUSE_REASONS, raw.status_details?.paused?.subscription?.type) ?? 'system';
}

function toPlan({ price, quantity }: Stripe.SubscriptionItem): Plan {
	return {
		priceId: price.id,
		productId: typeof price.product === 'string' ? price.product : price.product.id,
		quantity: quantity ?? 1,
		unitAmount: price.unit_amount,
		currency: price.currency,
		interval: known(BILLING_INTERVALS, price.recurring?.interval) ?? null,
		intervalCount: price.recurring?.interval_count ?? 1,
	};
}

/** The value where it is one of ours; the SDK's enums are open to values of later API versions. */
function known<const Values extends readonly string[]>(
	values: Values,
	value: string | null | undefined,
): Values[number] | undefined {
	return values.find((candidate) => candidate === value);
}

/** Unix seconds to an instant. */
function toDate(seconds: number): Date {
	return new Date(seconds * 1000);
}

function toDateOrNull(seconds: number | null): Date | null {
	return seconds === null ? null : toDate(seconds);
}
