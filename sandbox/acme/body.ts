import { problem } from './problem.ts';
import type { Reply } from '../kernel/http.ts';

/** What a property may be, and how to say so when it is not. */
export interface Rule<Value> {
	readonly is: (value: unknown) => value is Value;
	readonly mustBe: string;
}

type Rules = Readonly<Record<string, Rule<unknown>>>;
type Values<R extends Rules> = {
	readonly [Name in keyof R]: R[Name] extends Rule<infer V> ? V : never;
};

/** Reads a JSON object and refuses, naming the property, what the rules do not allow. */
export function parseBody<Required extends Rules, Optional extends Rules>(
	rawBody: string,
	required: Required,
	optional: Optional,
): { readonly value: Values<Required> & Partial<Values<Optional>> } | { readonly refusal: Reply } {
	const refuse = (detail: string) => ({ refusal: problem(422, detail) });
	const body = parseJson(rawBody);
	if (!isRecord(body)) return refuse('The body must be a JSON object');
	const rules: Rules = { ...optional, ...required };
	for (const [name, value] of Object.entries(body)) {
		const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
		if (!rule) return refuse(`Unknown property: ${name}`);
		if (!rule.is(value)) return refuse(`${name} must be ${rule.mustBe}`);
	}
	const missing = Object.keys(required).find((name) => !Object.hasOwn(body, name));
	if (missing !== undefined) return refuse(`Missing property: ${missing}`);
	return { value: body as Values<Required> & Partial<Values<Optional>> };
}

export function text(maxLength: number): Rule<string> {
	return {
		is: (value): value is string =>
			typeof value === 'string' && value.length > 0 && value.length <= maxLength,
		mustBe: `a string of 1 to ${maxLength} characters`,
	};
}

export function oneOf<const Value extends string>(values: readonly Value[]): Rule<Value> {
	return {
		is: (value): value is Value => values.some((allowed) => allowed === value),
		mustBe: `one of ${values.join(', ')}`,
	};
}

export const email: Rule<string> = {
	is: (value): value is string =>
		typeof value === 'string' && value.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value),
	mustBe: 'an e-mail address',
};

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

export const instant: Rule<string> = {
	is: (value): value is string =>
		typeof value === 'string' && rfc3339.test(value) && !Number.isNaN(Date.parse(value)),
	mustBe: 'an ISO 8601 instant with its zone, such as 2027-01-15T09:00:00Z',
};

export const flatStrings: Rule<Readonly<Record<string, string>>> = {
	is: (value): value is Record<string, string> =>
		isRecord(value) &&
		Object.keys(value).length <= 50 &&
		Object.values(value).every((entry) => typeof entry === 'string' && entry.length <= 500),
	mustBe: 'an object of at most 50 strings of up to 500 characters',
};

export const wholeNumber: Rule<number> = {
	is: (value): value is number => Number.isInteger(value) && Number(value) >= 0,
	mustBe: 'a whole number from 0',
};

function parseJson(rawBody: string): unknown {
	try {
		return JSON.parse(rawBody);
	} catch {
		return undefined;
	}
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
