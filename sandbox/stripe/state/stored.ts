import type Stripe from 'stripe';

/** The SDK's type of amounts with fractions, which travel as texts. */
export type WireDecimal = NonNullable<Stripe.Price['unit_amount_decimal']>;

type Primitive = string | number | boolean | null | undefined | void;

/** Where the API gives an id or, on request, the object itself, the state keeps the id. */
type IdInsteadOfObject<T> = [Extract<T, string>] extends [never]
	? T
	: Exclude<T, { readonly object: string }>;

/**
 * The state of a resource: its wire type from the SDK with every expandable field collapsed to the id,
 * and decimals as the strings that they are on the wire. Records are never changed in place, so a record
 * may be shared with an event without a copy.
 */
export type Stored<T> = T extends Primitive
	? T
	: T extends WireDecimal
		? string
		: T extends ReadonlyArray<infer Item>
			? ReadonlyArray<Stored<IdInsteadOfObject<Item>>>
			: { readonly [Key in keyof T]: Stored<IdInsteadOfObject<T[Key]>> };

export type Seconds = number;

export const MINUTE = 60;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The record with some of its fields left away. */
export function without<T extends object, Key extends keyof T>(
	record: T,
	...keys: readonly Key[]
): Omit<T, Key> {
	const rest: Partial<T> = { ...record };
	for (const key of keys) delete rest[key];
	return rest as Omit<T, Key>;
}
