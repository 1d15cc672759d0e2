import type { Account } from '../account.ts';
import type { Identified } from '../../kernel/table.ts';
import { missingResource } from './failure.ts';
import { integer, either, object, text, timestamp, type Field } from './params.ts';

/** https://docs.stripe.com/api/pagination */
export const pagination = {
	limit: integer({ min: 1, max: 100 }),
	starting_after: text(),
	ending_before: text(),
};

const DEFAULT_LIMIT = 10;

interface PageParams {
	readonly limit?: number;
	readonly starting_after?: string;
	readonly ending_before?: string;
}

export interface List {
	readonly object: 'list';
	readonly data: readonly unknown[];
	readonly has_more: boolean;
	readonly url: string;
}

/**
 * One page of what is wanted of the records, which come newest first. The cursor may be any of the
 * records, wanted or not: it may have changed since the page before.
 */
export function pageOf<T extends Identified & { readonly object: string }>(
	records: Iterable<T>,
	params: PageParams,
	url: string,
	account: Account,
	isWanted: (record: T) => boolean = () => true,
): List {
	const limit = params.limit ?? DEFAULT_LIMIT;
	const { page, hasMore } =
		params.ending_before === undefined
			? takeAfter(records, isWanted, params.starting_after, limit)
			: takeBefore(records, isWanted, params.ending_before, limit);
	return {
		object: 'list',
		data: page.map((record) => account.render(record)),
		has_more: hasMore,
		url,
	};
}

function takeAfter<T extends Identified>(
	records: Iterable<T>,
	isWanted: (record: T) => boolean,
	cursor: string | undefined,
	limit: number,
) {
	const page: T[] = [];
	let started = cursor === undefined;
	for (const record of records) {
		if (!started) started = record.id === cursor;
		else if (!isWanted(record)) continue;
		else if (page.length === limit) return { page, hasMore: true };
		else page.push(record);
	}
	if (!started) throw missingResource('object', cursor ?? '', 'starting_after');
	return { page, hasMore: false };
}

function takeBefore<T extends Identified>(
	records: Iterable<T>,
	isWanted: (record: T) => boolean,
	cursor: string,
	limit: number,
) {
	const newer: T[] = [];
	for (const record of records) {
		if (record.id === cursor) return { page: newer.slice(-limit), hasMore: newer.length > limit };
		if (isWanted(record)) newer.push(record);
	}
	throw missingResource('object', cursor, 'ending_before');
}

/** Everything at once, as lists inside other objects are given. */
export function listOf(data: readonly unknown[], url: string): List {
	return { object: 'list', data, has_more: false, url };
}

export interface Range {
	readonly gt?: number;
	readonly gte?: number;
	readonly lt?: number;
	readonly lte?: number;
}

/** `created=…` or `created[gte]=…` */
export function range(): Field<number | Range> {
	return either(
		timestamp(),
		object<Range>({ gt: timestamp(), gte: timestamp(), lt: timestamp(), lte: timestamp() }),
	);
}

export function isInRange(value: number, wanted: number | Range | undefined): boolean {
	if (wanted === undefined) return true;
	if (typeof wanted === 'number') return value === wanted;
	const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = wanted;
	return value > gt && value >= gte && value < lt && value <= lte;
}
