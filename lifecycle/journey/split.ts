import { createHash } from 'node:crypto';
import type { Variant } from './step.ts';

/** The arm that an account is in: the same for ever, null for the hold-out. */
export function variantOf(
	variants: readonly Variant[],
	journey: string,
	accountId: string,
): string | null {
	let reached = 0;
	const place = placeOf(journey, accountId);
	for (const { name, percent } of variants) {
		reached += percent;
		if (place < reached) return name;
	}
	return null;
}

/** Somewhere from 0 up to 100, evenly, and in each journey somewhere else. */
function placeOf(journey: string, accountId: string): number {
	const digest = createHash('sha256')
		.update(JSON.stringify([journey, accountId]))
		.digest();
	return (digest.readUInt32BE(0) / 2 ** 32) * 100;
}
