import type { Found } from '../../services/stripe/subscriptions.ts';
import type { Deed } from './write-through.ts';

/** A cancellation as the timeline tells it: done, or asked for and still to come. */
export function toCancellationDeed({ subscription }: Found): Deed {
	const { endedAt, cancelsAt, cancelRequestedAt, cancellation } = subscription;
	const { feedback, comment } = cancellation;
	return endedAt
		? { kind: 'subscription_ended', identity: [], data: { endedAt, feedback, comment } }
		: {
				kind: 'cancellation_scheduled',
				identity: [String(cancelRequestedAt?.getTime())],
				data: { cancelsAt, feedback, comment },
			};
}
