import type Stripe from 'stripe';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { bringAbout } from './bring-about.ts';
import {
	retrieveFound,
	toFound,
	WITH_INVOICE,
	type ChangedFound,
	type Found,
} from './subscriptions.ts';

export interface Cancellation {
	readonly when: 'now' | 'at_end';
	/** Null where nobody asked or answered. */
	readonly feedback: Stripe.SubscriptionCancelParams.CancellationDetails.Feedback | null;
	readonly comment: string | null;
	/** Now: bill what is open at once, and credit the time that was paid for and is not used. */
	readonly invoiceNow?: boolean;
	readonly prorate?: boolean;
}

/** Ends a subscription now, or lets it run to the end of what is paid for. https://docs.stripe.com/billing/subscriptions/cancel */
export async function cancelSubscription(
	stripe: Stripe,
	found: Found,
	cancellation: Cancellation,
): Promise<ChangedFound> {
	if (isOver(found.subscription)) return { ...found, changed: false };
	return cancellation.when === 'now'
		? await cancelNow(stripe, found, cancellation)
		: await cancelAtEnd(stripe, found, cancellation);
}

function isOver({ status }: Subscription): boolean {
	return status === 'canceled' || status === 'incomplete_expired';
}

/** Deleting is idempotent by nature and takes no key: a repeat is told that there is nothing any more. */
async function cancelNow(
	stripe: Stripe,
	{ subscription: { id } }: Found,
	cancellation: Cancellation,
): Promise<ChangedFound> {
	try {
		const canceled = await stripe.subscriptions.cancel(id, {
			...details(cancellation),
			...(cancellation.invoiceNow ? { invoice_now: true } : {}),
			...(cancellation.prorate ? { prorate: true } : {}),
			expand: WITH_INVOICE,
		});
		return { ...toFound(canceled), changed: true };
	} catch (error) {
		const present = await retrieveFound(stripe, id);
		if (isOver(present.subscription)) return { ...present, changed: false };
		throw error;
	}
}

async function cancelAtEnd(
	stripe: Stripe,
	found: Found,
	cancellation: Cancellation,
): Promise<ChangedFound> {
	const { subscription } = found;
	if (isScheduled(subscription, cancellation)) return { ...found, changed: false };
	const { object, changed } = await bringAbout({
		key: idempotencyKey(
			'cancel_at_end',
			subscription.id,
			String(subscription.currentPeriodEndsAt?.getTime()),
			JSON.stringify(details(cancellation)),
		),
		make: async (options) =>
			await stripe.subscriptions.update(
				subscription.id,
				{
					// An end that is set for another day stays; only the words are added.
					...(subscription.cancelsAt ? {} : { cancel_at_period_end: true }),
					...details(cancellation),
					expand: WITH_INVOICE,
				},
				options,
			),
		read: async () => (await retrieveFound(stripe, subscription.id)).raw,
		isSo: (raw) => isScheduled(toFound(raw).subscription, cancellation),
	});
	return { ...toFound(object), changed };
}

function isScheduled(subscription: Subscription, { feedback, comment }: Cancellation): boolean {
	const said = subscription.cancellation;
	return (
		isOver(subscription) ||
		(subscription.cancelsAt !== null &&
			(feedback === null || said.feedback === feedback) &&
			(comment === null || said.comment === comment))
	);
}

function details({ feedback, comment }: Cancellation) {
	if (feedback === null && comment === null) return {};
	return {
		cancellation_details: {
			...(feedback === null ? {} : { feedback }),
			...(comment === null ? {} : { comment }),
		},
	};
}
