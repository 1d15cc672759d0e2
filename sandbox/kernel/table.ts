/** What a table keeps: something with an id. */
export interface Identified {
	readonly id: string;
}

/** For each index the keys under which a record is found; none to leave it out. */
export type Indexes<T, Name extends string> = Readonly<
	Record<Name, (record: T) => string | null | undefined | readonly string[]>
>;

export interface Table<T extends Identified, Name extends string = string> {
	readonly size: number;
	get(id: string): T | undefined;
	/** Inserts a new record or replaces the one with the same id; its place in the order stays. */
	put(record: T): T;
	delete(id: string): void;
	/** Every record, newest first; `from` skips everything newer than that record, and the record itself. */
	newestFirst(from?: string): Iterable<T>;
	/** The records under one key of an index, newest first. */
	where(index: Name, key: string): readonly T[];
	/** Called after each write with the record, or with undefined when it was deleted. */
	onWrite(listener: (id: string, record: T | undefined) => void): void;
	clear(): void;
}

/** An in-memory table in order of insertion whose lookups do not grow with its size. */
export function createTable<T extends Identified, Name extends string = never>(
	indexes: Indexes<T, Name> = {} as Indexes<T, Name>,
): Table<T, Name> {
	const names = Object.keys(indexes) as Name[];
	const places = new Map<string, number>();
	const rows: Array<T | undefined> = [];
	const buckets = new Map<Name, Map<string, Set<number>>>(names.map((name) => [name, new Map()]));
	const listeners: Array<(id: string, record: T | undefined) => void> = [];

	const keysOf = (name: Name, record: T): readonly string[] => {
		const keys = indexes[name](record);
		return typeof keys === 'string' ? [keys] : (keys ?? []);
	};

	const unindex = (record: T, place: number) => {
		for (const name of names) {
			for (const key of keysOf(name, record)) {
				const bucket = buckets.get(name)?.get(key);
				bucket?.delete(place);
				if (bucket?.size === 0) buckets.get(name)?.delete(key);
			}
		}
	};

	const index = (record: T, place: number) => {
		for (const name of names) {
			const byKey = buckets.get(name);
			for (const key of keysOf(name, record)) {
				const bucket = byKey?.get(key);
				if (bucket) bucket.add(place);
				else byKey?.set(key, new Set([place]));
			}
		}
	};

	const tell = (id: string, record: T | undefined) => {
		for (const listener of listeners) listener(id, record);
	};

	return {
		get size() {
			return places.size;
		},
		get(id) {
			const place = places.get(id);
			return place === undefined ? undefined : rows[place];
		},
		put(record) {
			let place = places.get(record.id);
			if (place === undefined) {
				place = rows.length;
				places.set(record.id, place);
			} else {
				const previous = rows[place];
				if (previous) unindex(previous, place);
			}
			rows[place] = record;
			index(record, place);
			tell(record.id, record);
			return record;
		},
		delete(id) {
			const place = places.get(id);
			const record = place === undefined ? undefined : rows[place];
			if (place === undefined || !record) return;
			unindex(record, place);
			places.delete(id);
			rows[place] = undefined;
			tell(id, undefined);
		},
		*newestFirst(from) {
			const start = from === undefined ? rows.length : (places.get(from) ?? 0);
			for (let place = start - 1; place >= 0; place -= 1) {
				const record = rows[place];
				if (record) yield record;
			}
		},
		where(name, key) {
			const bucket = buckets.get(name)?.get(key);
			if (!bucket) return [];
			// A record that came back under a key sits at the end of its bucket: order by place.
			const found = [...bucket].sort((one, other) => other - one);
			return found.flatMap((place) => rows[place] ?? []);
		},
		onWrite: (listener) => void listeners.push(listener),
		clear() {
			for (const id of [...places.keys()]) this.delete(id);
			rows.length = 0;
		},
	};
}
