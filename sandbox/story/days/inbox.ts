import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What the embedded store of an n8n knows, read from outside while n8n runs. */
export interface Inbox {
	/** Stripe events that some flow has not been told of yet, or only in vain so far. */
	unsettled(): number;
	/** The types of Stripe events that the flows want to be told of. */
	wanted(): readonly string[];
	/** Which of these Stripe events have not come in by any way. */
	missing(eventIds: readonly string[]): readonly string[];
	/** Lifecycle events of an account, in the order in which they first happened, by name within one instant. */
	toldOf(accountId: string): readonly string[];
}

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
		wanted: () =>
			ask<{ types: string }>(
				"select types from event_consumers where partition_key not like 'intercom/%'",
			).flatMap(({ types }) => JSON.parse(types) as string[]),
		missing(eventIds) {
			if (eventIds.length === 0) return [];
			const known = new Set(
				ask<{ event_id: string }>(
					`select event_id from stripe_events where event_id in (${eventIds.map(() => '?').join()})`,
					...eventIds,
				).map((row) => row.event_id),
			);
			return eventIds.filter((id) => !known.has(id));
		},
		// What Stripe told of, whoever did it. No flow asks for starts: of them the node tells that starts a trial.
		toldOf: (accountId) =>
			ask<{ kind: string }>(
				`select kind from timeline
				where account_id = ? and (cause like 'evt%' or kind = 'trial_started')
				group by kind order by min(at), kind`,
				accountId,
			).map(({ kind }) => kind),
	};
}
