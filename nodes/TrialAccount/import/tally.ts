import type { IDataObject } from 'n8n-workflow';
import type { FieldChange } from '../../../lifecycle/account.ts';
import { differencesIn } from '../../../lifecycle/drift.ts';
import type { UpsertResult } from '../../../services/store/index.ts';
import { toPlain } from '../rows.ts';

/** How many of what; of one import, however often it was interrupted. */
export interface Counts {
	subscriptions: number;
	created: number;
	changed: number;
	unchanged: number;
	/** Of people who asked to be forgotten: not stored. */
	erased: number;
	/** Of no account. */
	skipped: number;
	invoices: number;
	/** Invoices that told of a payment which the store did not know. */
	payments: number;
}

export const NOTHING: Readonly<Counts> = {
	subscriptions: 0,
	created: 0,
	changed: 0,
	unchanged: 0,
	erased: 0,
	skipped: 0,
	invoices: 0,
	payments: 0,
};

export interface Drift {
	readonly accountId: string;
	readonly subscriptionId: string;
	readonly changes: readonly FieldChange[];
}

/** What an import has to tell at its end. The lists are bounded; the counts are not. */
export interface Tally {
	readonly counts: Counts;
	count(outcome: UpsertResult['outcome']): void;
	drifted(drift: Drift): void;
	skipped(subscriptionId: string, reason: string): void;
	/** Its access may be another than billing demands. */
	doubtsAccess(accountId: string): void;
	lists(): IDataObject;
}

export function createTally(earlier: Readonly<Counts>, listAtMost: number): Tally {
	const counts = { ...earlier };
	const drifts: IDataObject[] = [];
	const skips: IDataObject[] = [];
	const doubted = new Set<string>();
	let driftsNotListed = 0;
	return {
		counts,
		count(outcome) {
			counts.subscriptions++;
			counts[outcome]++;
		},
		drifted({ accountId, subscriptionId, changes }) {
			if (drifts.length >= listAtMost) driftsNotListed++;
			else drifts.push(toPlain({ accountId, subscriptionId, changes: differencesIn(changes) }));
		},
		skipped(subscriptionId, reason) {
			counts.subscriptions++;
			counts.skipped++;
			if (skips.length < listAtMost) skips.push({ subscriptionId, reason });
		},
		doubtsAccess(accountId) {
			if (doubted.size < listAtMost) doubted.add(accountId);
		},
		lists: () => ({
			drifts,
			driftsNotListed,
			skippedSubscriptions: skips,
			accessToSync: [...doubted],
		}),
	};
}
