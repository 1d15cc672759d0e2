import type { Seconds } from './stored.ts';

interface Entry {
	readonly at: Seconds;
	readonly order: number;
	readonly id: string;
}

/** What is due when: one instant per object, earliest first; equal instants in the order of planning. */
export interface Agenda {
	/** Plans the object's next instant in place of an earlier plan; null takes it off. */
	plan(id: string, at: Seconds | null): void;
	/** The earliest object due at or before the instant; it is taken off. */
	takeDue(until: Seconds): { readonly id: string; readonly at: Seconds } | undefined;
	/** The planned instants, for looking at. */
	readonly planned: ReadonlyMap<string, Seconds>;
}

/** A binary heap in which replanned entries stay behind and are passed over when they surface. */
export function createAgenda(): Agenda {
	const heap: Entry[] = [];
	const current = new Map<string, Entry>();
	const planned = new Map<string, Seconds>();
	let order = 0;

	const isBefore = (one: Entry, other: Entry) =>
		one.at === other.at ? one.order < other.order : one.at < other.at;

	const push = (entry: Entry) => {
		let at = heap.push(entry) - 1;
		while (at > 0) {
			const parent = (at - 1) >> 1;
			const above = heap[parent];
			if (!above || isBefore(above, entry)) break;
			heap[at] = above;
			at = parent;
		}
		heap[at] = entry;
	};

	const pop = () => {
		const last = heap.pop();
		if (!last || heap.length === 0) return;
		let at = 0;
		for (;;) {
			const left = 2 * at + 1;
			const [one, other] = [heap[left], heap[left + 1]];
			if (!one) break;
			const child = other && isBefore(other, one) ? left + 1 : left;
			const below = heap[child];
			if (!below || isBefore(last, below)) break;
			heap[at] = below;
			at = child;
		}
		heap[at] = last;
	};

	const forget = (id: string) => {
		current.delete(id);
		planned.delete(id);
	};

	return {
		planned,
		plan(id, at) {
			if (at === null) return forget(id);
			if (current.get(id)?.at === at) return;
			const entry = { at, order: (order += 1), id };
			current.set(id, entry);
			planned.set(id, at);
			push(entry);
		},
		takeDue(until) {
			for (let top = heap[0]; top && top.at <= until; top = heap[0]) {
				pop();
				if (current.get(top.id) !== top) continue;
				forget(top.id);
				return top;
			}
			return undefined;
		},
	};
}
