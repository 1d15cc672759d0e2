import { wayBack, type PastSubscription, type WayBack } from '../../lifecycle/reactivation.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const CANCELS_AT = new Date('2026-04-01T12:00:00Z');

function past(
	subscription: Partial<Subscription>,
	more: Partial<Omit<PastSubscription, 'subscription'>> = {},
): PastSubscription {
	return {
		subscription: aSubscription(subscription),
		isCollectionPaused: false,
		owesLatestInvoice: false,
		...more,
	};
}

const stepsOf = (way: WayBack) => (way.kind === 'steps' ? way.steps : way);

describe('the way back', () => {
	it.each<[string, PastSubscription, readonly string[]]>([
		['of an active one: none is needed', past({ status: 'active' }), []],
		['of a trial: none is needed', past({ status: 'trialing' }), []],
		[
			'of one that is set to end',
			past({ status: 'active', cancelsAt: CANCELS_AT }),
			['undo_cancellation'],
		],
		[
			'of a trial that is set to end',
			past({ status: 'trialing', cancelsAt: CANCELS_AT }),
			['undo_cancellation'],
		],
		[
			'of one whose payments are not collected',
			past({ status: 'active' }, { isCollectionPaused: true }),
			['resume_collection'],
		],
		['of a paused one', past({ status: 'paused' }), ['resume']],
		[
			'of a paused one whose return waits for a payment',
			past({ status: 'paused' }, { owesLatestInvoice: true }),
			['pay_open_invoice'],
		],
		[
			'of a paused one that is set to end',
			past({ status: 'paused', cancelsAt: CANCELS_AT }),
			['undo_cancellation', 'resume'],
		],
		[
			'of one in debt that is set to end',
			past({ status: 'past_due', cancelsAt: CANCELS_AT }),
			['undo_cancellation'],
		],
		['of a canceled one', past({ status: 'canceled' }), ['subscribe_again']],
		[
			'of an attempt that was never paid',
			past({ status: 'incomplete_expired' }),
			['subscribe_again'],
		],
	])('%s', (_, subscription, steps) => {
		expect(stepsOf(wayBack([subscription]))).toEqual(steps);
	});

	it.each<[string, PastSubscription[], string]>([
		['never subscribed', [], 'never_subscribed'],
		['owes a payment', [past({ status: 'past_due' })], 'payment_due'],
		['owes all payments', [past({ status: 'unpaid' })], 'payment_due'],
	])('is refused to somebody who %s', (_, history, reason) => {
		expect(wayBack(history)).toEqual({ kind: 'refused', reason });
	});

	it('never leads to a second subscription beside a live one', () => {
		const ended = past({ id: 'sub_new', status: 'canceled', createdAt: new Date('2026-06-01') });
		for (const status of ['trialing', 'active', 'past_due', 'unpaid', 'paused'] as const) {
			const live = past({ id: 'sub_live', status, createdAt: new Date('2026-01-01') });
			const way = wayBack([ended, live]);
			expect(way).not.toMatchObject({ steps: expect.arrayContaining(['subscribe_again']) as [] });
			if (way.kind === 'steps') expect(way.id).toBe('sub_live');
		}
	});

	it('waits for the first payment of a new one that is there', () => {
		const ended = past({ id: 'sub_old', status: 'canceled' });
		const open = past({ id: 'sub_new', status: 'incomplete' });
		expect(wayBack([ended, open])).toEqual({ kind: 'waiting', id: 'sub_new' });
		expect(wayBack([open])).toEqual({ kind: 'waiting', id: 'sub_new' });
	});
});
