import type { StandInRequest } from '../../kernel/http.ts';
import {
	integer,
	nullable,
	object,
	oneOf,
	optional,
	readBody,
	record,
	text,
	type Shape,
} from '../api/body.ts';
import { failure, invalid } from '../api/failure.ts';
import { MAX_PER_PAGE, type Paging } from '../api/paging.ts';
import type { FieldsOf, Searched, SearchField } from './fields.ts';
import { createMatch, isNegation } from './match.ts';

const MAX_FILTERS = 15;
const MAX_NESTING = 2;

const searchBody = {
	query: record,
	pagination: optional(
		object({ per_page: optional(integer), starting_after: optional(nullable(text())) }),
	),
	sort: optional(object({ field: text(), order: optional(oneOf('ascending', 'descending')) })),
} satisfies Shape;

export interface SearchOrder<T> {
	readonly matches: (timeZone: string) => (record: T) => boolean;
	readonly sort: { readonly field: SearchField<T>; readonly isAscending: boolean } | null;
	readonly paging: Paging;
}

/** Reads and refuses a search as Intercom does: known fields, fitting operators, not too deep, not too wide. */
export function readSearch<T>(request: StandInRequest, fields: FieldsOf<T>): SearchOrder<T> {
	const { query, pagination, sort } = readBody(request, searchBody);
	const perPage = pagination?.per_page;
	if (perPage !== undefined && (perPage < 1 || perPage > MAX_PER_PAGE)) {
		throw invalid(`pagination.per_page must be between 1 and ${MAX_PER_PAGE}`);
	}
	return {
		matches: (timeZone) => readFilter(query, fields, timeZone, 0),
		sort: sort
			? { field: fieldOf(fields, sort.field), isAscending: sort.order === 'ascending' }
			: null,
		paging: pagination ?? {},
	};
}

/** The records that match, newest first unless the order names a field. */
export function search<T>(
	records: readonly T[],
	{ matches, sort }: SearchOrder<T>,
	timeZone: string,
): readonly T[] {
	const found = records.filter(matches(timeZone));
	if (!sort) return found;
	const direction = sort.isAscending ? 1 : -1;
	const rank = (one: T) => [sort.field.read(one)].flat()[0] ?? null;
	return found.toSorted((one, other) => direction * compare(rank(one), rank(other)));
}

function readFilter<T>(
	filter: unknown,
	fields: FieldsOf<T>,
	timeZone: string,
	depth: number,
): (record: T) => boolean {
	const { field, operator, value } = record.read(filter, 'query');
	if (operator === 'AND' || operator === 'OR') {
		if (!Array.isArray(value)) throw invalid(`The operator ${operator} takes an array of filters`);
		if (depth >= MAX_NESTING) throw invalid(`Filters can be nested ${MAX_NESTING} levels deep`);
		if (value.length > MAX_FILTERS) throw invalid(`A group takes at most ${MAX_FILTERS} filters`);
		const parts = value.map((part: unknown) => readFilter(part, fields, timeZone, depth + 1));
		return operator === 'AND'
			? (one) => parts.every((part) => part(one))
			: (one) => parts.some((part) => part(one));
	}
	const name = text().read(field, 'query.field');
	const { type, read } = fieldOf(fields, name);
	const comparison = text().read(operator, 'query.operator');
	const match = createMatch({ type, name }, comparison, value, timeZone);
	return (one) => {
		const found = read(one);
		if (!isSeveral(found)) return match(found);
		return isNegation(comparison) ? found.every(match) : found.some(match);
	};
}

function fieldOf<T>(fields: FieldsOf<T>, name: string): SearchField<T> {
	const field = fields(name);
	if (!field) throw failure(400, 'invalid_field', `${name} cannot be searched`);
	return field;
}

function isSeveral(value: Searched | readonly Searched[]): value is readonly Searched[] {
	return Array.isArray(value);
}

function compare(one: Searched, other: Searched): number {
	if (one === other) return 0;
	// Unset values come last in ascending order.
	if (one === null || other === null) return one === null ? 1 : -1;
	return one < other ? -1 : 1;
}
