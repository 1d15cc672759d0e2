import { before, post } from '../../../sandbox/story/lives/usual-courses.ts';

describe('the post of a life', () => {
	it('has every letter of its stretches, day by day', () => {
		expect(post({ 0: ['a'], 14: ['b'] }, { 14: ['c', 'd'] }, { 3: ['e'] })).toEqual({
			0: ['a'],
			3: ['e'],
			14: ['b', 'c', 'd'],
		});
	});

	it('can end with a stretch that breaks off', () => {
		expect(before(14, { 9: ['a'], 13: ['b'], 14: ['c'] })).toEqual({ 9: ['a'], 13: ['b'] });
	});
});
