import { branchesOf, isWalked, readCanvases, type Canvas } from '../support/branches.ts';

const to = (node: string) => ({ node });

const CANVAS: Canvas = {
	template: 'flow',
	name: 'Flow',
	nodes: [
		{ name: 'Told', type: 'x.trigger', parameters: { events: ['came', 'went'] } },
		{
			name: 'Write',
			type: 'x.send',
			onError: 'continueErrorOutput',
			parameters: {},
		},
		{ name: 'Any?', type: 'n8n-nodes-base.if', parameters: {} },
		{ name: 'Fail', type: 'n8n-nodes-base.stopAndError', parameters: {} },
	],
	connections: {
		Told: { main: [[to('Write')], [to('Write')]] },
		Write: { main: [[], [to('Fail'), to('Any?')]] },
		'Any?': { main: [[to('Fail')]] },
	},
};

describe('the branches of a template', () => {
	it('are all ways out of its nodes, in the words of the canvas', () => {
		expect(branchesOf(CANVAS).map(({ words }) => words)).toEqual([
			'flow › Told › came → Write',
			'flow › Told › went → Write',
			'flow › Write › done → end',
			'flow › Write › error → Fail',
			'flow › Write › error → Any?',
			'flow › Any? › true → Fail',
			'flow › Any? › false → end',
		]);
	});

	it('have words of their own in every template', () => {
		const words = readCanvases()
			.flatMap(branchesOf)
			.map((branch) => branch.words);
		expect(words.length).toBeGreaterThan(300);
		expect(new Set(words).size).toBe(words.length);
	});

	it('are walked where an item went, and nowhere else', () => {
		const item = { json: {} };
		const runs = {
			Told: [{ data: { main: [[], [item]] } }],
			Write: [
				{ source: [{ previousNode: 'Told', previousNodeOutput: 1 }], data: { main: [[], [item]] } },
			],
			Fail: [{ source: [{ previousNode: 'Any?' }] }],
			'Any?': [
				{
					source: [{ previousNode: 'Write', previousNodeOutput: 1 }],
					data: { main: [[item], []] },
				},
			],
		};
		const walked = branchesOf(CANVAS).filter((branch) => isWalked(branch, runs));
		expect(walked.map(({ words }) => words)).toEqual([
			'flow › Told › went → Write',
			'flow › Write › error → Any?',
			'flow › Any? › true → Fail',
		]);
	});
});
