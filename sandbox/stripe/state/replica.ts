import type { Settings } from '../settings.ts';
import { createTable, type Identified, type Table } from '../../kernel/table.ts';

interface Searchable extends Identified {
	readonly email?: string | null;
	readonly metadata: Readonly<Record<string, string>> | null;
}

/** The search index of a table: a copy that learns of writes late. */
export interface Replica<T extends Searchable> {
	/** The copy as a search sees it now. */
	read(): Table<T, 'term'>;
	/** Lets everything written so far be found at once. */
	catchUp(): void;
}

/** How a search clause names an exact value: the key of the index. */
export function searchTerm(field: string, value: string): string {
	return `${field}:${value.toLowerCase()}`;
}

export function createReplica<T extends Searchable>(
	source: Table<T>,
	options: { readonly settings: Settings },
): Replica<T> {
	const copy = createTable<T, 'term'>({
		term: (record) => [
			...(record.email ? [searchTerm('email', record.email)] : []),
			...Object.entries(record.metadata ?? {}).map(([key, value]) =>
				searchTerm(`metadata.${key}`, value),
			),
		],
	});
	let waiting: Array<{ id: string; record: T | undefined; visibleAt: number }> = [];

	const apply = ({ id, record }: { id: string; record: T | undefined }) => {
		if (record) copy.put(record);
		else copy.delete(id);
	};

	source.onWrite((id, record) => {
		const visibleAt = Date.now() + options.settings.searchLagSeconds * 1000;
		waiting.push({ id, record, visibleAt });
	});

	const applyUntil = (instant: number) => {
		let ready = 0;
		for (const write of waiting) {
			if (write.visibleAt > instant) break;
			apply(write);
			ready += 1;
		}
		if (ready > 0) waiting = waiting.slice(ready);
	};

	return {
		read() {
			applyUntil(Date.now());
			return copy;
		},
		catchUp: () => applyUntil(Infinity),
	};
}
