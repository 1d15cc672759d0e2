import type { Partition } from '../../services/store/index.ts';

/**
 * Tells the triggers of this process that something has come in, so that they need not wait for their next look.
 * Those of other processes look at the store by themselves.
 */
const sleepers = new Map<string, Set<() => void>>();

export function wake(partition: Partition): void {
	for (const rouse of sleepers.get(nameOf(partition)) ?? []) rouse();
}

/** Gives the function that ends the listening. */
export function onWake(partition: Partition, rouse: () => void): () => void {
	const name = nameOf(partition);
	const known = sleepers.get(name) ?? new Set();
	sleepers.set(name, known.add(rouse));
	return () => {
		known.delete(rouse);
		if (known.size === 0) sleepers.delete(name);
	};
}

function nameOf({ workspace, mode }: Partition): string {
	return `${mode}/${workspace}`;
}
