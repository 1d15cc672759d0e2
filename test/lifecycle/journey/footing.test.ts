import { footingOf } from '../../../lifecycle/journey/footing.ts';
import type { Subscription } from '../../../lifecycle/subscription.ts';
import { aSubscription } from '../../support/subscription.ts';

const before = aSubscription();
const LATER = new Date('2026-03-22T12:00:00Z');

describe('the footing of somebody in a trial', () => {
	it.each<[string, Subscription | null]>([
		['pays', { ...before, status: 'active' }],
		['leaves a card', { ...before, hasPaymentMethod: true }],
		['asks to leave', { ...before, cancelsAt: LATER }],
		['leaves', { ...before, status: 'canceled' }],
		['gets more time', { ...before, trial: { startedAt: before.createdAt, endsAt: LATER } }],
		['begins anew', { ...before, id: 'sub_2' }],
		['is deleted', null],
	])('changes when that person %s', (_, subscription) => {
		expect(footingOf({ subscription })).not.toBe(footingOf({ subscription: before }));
	});

	it('does not change with what no step is judged by', () => {
		const after = { ...before, metadata: { seats: '3' }, currentPeriodEndsAt: LATER };
		expect(footingOf({ subscription: after })).toBe(footingOf({ subscription: before }));
	});
});
