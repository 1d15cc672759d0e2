/** https://docs.stripe.com/currencies#zero-decimal; ISK and UGX keep two decimals in the API. */
const WITHOUT_DECIMALS = new Set(
	'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);
/** https://docs.stripe.com/currencies#three-decimal */
const WITH_THREE_DECIMALS = new Set('bhd jod kwd omr tnd'.split(' '));

/** An amount as people write it: 29.99 with EUR. */
export interface Money {
	readonly amount: number;
	/** ISO 4217 in capitals. */
	readonly currency: string;
}

/** From the minor unit in which vendors count: 2999 of `eur` are 29.99 EUR. */
export function toMoney(minorUnits: number, currency: string): Money {
	return {
		amount: minorUnits / 10 ** decimalsOf(currency),
		currency: currency.toUpperCase(),
	};
}

/** To the minor unit. Throws a RangeError for an amount that is finer than its currency. */
export function toMinorUnits({ amount, currency }: Money): number {
	const exact = amount * 10 ** decimalsOf(currency);
	const rounded = Math.round(exact);
	// 19.99 * 100 is 1998.9999999999998: what floats lose is far below any real fraction.
	if (!Number.isFinite(exact) || Math.abs(exact - rounded) > 1e-4) {
		throw new RangeError(
			`${currency.toUpperCase()} has ${decimalsOf(currency)} decimals, so there is no amount of ${amount}`,
		);
	}
	return rounded;
}

function decimalsOf(currency: string): number {
	const code = currency.toLowerCase();
	if (WITHOUT_DECIMALS.has(code)) return 0;
	return WITH_THREE_DECIMALS.has(code) ? 3 : 2;
}
