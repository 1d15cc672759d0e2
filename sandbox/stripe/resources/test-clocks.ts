import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { failure, invalidRequest, missingResource } from '../api/failure.ts';
import { pageOf, pagination } from '../api/lists.ts';
import { id, required, text, timestamp } from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import { addIntervals, type Recurrence } from '../billing/periods.ts';
import { create, update } from '../events/changes.ts';
import { DAY, type Seconds, type Stored } from '../state/stored.ts';
import { customerOf } from './customers.ts';
import { isOver } from './subscriptions.ts';

export type TestClock = Stored<Stripe.TestHelpers.TestClock>;

export const testClockPresentation: Presentation<TestClock> = { object: 'test_helpers.test_clock' };

/** Clocks and what hangs on them are deleted after this time. https://docs.stripe.com/billing/testing/test-clocks */
const LIFETIME = 30 * DAY;

export function testClockOf(account: Account, clockId: string, param = 'id'): TestClock {
	const clock = account.testClocks.get(clockId);
	if (!clock) throw missingResource('test clock', clockId, param);
	return clock;
}

export function createTestClock(
	account: Account,
	frozenTime: Seconds,
	name: string | null,
): TestClock {
	const now = account.realNow();
	const clock: TestClock = {
		id: account.newId('clock'),
		object: 'test_helpers.test_clock',
		created: now,
		deletes_after: now + LIFETIME,
		frozen_time: frozenTime,
		livemode: false,
		name,
		status: 'ready',
		status_details: {},
	};
	account.startTimeline(clock.id, frozenTime);
	return create(account, account.testClocks, clock, 'test_helpers.test_clock.created');
}

/** How far a clock can be moved at once: two intervals of the shortest subscription on it, else two years. */
function furthestAdvance(account: Account, clock: TestClock): Seconds {
	const rhythms = account.subscriptions
		.where('test_clock', clock.id)
		.filter((subscription) => !isOver(subscription))
		.flatMap(({ items }) => items.map((item): Recurrence => item.price.recurring));
	const ends = rhythms.map((rhythm) => addIntervals(clock.frozen_time, rhythm, 2));
	return ends.length > 0
		? Math.min(...ends)
		: addIntervals(clock.frozen_time, { interval: 'year', interval_count: 1 }, 2);
}

/** Starts to move a clock; it is `advancing` until everything due on the way has happened. */
function advanceTestClock(account: Account, clock: TestClock, to: Seconds): TestClock {
	if (clock.status !== 'ready') {
		throw failure(429, {
			type: 'invalid_request_error',
			code: 'lock_timeout',
			message: 'The test clock is still advancing. Wait until its status is ready.',
		});
	}
	if (to <= clock.frozen_time) {
		throw invalidRequest('The frozen time must be after the current frozen time.', {
			param: 'frozen_time',
		});
	}
	if (to > furthestAdvance(account, clock)) {
		throw invalidRequest(
			'The frozen time cannot be more than two intervals in the future from the shortest subscription on the clock, or two years without subscriptions.',
			{ param: 'frozen_time' },
		);
	}
	const advancing = update(
		account,
		account.testClocks,
		{ ...clock, status: 'advancing', status_details: { advancing: { target_frozen_time: to } } },
		'test_helpers.test_clock.advancing',
	);
	account.startAdvancing(clock.id, to);
	return advancing;
}

/** The clock has arrived. */
export function settleTestClock(account: Account, clockId: string, at: Seconds): void {
	const clock = account.testClocks.get(clockId);
	if (!clock) return;
	update(
		account,
		account.testClocks,
		{ ...clock, frozen_time: at, status: 'ready', status_details: {} },
		'test_helpers.test_clock.ready',
	);
}

export const testClockEndpoints = [
	endpoint<Stripe.TestHelpers.TestClockCreateParams>(
		'POST',
		'/v1/test_helpers/test_clocks',
		'billing_clock',
		{ customer: id(), expand, frozen_time: required(timestamp()), name: text({ max: 300 }) },
		({ account, params }) => {
			if (account.livemode) throw invalidRequest('Test clocks are only available in test mode.');
			const clock = createTestClock(account, params.frozen_time, params.name ?? null);
			if (params.customer !== undefined) {
				const customer = customerOf(account, params.customer, 'customer');
				update(
					account,
					account.customers,
					{ ...customer, test_clock: clock.id },
					'customer.updated',
				);
			}
			return clock;
		},
	),

	endpoint<Stripe.TestHelpers.TestClockListParams>(
		'GET',
		'/v1/test_helpers/test_clocks',
		'billing_clock',
		{ ...pagination, expand },
		({ account, params, url }) => pageOf(account.testClocks.newestFirst(), params, url, account),
	),

	endpoint<Stripe.TestHelpers.TestClockRetrieveParams>(
		'GET',
		'/v1/test_helpers/test_clocks/:id',
		'billing_clock',
		{ expand },
		({ account, path }) => testClockOf(account, path['id'] ?? ''),
	),

	endpoint<Stripe.TestHelpers.TestClockAdvanceParams>(
		'POST',
		'/v1/test_helpers/test_clocks/:id/advance',
		'billing_clock',
		{ expand, frozen_time: required(timestamp()) },
		({ account, params, path }) =>
			advanceTestClock(account, testClockOf(account, path['id'] ?? ''), params.frozen_time),
	),

	endpoint<Stripe.TestHelpers.TestClockDeleteParams>(
		'DELETE',
		'/v1/test_helpers/test_clocks/:id',
		'billing_clock',
		{},
		({ account, path }) => {
			const clock = testClockOf(account, path['id'] ?? '');
			deleteTestClock(account, clock);
			return { id: clock.id, object: clock.object, deleted: true };
		},
	),
];

/** A clock goes with everything that hangs on it. */
function deleteTestClock(account: Account, clock: TestClock): void {
	for (const customer of account.customers.where('test_clock', clock.id)) {
		for (const one of account.subscriptions.where('customer', customer.id)) {
			account.subscriptions.delete(one.id);
		}
		for (const one of account.invoices.where('customer', customer.id)) {
			account.invoices.delete(one.id);
		}
		account.customers.delete(customer.id);
		account.deletedCustomers.add(customer.id);
	}
	account.testClocks.delete(clock.id);
	account.endTimeline(clock.id);
	account.emit('test_helpers.test_clock.deleted', clock);
}
