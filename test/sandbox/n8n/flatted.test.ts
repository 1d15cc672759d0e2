import { parseFlatted } from '../../../sandbox/n8n/flatted.ts';

describe('the format of execution data', () => {
	it.each([
		['a string', '["text"]', 'text'],
		[
			'numbers, booleans and null in place',
			'[{"a":1,"b":true,"c":null}]',
			{ a: 1, b: true, c: null },
		],
		['strings by index', '[{"name":"1"},"Ada"]', { name: 'Ada' }],
		['nesting', '[{"rows":"1"},["2","2"],{"id":"3"},"x"]', { rows: [{ id: 'x' }, { id: 'x' }] }],
		['a string that looks like an index', '[["1"],"7"]', ['7']],
	])('reads %s', (_name, text, value) => {
		expect(parseFlatted(text)).toEqual(value);
	});

	it('reads a value that contains itself', () => {
		const value = parseFlatted('[{"self":"0","list":"1"},["0"]]') as {
			self: unknown;
			list: unknown[];
		};
		expect(value.self).toBe(value);
		expect(value.list[0]).toBe(value);
	});
});
