import type { Account } from '../account.ts';
import { invalidRequest } from './failure.ts';

/** A JSON object on its way out. */
export type Rendered = Readonly<Record<string, unknown>>;

interface Lookup {
	get(id: string): { readonly object: string } | undefined;
}

/**
 * How objects of one type go out. Everything not named here goes out as it is stored.
 * https://docs.stripe.com/api/expanding_objects
 */
export interface Presentation<T = never> {
	readonly object: string;
	/** Leaves away what the API never shows, completes what it does not store. */
	readonly render?: (record: T, account: Account) => Rendered;
	/** Dotted path from the object to a field with an id (or several), and where the object is found. */
	readonly expandable?: Readonly<Record<string, (account: Account) => Lookup>>;
	/** Fields that exist only when they are asked for. */
	readonly includable?: Readonly<Record<string, (record: T, account: Account) => unknown>>;
	/** Shown in place of an object that was deleted. */
	readonly deletable?: boolean;
}

export interface Presenter {
	render(record: { readonly object: string }, account: Account): Rendered;
	/** Replaces the ids along the path by their objects; the value itself is not changed. */
	expand(value: unknown, path: string, account: Account): unknown;
}

const MAX_DEPTH = 4;

export function createPresenter(presentations: ReadonlyArray<Presentation>): Presenter {
	const byObject = new Map(presentations.map((one) => [one.object, one as Presentation<object>]));

	const render = (record: { readonly object: string }, account: Account): Rendered =>
		byObject.get(record.object)?.render?.(record, account) ?? { ...record };

	const resolve = (value: unknown, lookup: Lookup, account: Account): unknown => {
		if (Array.isArray(value)) return value.map((one) => resolve(one, lookup, account));
		if (typeof value !== 'string') return value;
		const found = lookup.get(value);
		return found ? render(found, account) : value;
	};

	/** `prefix` is the way from the last object with a type of its own. */
	const walk = (
		value: unknown,
		steps: readonly string[],
		owner: Rendered | null,
		prefix: string,
		path: string,
		account: Account,
	): unknown => {
		const [step, ...rest] = steps;
		if (step === undefined || value === null || value === undefined) return value;
		if (Array.isArray(value)) {
			return value.map((one) => walk(one, steps, owner, prefix, path, account));
		}
		if (typeof value !== 'object') throw notExpandable(path);
		const here = value as Rendered;
		const isTyped = typeof here['object'] === 'string' && here['object'] !== 'list';
		const typed = isTyped ? here : owner;
		const field = isTyped || prefix === '' ? step : `${prefix}.${step}`;
		const presentation = byObject.get(String(typed?.['object']));
		const lookup = presentation?.expandable?.[field];
		const include = presentation?.includable?.[field];

		let next = here[step];
		if (lookup) next = resolve(next, lookup(account), account);
		else if (include && typed) next = include(typed, account);
		else if (typeof next !== 'object' && !(step in here)) throw notExpandable(path);
		else if (rest.length === 0 && next !== null) throw notExpandable(path);
		return { ...here, [step]: walk(next, rest, typed, field, path, account) };
	};

	return {
		render,
		expand(value, path, account) {
			const steps = path.split('.');
			if (steps.filter((step) => step !== 'data').length > MAX_DEPTH) {
				throw invalidRequest(
					`You cannot expand more than ${MAX_DEPTH} levels of a property: ${path}`,
					{ param: 'expand' },
				);
			}
			return walk(value, steps, null, '', path, account);
		},
	};
}

function notExpandable(path: string) {
	return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}
