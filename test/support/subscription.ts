import type { Subscription } from '../../lifecycle/subscription.ts';

/** A card-less trial of 14 days from 1 March 2026, noon UTC. */
export function aSubscription(overrides: Partial<Subscription> = {}): Subscription {
	return {
		id: 'sub_1',
		customerId: 'cus_1',
		accountId: 'acme-1',
		status: 'trialing',
		pausedFor: null,
		pausedAt: null,
		createdAt: new Date('2026-03-01T12:00:00Z'),
		trial: {
			startedAt: new Date('2026-03-01T12:00:00Z'),
			endsAt: new Date('2026-03-15T12:00:00Z'),
		},
		withoutPaymentMethod: 'pause',
		hasPaymentMethod: false,
		currentPeriodEndsAt: new Date('2026-03-15T12:00:00Z'),
		cancelsAt: null,
		cancelRequestedAt: null,
		endedAt: null,
		cancellation: { reason: null, feedback: null, comment: null },
		plans: [
			{
				priceId: 'price_pro',
				productId: 'prod_boards',
				quantity: 1,
				unitAmount: 2900,
				currency: 'eur',
				interval: 'month',
				intervalCount: 1,
			},
		],
		testClockId: null,
		isLive: false,
		metadata: {},
		...overrides,
	};
}
