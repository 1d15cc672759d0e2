import type { Subscription } from '../subscription.ts';
import { instant } from './fact-keys.ts';
import { presentOf, type Situation } from './situation.ts';

/** Why somebody leaves. Stripe's portal writes the customer's words a moment after the cancellation itself. */
export function wordsOf(then: Subscription, situation: Situation) {
	const present = presentOf(then, situation);
	const isSameRequest = instant(present.cancelRequestedAt) === instant(then.cancelRequestedAt);
	const later = isSameRequest ? present.cancellation : then.cancellation;
	return {
		reason:
			then.cancellation.feedback ??
			later.feedback ??
			then.cancellation.reason ??
			later.reason ??
			null,
		comment: then.cancellation.comment ?? later.comment,
	};
}
