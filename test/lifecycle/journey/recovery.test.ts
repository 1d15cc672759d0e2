import { mergeFacts, type Account } from '../../../lifecycle/account.ts';
import { decide, type Standing } from '../../../lifecycle/journey/decide.ts';
import { PRESETS } from '../../../lifecycle/journey/presets.ts';
import { aSubscription } from '../../support/subscription.ts';
import { aJourney } from './people.ts';

const DAY_MS = 86_400_000;
const END = new Date('2027-06-10T12:00:00Z');
const BEGAN = new Date('2026-06-10T12:00:00Z');
const days = (count: number, from = END) => new Date(from.getTime() + count * DAY_MS);

const journey = aJourney({
	name: 'recovery',
	audience: ['lapsed', 'churned'],
	steps: PRESETS.recovery,
});

/** A customer of one year who asked to leave so many days before the end. */
function customer(askedDaysBefore: number): Account {
	const paid = mergeFacts(null, { accountId: 'a', at: BEGAN, paidAt: days(1, BEGAN) }, BEGAN);
	const subscription = aSubscription({
		createdAt: BEGAN,
		trial: null,
		status: 'canceled',
		cancelRequestedAt: days(-askedDaysBefore),
		cancelsAt: END,
		endedAt: END,
	});
	return mergeFacts(paid, { accountId: 'a', at: END, subscription }, END);
}

/** Never paid: the trial ended two weeks before Stripe gave up the card. */
function trialist(): Account {
	const subscription = aSubscription({
		createdAt: days(-28),
		trial: { startedAt: days(-28), endsAt: days(-14) },
		status: 'canceled',
		hasPaymentMethod: true,
		cancelRequestedAt: END,
		endedAt: END,
		cancellation: { reason: 'payment_failed', feedback: null, comment: null },
	});
	return mergeFacts(null, { accountId: 'a', at: END, subscription }, END);
}

/** On which day after the end which step came out, looked after every six hours. */
function lived(account: Account): Array<[number, string]> {
	const out: Array<[number, string]> = [];
	const ledger = new Map<string, Standing>();
	let lastLookAt: Date | null = null;
	for (let look = 0; look < 45 * 4; look++) {
		const now = days(look / 4);
		const moment = { now, lastLookAt, aheadMs: 0 };
		const verdict = decide(journey, { account, milestones: [] }, ledger, moment);
		for (const { key, step } of verdict.emit) {
			out.push([Math.floor(look / 4), step.key]);
			ledger.set(key, { state: 'settled', hasReached: true });
		}
		lastLookAt = now;
	}
	return out;
}

describe('a customer who left hears from us from then on', () => {
	it.each([0, 12, 29, 200])('having asked to leave %d days before the end', (askedDaysBefore) => {
		expect(lived(customer(askedDaysBefore))).toEqual([
			[3, 'customer_what_was_missing'],
			[28, 'customer_last_word'],
		]);
	});
});

it('a trial whose card failed until Stripe gave up hears every step, counted from then', () => {
	expect(lived(trialist())).toEqual([
		[3, 'what_was_missing'],
		[7, 'start_again'],
		[28, 'last_word'],
	]);
});
