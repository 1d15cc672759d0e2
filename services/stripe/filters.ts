import type Stripe from 'stripe';

/** Both ends included; what is left out is open. */
export interface DateRange {
	readonly from?: Date | null;
	readonly to?: Date | null;
}

/** A range as Stripe's lists take it. https://docs.stripe.com/api/pagination */
export function toRange<Name extends string>(
	name: Name,
	{ from, to }: DateRange = {},
): Partial<Record<Name, Stripe.RangeQueryParam>> {
	if (!from && !to) return {};
	const range = {
		...(from ? { gte: toSeconds(from) } : {}),
		...(to ? { lte: toSeconds(to) } : {}),
	};
	return { [name]: range } as Record<Name, Stripe.RangeQueryParam>;
}

export function isWithin(seconds: number, { from, to }: DateRange = {}): boolean {
	return (!from || seconds >= toSeconds(from)) && (!to || seconds <= toSeconds(to));
}

/** The same for searches, which alone see metadata. https://docs.stripe.com/search#search-query-language */
export function createdClauses({ from, to }: DateRange = {}): string[] {
	return [
		...(from ? [`created>=${toSeconds(from)}`] : []),
		...(to ? [`created<=${toSeconds(to)}`] : []),
	];
}

export function metadataClauses(metadata: Readonly<Record<string, string>>): string[] {
	return Object.entries(metadata).map(
		([key, value]) => `metadata["${escaped(key)}"]:"${escaped(value)}"`,
	);
}

/** For the inside of a quoted value of a search. */
export function escaped(text: string): string {
	return text.replaceAll(/["\\]/g, (character) => `\\${character}`);
}

function toSeconds(instant: Date): number {
	return Math.floor(instant.getTime() / 1000);
}
