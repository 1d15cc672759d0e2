import { DateTime } from 'luxon';
import { invalid } from '../api/failure.ts';
import type { FieldType, Searched } from './fields.ts';

export type Match = (value: Searched) => boolean;

type Operator = '=' | '!=' | 'IN' | 'NIN' | '>' | '<' | '>=' | '<=' | '~' | '!~' | '^' | '$';

const OPERATORS: Readonly<Record<FieldType, readonly Operator[]>> = {
	string: ['=', '!=', 'IN', 'NIN', '~', '!~', '^', '$'],
	integer: ['=', '!=', 'IN', 'NIN', '>', '<', '>=', '<='],
	boolean: ['=', '!='],
	date: ['=', '>', '<'],
	tag: ['=', '!='],
};

/** Whether the values of a field that has several must all match: the negations. */
export function isNegation(operator: string): boolean {
	return operator === '!=' || operator === 'NIN' || operator === '!~';
}

/** Compares one value of a field, after refusing operators and values that its type does not take. */
export function createMatch(
	{ type, name }: { readonly type: FieldType; readonly name: string },
	operator: string,
	wanted: unknown,
	timeZone: string,
): Match {
	const known = OPERATORS[type].find((one) => one === operator);
	if (!known) throw invalid(`The operator ${operator} cannot be used with ${name}`);
	if (type === 'date') return matchDay(known, readDate(name, wanted), timeZone);
	if (known === 'IN' || known === 'NIN') {
		if (!Array.isArray(wanted)) throw invalid(`The operator ${operator} takes an array`);
		const each = wanted.map((one: unknown) => createMatch({ type, name }, '=', one, timeZone));
		const isIn: Match = (value) => each.some((match) => match(value));
		return known === 'IN' ? isIn : (value) => !isIn(value);
	}
	if (wanted === null && (known === '=' || known === '!=')) {
		return (value) => (value === null) === (known === '=');
	}
	return type === 'integer'
		? matchNumber(known, readNumber(name, wanted))
		: matchText(known, readText(name, type, wanted));
}

/** Dates match by calendar day of the workspace: `>` is from the next day on, `<` before the day. */
function matchDay(operator: Operator, wanted: number, zone: string): Match {
	const day = DateTime.fromSeconds(wanted, { zone }).startOf('day');
	const start = day.toSeconds();
	const end = day.plus({ days: 1 }).toSeconds();
	return (value) => {
		if (typeof value !== 'number') return false;
		if (operator === '>') return value >= end;
		return operator === '<' ? value < start : value >= start && value < end;
	};
}

function matchNumber(operator: Operator, wanted: number): Match {
	const compare: Partial<Record<Operator, (value: number) => boolean>> = {
		'=': (value) => value === wanted,
		'>': (value) => value > wanted,
		'<': (value) => value < wanted,
		'>=': (value) => value >= wanted,
		'<=': (value) => value <= wanted,
	};
	if (operator === '!=') return (value) => value !== wanted;
	return (value) => typeof value === 'number' && (compare[operator]?.(value) ?? false);
}

function matchText(operator: Operator, wanted: string): Match {
	const needle = wanted.toLowerCase();
	const compare: Partial<Record<Operator, (value: string) => boolean>> = {
		'=': (value) => value === needle,
		'~': (value) => value.includes(needle),
		'^': (value) => value.startsWith(needle),
		$: (value) => value.endsWith(needle),
	};
	const text = (value: Searched) => (value === null ? null : String(value).toLowerCase());
	if (operator === '!=') return (value) => text(value) !== needle;
	if (operator === '!~') return (value) => !(text(value)?.includes(needle) ?? false);
	return (value) => {
		const haystack = text(value);
		return haystack !== null && (compare[operator]?.(haystack) ?? false);
	};
}

function readDate(name: string, wanted: unknown): number {
	const seconds = Number(wanted);
	if (!isNumeric(wanted)) throw invalid(`${name} takes a unix timestamp`);
	return seconds;
}

function readNumber(name: string, wanted: unknown): number {
	if (!isNumeric(wanted)) throw invalid(`${name} takes a number`);
	return Number(wanted);
}

function readText(name: string, type: FieldType, wanted: unknown): string {
	if (type === 'boolean' && typeof wanted !== 'boolean' && !/^(true|false)$/.test(String(wanted))) {
		throw invalid(`${name} takes true or false`);
	}
	if (typeof wanted === 'object' || wanted === undefined) throw invalid(`${name} takes a string`);
	return String(wanted);
}

function isNumeric(wanted: unknown): boolean {
	return (
		typeof wanted === 'number' || (typeof wanted === 'string' && /^-?\d+(\.\d+)?$/.test(wanted))
	);
}
