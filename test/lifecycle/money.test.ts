import { toMinorUnits, toMoney } from '../../lifecycle/money.ts';

describe('money', () => {
	it.each([
		[2999, 'eur', 29.99, 'EUR'],
		[500, 'jpy', 500, 'JPY'],
		[5120, 'kwd', 5.12, 'KWD'],
		// ISO gives these no decimals; the API keeps two.
		[10000, 'isk', 100, 'ISK'],
		[0, 'usd', 0, 'USD'],
		[-1500, 'huf', -15, 'HUF'],
	])('%d %s is written %d %s, and back', (minor, code, amount, currency) => {
		expect(toMoney(minor, code)).toEqual({ amount, currency });
		expect(toMinorUnits({ amount, currency })).toBe(minor);
	});

	it.each([
		[19.99, 'USD', 1999],
		[0.1 + 0.2, 'USD', 30],
		[1.005, 'KWD', 1005],
		[90071992547.41, 'USD', 9007199254741],
	])('%d %s loses nothing to floating point', (amount, currency, minor) => {
		expect(toMinorUnits({ amount, currency })).toBe(minor);
	});

	it.each([
		[9.999, 'USD'],
		[100.5, 'JPY'],
		[Number.NaN, 'USD'],
		[Number.POSITIVE_INFINITY, 'EUR'],
	])('refuses %d %s', (amount, currency) => {
		expect(() => toMinorUnits({ amount, currency })).toThrow(RangeError);
	});
});
