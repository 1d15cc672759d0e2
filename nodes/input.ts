import { DateTime } from 'luxon';
import { isAccountId } from '../lifecycle/account-id.ts';
import { isEmail } from '../lifecycle/email.ts';
import { Failure } from '../services/failure.ts';

/** What operators type, checked once and turned into what operations work with. */

export function readEmail(value: string): string {
	if (isEmail(value)) return value;
	throw new Failure(value === '' ? 'The e-mail is empty' : 'The e-mail is malformed', {
		hint: 'Give one address such as ada@example.com, without a name or brackets around it.',
	});
}

export function readAccountId(value: string): string {
	if (isAccountId(value)) return value;
	throw new Failure(value === '' ? 'The account ID is empty' : 'The account ID is malformed', {
		hint: "Give your product's own ID of the account: 1 to 200 printable characters, no quotes, no backslash.",
	});
}

export function readOptionalAccountId(value: string): string | null {
	return value === '' ? null : readAccountId(value);
}

/** An instant written with or without an offset; without one it is meant in the workflow's time zone. */
export function readInstant(value: string, name: string, timeZone: string): Date {
	const instant = DateTime.fromISO(value.replace(' ', 'T'), { zone: timeZone });
	if (instant.isValid) return instant.toJSDate();
	throw new Failure(`"${name}" is not a date`, {
		hint: 'Give an ISO date such as 2027-03-01 or 2027-03-01T09:00:00Z.',
	});
}

export function readOptionalInstant(
	value: string | undefined,
	name: string,
	timeZone: string,
): Date | null {
	return value ? readInstant(value, name, timeZone) : null;
}

/** An id that was chosen from a list or typed. An empty one would turn Stripe's "get" into a "list". */
export function readId(value: string, name: string): string {
	if (/^[\w-]{1,255}$/.test(value)) return value;
	throw new Failure(value === '' ? `"${name}" is empty` : `"${name}" is malformed`, {
		hint: 'Choose one from the list or paste its ID.',
	});
}

export function readOptionalId(value: string, name: string): string | null {
	return value === '' ? null : readId(value, name);
}

/** What stands for an object: its vendor's id, the account's, or an e-mail. Safe to put into a search query. */
export function readReference(value: string, name: string): string {
	if (isAccountId(value) || isEmail(value)) return value;
	throw new Failure(value === '' ? `"${name}" is empty` : `"${name}" is malformed`, {
		hint: 'Choose one from the list, or give an ID of Stripe, an account ID or an e-mail.',
	});
}

/** A web address that somebody is sent to. */
export function readUrl(value: string, name: string): string {
	if (/^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
	throw new Failure(value === '' ? `"${name}" is empty` : `"${name}" is not a web address`, {
		hint: 'Give a whole address, with https:// at its beginning.',
	});
}

export function readOptionalUrl(value: string | undefined, name: string): string | null {
	return value ? readUrl(value, name) : null;
}

/** The rows of a key-value collection; later rows win, rows without a key are left out. */
export function readPairs(
	rows: ReadonlyArray<{ readonly key: string; readonly value: string }> = [],
): Record<string, string> {
	return Object.fromEntries(
		rows.filter(({ key }) => key !== '').map(({ key, value }) => [key, value]),
	);
}

/** Ids or names as people separate them: by commas, spaces or lines. */
export function readList(value: unknown): string[] {
	return typeof value === 'string' ? value.split(/[\s,;]+/).filter((part) => part !== '') : [];
}
