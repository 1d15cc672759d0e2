import type { Partition } from '../../store/index.ts';

/** Whose events lie in the inbox. */
export type Source = 'stripe' | 'intercom';

/**
 * Tells the triggers of this process that something has come in, so that they need not wait for their next look.
 * Those of other processes look at the store by themselves.
 */
const sleepers = new Map<string, Set<() => void>>();

export function wake(source: Source, partition: Partition): void {
	for (const rouse of sleepers.get(nameOf(source, partition)) ?? []) rouse();
}

/** Gives the function that ends the listening. */
export function onWake(source: Source, partition: Partition, rouse: () => void): () => void {
	const name = nameOf(source, partition);
	const known = sleepers.get(name) ?? new Set();
	sleepers.set(name, known.add(rouse));
	return () => {
		known.delete(rouse);
		if (known.size === 0) sleepers.delete(name);
	};
}

function nameOf(source: Source, { workspace, mode }: Partition): string {
	return `${source}/${mode}/${workspace}`;
}
