import { crowd, fates } from '../../../sandbox/timemachine/fates.ts';

describe('a crowd', () => {
	it('is the same people with the same fates each time', () => {
		expect(crowd(5, 3)).toEqual(crowd(0, 8).slice(5));
	});

	it('has no two people with one address, and fates of all kinds', () => {
		const hundred = crowd(0, 100);
		expect(new Set(hundred.map(({ email }) => email)).size).toBe(100);
		const found = new Set(hundred.map(({ fate }) => fate));
		expect([...found].sort()).toEqual(
			Object.keys(fates)
				.filter((name) => name !== 'open')
				.sort(),
		);
	});
});

describe('a fate', () => {
	it.each(Object.entries(fates))('%s goes forward in time', (_, { plans }) => {
		const days = plans.map(({ afterDays }) => afterDays);
		expect(days).toEqual([...days].sort((one, other) => one - other));
	});
});
