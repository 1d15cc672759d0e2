import type { Account } from '../account.ts';
import { searchTerm, type Replica } from '../state/replica.ts';
import type { Table } from '../../kernel/table.ts';
import { invalidParameter } from './failure.ts';
import { integer, required, text } from './params.ts';

/** https://docs.stripe.com/search#search-query-language */
export const searchParams = {
	query: required(text()),
	limit: integer({ min: 1, max: 100 }),
	page: text(),
};

type Operator = ':' | '~' | '>' | '>=' | '<' | '<=';

interface Clause {
	readonly field: string;
	/** Set for `metadata['key']`. */
	readonly key: string | null;
	readonly operator: Operator;
	/** null asks whether the field is empty. */
	readonly value: string | null;
	readonly negated: boolean;
}

interface Query {
	readonly clauses: readonly Clause[];
	readonly joined: 'AND' | 'OR';
}

/** What can be asked of one resource: its own fields; metadata always. */
export interface SearchFields<T> {
	readonly [field: string]: (record: T) => string | number | null | undefined;
}

type Found = { readonly id: string; readonly object: string };
type Searched = Found & {
	readonly email?: string | null;
	readonly metadata: Readonly<Record<string, string>> | null;
};

export function search<T extends Searched>(
	replica: Replica<T>,
	fields: SearchFields<T>,
	params: { readonly query: string; readonly limit?: number; readonly page?: string },
	url: string,
	account: Account,
) {
	const query = parseQuery(params.query, fields);
	const copy = replica.read();
	const limit = params.limit ?? 10;
	const start = params.page === undefined ? 0 : pageStart(params.page);
	const found: T[] = [];
	let at = 0;
	for (const record of candidates(copy, query)) {
		if (!matches(record, query, fields)) continue;
		if (at >= start) found.push(record);
		at += 1;
		if (found.length > limit) break;
	}
	const hasMore = found.length > limit;
	return {
		object: 'search_result',
		data: found.slice(0, limit).map((record) => account.render(record)),
		has_more: hasMore,
		next_page: hasMore ? pageToken(start + limit) : null,
		url,
	};
}

/** An exact clause on an indexed field spares the walk through everything. */
function candidates<T extends Searched>(copy: Table<T, 'term'>, query: Query): Iterable<T> {
	if (query.joined === 'AND') {
		for (const { field, key, operator, value, negated } of query.clauses) {
			if (negated || operator !== ':' || value === null) continue;
			if (key !== null) return copy.where('term', searchTerm(`metadata.${key}`, value));
			if (field === 'email') return copy.where('term', searchTerm(field, value));
		}
	}
	return copy.newestFirst();
}

function matches<T extends Searched>(record: T, query: Query, fields: SearchFields<T>): boolean {
	const isMet = (clause: Clause) => {
		const present =
			clause.key === null ? fields[clause.field]?.(record) : record.metadata?.[clause.key];
		return compare(present, clause) !== clause.negated;
	};
	return query.joined === 'AND' ? query.clauses.every(isMet) : query.clauses.some(isMet);
}

function compare(present: string | number | null | undefined, clause: Clause): boolean {
	const isEmpty = present === null || present === undefined || present === '';
	if (clause.value === null) return isEmpty;
	if (isEmpty) return false;
	const [mine, asked] = [String(present).toLowerCase(), clause.value.toLowerCase()];
	switch (clause.operator) {
		case ':':
			return mine === asked;
		case '~':
			return mine.includes(asked);
		case '>':
			return Number(present) > Number(clause.value);
		case '>=':
			return Number(present) >= Number(clause.value);
		case '<':
			return Number(present) < Number(clause.value);
		case '<=':
			return Number(present) <= Number(clause.value);
	}
}

const MAX_CLAUSES = 10;

const CLAUSE =
	/^(-?)([a-z_.]+)(?:\[(["'])((?:\\.|(?!\3).)*)\3\])?(:|~|>=|<=|>|<)(?:(["'])((?:\\.|(?!\6).)*)\6|([^\s"']+))/;

function parseQuery(text: string, fields: object): Query {
	const clauses: Clause[] = [];
	const joints = new Set<'AND' | 'OR'>();
	let rest = text.trim();
	while (rest !== '') {
		const match = CLAUSE.exec(rest);
		if (!match) throw unreadable(text);
		const [whole, minus, field = '', , key, operator, , quoted, bare] = match;
		if (field === 'metadata' ? key === undefined : key !== undefined || !(field in fields)) {
			throw invalidParameter(`Field \`${field}\` is an unsupported search field.`, 'query');
		}
		const value = quoted === undefined ? (bare === 'null' ? null : (bare ?? '')) : unescape(quoted);
		if (operator === '~' && (value ?? '').length < 3) {
			throw invalidParameter('Substring search needs at least 3 characters.', 'query');
		}
		clauses.push({
			field,
			key: key === undefined ? null : unescape(key),
			operator: operator as Operator,
			value,
			negated: minus === '-',
		});
		rest = rest.slice(whole.length);
		const joint = /^\s+(?:(AND|OR)\s+)?(?=\S)/i.exec(rest);
		if (rest.trim() !== '' && !joint) throw unreadable(text);
		// Clauses side by side without a word between them are joined by AND.
		if (joint) joints.add(joint[1]?.toUpperCase() === 'OR' ? 'OR' : 'AND');
		rest = rest.slice(joint?.[0].length ?? rest.length);
	}
	if (clauses.length === 0) throw unreadable(text);
	if (clauses.length > MAX_CLAUSES) {
		throw invalidParameter(`A query can have up to ${MAX_CLAUSES} clauses.`, 'query');
	}
	if (joints.size > 1) {
		throw invalidParameter("You can't combine `AND` and `OR` in the same query.", 'query');
	}
	return { clauses, joined: joints.has('OR') ? 'OR' : 'AND' };
}

function unreadable(text: string) {
	return invalidParameter(`We were unable to parse your search query: ${text}`, 'query');
}

function unescape(quoted: string): string {
	return quoted.replaceAll(/\\(.)/g, '$1');
}

function pageToken(start: number): string {
	return Buffer.from(`page:${start}`).toString('base64url');
}

function pageStart(token: string): number {
	const start = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
	if (start === undefined) throw invalidParameter(`Invalid page: ${token}`, 'page');
	return Number(start);
}
