import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What the embedded store of an n8n knows, read from outside while n8n runs. */
export interface Inbox {
	/** Stripe events that some flow has not been told of yet, or only in vain so far. */
	unsettled(): number;
	/** What billing told of an account, oldest first. */
	toldOf(accountId: string): readonly string[];
}

/** The lifecycle events, as the documentation of the trigger names them. */
const BILLING: ReadonlySet<string> = new Set([
	'trial_started',
	'trial_ending',
	'trial_extended',
	'payment_method_added',
	'trial_converted',
	'trial_lapsed',
	'payment_failed',
	'payment_action_required',
	'payment_recovered',
	'cancellation_scheduled',
	'cancellation_undone',
	'subscription_canceled',
	'subscription_resumed',
	'plan_changed',
	'checkout_abandoned',
]);

/** One that fails again and again is left to the verdict; it must not hold up the others. */
const HOPELESS_AFTER = 3;

export function createInbox(n8nFolder: string): Inbox {
	const file = join(n8nFolder, '.n8n', 'saas-lifecycle.sqlite');

	function ask<Row>(question: string, ...values: Array<string | number>): Row[] {
		// Made by the first node that needs it.
		if (!existsSync(file)) return [];
		const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
		try {
			return database.prepare(question).all(...values) as Row[];
		} finally {
			database.close();
		}
	}

	return {
		unsettled() {
			const [row] = ask<{ open: number }>(
				`select count(*) as open from event_deliveries
				where state in ('pending', 'running') or (state = 'retry' and attempts < ?)`,
				HOPELESS_AFTER,
			);
			return row?.open ?? 0;
		},
		toldOf: (accountId) =>
			ask<{ kind: string }>(
				'select kind from timeline where account_id = ? order by at, id',
				accountId,
			)
				.map(({ kind }) => kind)
				.filter((kind) => BILLING.has(kind)),
	};
}
