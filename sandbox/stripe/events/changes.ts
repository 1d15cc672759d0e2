import type { Account } from '../account.ts';
import type { Table } from '../../kernel/table.ts';
import { previousAttributes } from './log.ts';
import type { EventType } from './types.ts';

interface Resource {
	readonly id: string;
	readonly object: string;
}

/** Adds a record and tells it. */
export function create<T extends Resource>(
	account: Account,
	table: Table<T>,
	record: T,
	type: EventType,
): T {
	table.put(record);
	account.emit(type, record);
	return record;
}

/** Replaces a record and tells what changed; a change that shows nowhere tells nothing. */
export function update<T extends Resource>(
	account: Account,
	table: Table<T>,
	record: T,
	type: EventType,
): T {
	const before = table.get(record.id);
	table.put(record);
	const previous = before && previousAttributes(account.render(before), account.render(record));
	if (previous) account.emit(type, record, previous);
	return record;
}

/** Removes a record and tells it in its last state. */
export function remove<T extends Resource>(
	account: Account,
	table: Table<T>,
	record: T,
	type: EventType,
): void {
	table.delete(record.id);
	account.emit(type, record);
}
