import { currentSubscription } from './current-subscription.ts';
import type { Subscription } from './subscription.ts';

/** One thing that has to be done so that a subscription runs again. */
export type StepBack =
	| 'undo_cancellation'
	| 'resume_collection'
	/** A pause that was to end already waits for this payment. */
	| 'pay_open_invoice'
	| 'resume'
	/** A new subscription, without a trial: an ended one never comes back. */
	| 'subscribe_again';

export type WayBack =
	/** In this order; none where it runs and nothing is scheduled. */
	| { readonly kind: 'steps'; readonly id: string; readonly steps: readonly StepBack[] }
	/** A new subscription is there and waits for its first payment. */
	| { readonly kind: 'waiting'; readonly id: string }
	| { readonly kind: 'refused'; readonly reason: ReactivationRefusal };

export type ReactivationRefusal = 'never_subscribed' | 'payment_due';

/** A subscription with what matters for its return and is not in a `Subscription`. */
export interface PastSubscription {
	readonly subscription: Subscription;
	readonly isCollectionPaused: boolean;
	readonly owesLatestInvoice: boolean;
}

/**
 * The way back to a running subscription. There is never a second one beside a live one: a new one is made only
 * where all others are over.
 */
export function wayBack(history: readonly PastSubscription[]): WayBack {
	const current = currentSubscription(history.map(({ subscription }) => subscription));
	const past = history.find(({ subscription }) => subscription.id === current?.id);
	if (!past) return { kind: 'refused', reason: 'never_subscribed' };
	const { id, status, cancelsAt } = past.subscription;

	const undo: StepBack[] = cancelsAt ? ['undo_cancellation'] : [];
	const collect: StepBack[] = past.isCollectionPaused ? ['resume_collection'] : [];
	switch (status) {
		case 'trialing':
		case 'active':
			return { kind: 'steps', id, steps: [...undo, ...collect] };
		case 'paused': {
			const resume = past.owesLatestInvoice ? 'pay_open_invoice' : 'resume';
			return { kind: 'steps', id, steps: [...undo, ...collect, resume] };
		}
		case 'past_due':
		case 'unpaid':
			return undo.length > 0
				? { kind: 'steps', id, steps: undo }
				: { kind: 'refused', reason: 'payment_due' };
		case 'canceled':
		case 'incomplete':
		case 'incomplete_expired': {
			const waiting = history.find(({ subscription }) => subscription.status === 'incomplete');
			return waiting
				? { kind: 'waiting', id: waiting.subscription.id }
				: { kind: 'steps', id, steps: ['subscribe_again'] };
		}
	}
}
