import { isDeepStrictEqual } from 'node:util';
import type { FieldChange } from './account.ts';

/** One fact in which an account was not what its source says: `subscription.status`, from, to. */
export interface Difference {
	readonly fact: string;
	readonly from: unknown;
	readonly to: unknown;
}

/**
 * The changes of an account fact by fact, so that a person sees what moved instead of two whole subscriptions.
 * Another subscription in the place of one is a single difference, told by their ids.
 */
export function differencesIn(changes: readonly FieldChange[]): readonly Difference[] {
	return changes.flatMap(({ field, from, to }) => between(field, from, to));
}

function between(fact: string, from: unknown, to: unknown): readonly Difference[] {
	if (isDeepStrictEqual(from, to)) return [];
	if (!isRecord(from) || !isRecord(to) || from['id'] !== to['id']) {
		return [{ fact, from: inShort(from), to: inShort(to) }];
	}
	const parts = new Set([...Object.keys(from), ...Object.keys(to)]);
	return [...parts].flatMap((part) => between(`${fact}.${part}`, from[part], to[part]));
}

function inShort(value: unknown): unknown {
	return isRecord(value) && 'id' in value ? value['id'] : (value ?? null);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return (
		typeof value === 'object' && value !== null && !(value instanceof Date) && !Array.isArray(value)
	);
}
