import type { Selectable, Updateable } from 'kysely';
import type { Scope } from './database.ts';
import { fromJson, toJson } from './json.ts';
import type { TimelineTable } from './tables.ts';
import type { NewTimelineEntry } from './timeline.ts';

/** An entry whose key is there already. */
export type ToldBefore = NewTimelineEntry & { readonly key: string };

type Data = Readonly<Record<string, unknown>>;

/**
 * One deed may be told twice: by who did it, who knows by which execution, and by who heard of it from Stripe,
 * who knows the event and when it really happened. Whichever comes second adds what the first did not know.
 */
export async function complete(scope: Scope, entries: readonly ToldBefore[]): Promise<void> {
	const { db, partition } = scope;
	if (entries.length === 0) return;
	const rows = await db
		.selectFrom('timeline')
		.selectAll()
		.where('partition_key', '=', partition)
		.where(
			'entry_key',
			'in',
			entries.map(({ key }) => key),
		)
		.execute();
	const known = new Map(rows.map((row) => [row.entry_key, row]));
	const overtaken: ToldBefore[] = [];
	for (const entry of entries) {
		const row = known.get(entry.key);
		const news = row && newsIn(entry, row);
		if (!news) continue;
		const { numUpdatedRows } = await db
			.updateTable('timeline')
			.set(news)
			.where('id', '=', row.id)
			.where('cause', 'is not distinct from', row.cause)
			.where('execution_id', 'is not distinct from', row.execution_id)
			.executeTakeFirst();
		if (numUpdatedRows === 0n) overtaken.push(entry);
	}
	// Others were faster. That ends: a row gets a cause once and an execution once, or is erased.
	await complete(scope, overtaken);
}

function newsIn(
	entry: NewTimelineEntry,
	row: Selectable<TimelineTable>,
): Updateable<TimelineTable> | null {
	const addsExecution = row.execution_id === null && entry.executionId !== undefined;
	const addsCause = row.cause === null && entry.cause !== undefined;
	if (!addsExecution && !addsCause) return null;
	const told = entry.data ?? {};
	const known = row.data === null ? {} : (fromJson(row.data) as Data);
	const [doer, witness] = addsExecution ? [told, known] : [known, told];
	return {
		...(addsExecution ? { source: entry.source, execution_id: entry.executionId } : {}),
		...(addsCause ? { at: entry.at.getTime(), cause: entry.cause } : {}),
		data: toJson(joined(doer, witness)),
	};
}

/** What one of them does not know is null to them. */
function joined(doer: Data, witness: Data): Data {
	const surely = Object.entries(doer).filter(([, value]) => value !== null);
	return { ...doer, ...witness, ...Object.fromEntries(surely) };
}
