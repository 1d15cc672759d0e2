import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { Failure } from '../../../services/failure.ts';
import { operationsOver, propertiesOf, type Resource } from '../../../services/n8n/operation.ts';
import { runItems } from '../../../services/n8n/run-items.ts';
import { createContext, type ItemParams } from '../../support/execute-node.ts';

const defineOperation = operationsOver<{ readonly prefix: string }>();

const greet = defineOperation({
	value: 'greet',
	name: 'Greet',
	action: 'Greet someone',
	description: 'Greet someone',
	fields: [
		{ displayName: 'Who', name: 'who', type: 'string', default: 'world' },
		{ displayName: 'Times', name: 'times', type: 'number', default: 1 },
		{
			displayName: 'Tone',
			name: 'tone',
			type: 'options',
			default: 'warm',
			displayOptions: { show: { times: [1] } },
			options: [
				{ name: 'Warm', value: 'warm' },
				{ name: 'Cold', value: 'cold' },
			],
		},
	],
	async run({ who, times, tone }, { prefix }) {
		if (who === 'limited') {
			throw new Failure('Too many', {
				httpCode: 429,
				requestId: 'req_1',
				hint: 'Wait.',
				code: 'rate',
			});
		}
		if (who === 'broken') throw new TypeError('broken inside');
		return Array.from({ length: times }, () => ({ text: `${prefix} ${who} ${tone}` }));
	},
});

const resources: ReadonlyArray<Resource<{ readonly prefix: string }>> = [
	{ value: 'person', name: 'Person', operations: [greet] },
];

const GREET = { resource: 'person', operation: 'greet' };

async function run(items: ItemParams[], continueOnFail = false) {
	const context = createContext({
		items: items.map((item) => ({ ...GREET, ...item })),
		continueOnFail,
	});
	const [rows] = await runItems(context, {
		resources,
		connect: async () => ({ prefix: 'hello' }),
		explain: [],
	});
	return rows ?? [];
}

describe('runItems', () => {
	it('pairs every row with its item and keeps the order of the items', async () => {
		const rows = await run([{ who: 'ada', times: 2 }, { who: 'bob' }]);
		expect(rows).toEqual([
			{ json: { text: 'hello ada warm' }, pairedItem: { item: 0 } },
			{ json: { text: 'hello ada warm' }, pairedItem: { item: 0 } },
			{ json: { text: 'hello bob warm' }, pairedItem: { item: 1 } },
		]);
	});

	it('stops with an API error that names item, hint and request', async () => {
		const error: unknown = await run([{}, { who: 'limited' }]).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({
			message: 'Too many [item 1]',
			httpCode: '429',
			description: 'Wait. Request id: req_1',
			context: { itemIndex: 1 },
		});
	});

	it('stops with an operation error that names the item when no API is to blame', async () => {
		const error: unknown = await run([{ who: 'broken' }]).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: 'broken inside [item 0]', context: { itemIndex: 0 } });
	});

	it('turns failing items into rows and finishes the others when told to continue', async () => {
		const rows = await run([{ who: 'limited' }, { who: 'ada' }, { times: 'many' }], true);
		expect(rows).toEqual([
			{
				json: {
					error: {
						message: 'Too many',
						hint: 'Wait.',
						httpCode: 429,
						requestId: 'req_1',
						code: 'rate',
					},
				},
				pairedItem: { item: 0 },
			},
			{ json: { text: 'hello ada warm' }, pairedItem: { item: 1 } },
			{ json: { error: { message: '"Times" is not a number' } }, pairedItem: { item: 2 } },
		]);
	});

	it.each([
		['as many items side by side as the services allow', () => 3, 3],
		['ten where nothing is said', undefined, 10],
	])('runs %s', async (_name, concurrentItems, most) => {
		let running = 0;
		let seen = 0;
		const { value, name, action, description } = greet;
		const slow = defineOperation({
			...{ value, name, action, description },
			fields: [],
			async run() {
				seen = Math.max(seen, ++running);
				await new Promise(setImmediate);
				running--;
				return {};
			},
		});
		const context = createContext({ items: Array<ItemParams>(20).fill(GREET) });
		await runItems(context, {
			resources: [{ value: 'person', name: 'Person', operations: [slow] }],
			connect: async () => ({ prefix: '' }),
			explain: [],
			...(concurrentItems ? { concurrentItems } : {}),
		});
		expect(seen).toBe(most);
	});

	it('tells of each item that the services could not be opened', async () => {
		const context = createContext({ items: [GREET, GREET], continueOnFail: true });
		const [rows] = await runItems(context, {
			resources,
			connect: async () => {
				throw new Failure('No credential');
			},
			explain: [],
			concurrentItems: () => 3,
		});
		expect(rows?.map(({ json }) => json)).toEqual([
			{ error: { message: 'No credential' } },
			{ error: { message: 'No credential' } },
		]);
	});

	it('reads resource and operation at each item', async () => {
		const rows = await run([{ operation: 'insult' }, {}], true);
		expect(rows.map(({ json }) => json)).toEqual([
			{
				error: {
					message: 'This node has no operation "insult" for "person"',
					hint: expect.any(String) as string,
				},
			},
			{ text: 'hello world warm' },
		]);
	});
});

describe('parameters as the operation gets them', () => {
	const cases: Array<[string, ItemParams, string]> = [
		['a number that an expression gave as text', { times: '1' }, 'hello world warm'],
		['text that an expression gave as a number', { who: 42 }, 'hello 42 warm'],
		['nothing: the default', { who: null }, 'hello world warm'],
		['spaces around text', { who: ' ada ' }, 'hello ada warm'],
	];
	it.each(cases)('%s', async (_name, params, text) => {
		expect((await run([params]))[0]?.json).toEqual({ text });
	});

	it('refuses a choice that does not exist and lists those that do', async () => {
		await expect(run([{ tone: 'rude' }])).rejects.toMatchObject({
			message: '"Tone" has no choice "rude" [item 0]',
			description: 'It is one of: warm, cold.',
		});
	});
});

describe('propertiesOf', () => {
	it('shows each field where it belongs, beside its own conditions', () => {
		const tone = propertiesOf(resources).find(({ name }) => name === 'tone');
		expect(tone?.displayOptions).toEqual({
			show: { times: [1], resource: ['person'], operation: ['greet'] },
		});
	});
});
