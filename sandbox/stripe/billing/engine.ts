import type { Account } from '../account.ts';
import type { Timeline } from '../state/clocks.ts';
import type { Table } from '../../kernel/table.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import type { Seconds } from '../state/stored.ts';
import { expireSession, sessionDueAt } from './checkout/expiring.ts';
import { advanceInvoice, invoiceDueAt } from './issuing.ts';
import { runSubscription, subscriptionDueAt } from './course.ts';

/** Something that time does to the objects of one table: when next, and what. */
interface Course<T extends { readonly id: string }> {
	readonly table: Table<T>;
	readonly clockOf: (record: T) => string | null;
	readonly dueAt: (record: T) => Seconds | null;
	readonly run: (record: T) => void;
}

/** A run that never comes to rest is a mistake of the stand-in; better loud than endless. */
const MAX_STEPS = 1_000_000;

export interface Engine {
	/** Lets everything happen that is due on this course of time up to the instant, in order; true when done. */
	run(timeline: Timeline, until: Seconds, maxSteps?: number): boolean;
}

/**
 * Billing is a pure question asked of each object (what is due next, and when) and the answer carried
 * out when its time comes. Every write asks the question again.
 */
export function createEngine(account: Account): Engine {
	const courses = [
		course<Subscription>({
			table: account.subscriptions,
			clockOf: (subscription) => subscription.test_clock,
			dueAt: (subscription) => subscriptionDueAt(account, subscription),
			run: (subscription) => runSubscription(account, subscription),
		}),
		course({
			table: account.invoices,
			clockOf: (invoice) => invoice.test_clock,
			dueAt: invoiceDueAt,
			run: (invoice) => advanceInvoice(account, invoice),
		}),
		course({
			table: account.checkoutSessions,
			clockOf: (session) => account.clockOf(session),
			dueAt: sessionDueAt,
			run: (session) => expireSession(account, session),
		}),
	];

	function course<T extends { readonly id: string }>(one: Course<T>) {
		one.table.onWrite((id, record) => {
			if (!record) return account.forget(id);
			const { agenda, now } = account.timeline(one.clockOf(record));
			const at = one.dueAt(record);
			agenda.plan(id, at === null ? null : Math.max(at, now()));
		});
		return (id: string): boolean => {
			const record = one.table.get(id);
			if (record) one.run(record);
			return record !== undefined;
		};
	}

	return {
		run(timeline, until, maxSteps = MAX_STEPS) {
			for (let step = 0; step < maxSteps; step += 1) {
				const due = timeline.agenda.takeDue(until);
				if (!due) return true;
				timeline.at(due.at, () => courses.some((carryOut) => carryOut(due.id)));
			}
			if (maxSteps === MAX_STEPS) throw new Error('Billing does not come to rest');
			return false;
		},
	};
}
