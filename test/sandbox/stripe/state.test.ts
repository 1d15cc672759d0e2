import fc from 'fast-check';
import { createAgenda } from '../../../sandbox/stripe/state/agenda.ts';
import { createTable } from '../../../sandbox/kernel/table.ts';

describe('the agenda', () => {
	it('gives what is due in order of time, each object at its last planned instant', () => {
		const plans = fc.array(
			fc.record({
				id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
				at: fc.option(fc.integer({ min: 0, max: 50 })),
			}),
		);
		fc.assert(
			fc.property(plans, fc.integer({ min: 0, max: 60 }), (planned, until) => {
				const agenda = createAgenda();
				const expected = new Map<string, number>();
				for (const { id, at } of planned) {
					agenda.plan(id, at);
					if (at === null) expected.delete(id);
					else expected.set(id, at);
				}
				const taken: Array<{ id: string; at: number }> = [];
				for (let due = agenda.takeDue(until); due; due = agenda.takeDue(until)) {
					taken.push({ id: due.id, at: due.at });
				}
				expect(taken.map(({ at }) => at)).toEqual(taken.map(({ at }) => at).sort((a, b) => a - b));
				expect(new Map(taken.map(({ id, at }) => [id, at]))).toEqual(
					new Map([...expected].filter(([, at]) => at <= until)),
				);
				expect(agenda.planned.size).toBe(expected.size - taken.length);
			}),
		);
	});
});

describe('a table', () => {
	const people = () =>
		createTable<{ id: string; team: string | null }, 'team'>({ team: ({ team }) => team });

	it('keeps its order and its indexes through every change', () => {
		const step = fc.record({
			id: fc.constantFrom('1', '2', '3', '4', '5'),
			team: fc.constantFrom('red', 'blue', null),
			gone: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(step), (steps) => {
				const table = people();
				const model = new Map<string, { id: string; team: string | null }>();
				for (const { id, team, gone } of steps) {
					if (gone) {
						table.delete(id);
						model.delete(id);
					} else {
						table.put({ id, team });
						model.set(id, { id, team });
					}
				}
				const newestFirst = [...model.values()].reverse();
				expect([...table.newestFirst()]).toEqual(newestFirst);
				expect(table.where('team', 'red')).toEqual(
					newestFirst.filter(({ team }) => team === 'red'),
				);
				expect(table.size).toBe(model.size);
			}),
		);
	});

	it('tells its writes', () => {
		const table = people();
		const told: Array<[string, boolean]> = [];
		table.onWrite((id, record) => void told.push([id, record !== undefined]));
		table.put({ id: '1', team: null });
		table.delete('1');
		table.delete('1');
		expect(told).toEqual([
			['1', true],
			['1', false],
		]);
	});
});
