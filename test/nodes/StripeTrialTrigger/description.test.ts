import {
	resolveWebhookDescriptionField,
	Workflow,
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
	type INodeTypes,
} from 'n8n-workflow';
import { LIFECYCLE_EVENTS } from '../../../lifecycle/events/index.ts';
import { StripeTrialTrigger } from '../../../nodes/StripeTrialTrigger/StripeTrialTrigger.node.ts';
import { readSettings, wantedTypes } from '../../../nodes/StripeTrialTrigger/settings.ts';

const { properties, webhooks: [webhook] = [] } = new StripeTrialTrigger().description;

const fieldOf = (name: string): INodeProperties => {
	const found = properties.find((property) => property.name === name);
	if (!found) throw new Error(`No field ${name}`);
	return found;
};

const valuesOf = (field: INodeProperties) =>
	(field.options ?? [])
		.filter(
			(option): option is INodePropertyOptions =>
				'value' in option && !('values' in (option as unknown as INodePropertyCollection)),
		)
		.map(({ value }) => value);

const settingsOf = (values: Record<string, unknown>) =>
	readSettings({ getNodeParameter: (name, fallback) => values[name] ?? fallback });

describe('the panel', () => {
	it('offers every lifecycle event', () => {
		expect([...valuesOf(fieldOf('events'))].sort()).toEqual([...LIFECYCLE_EVENTS].sort());
	});

	it('has a search for every list, wherever it lies', () => {
		const { listSearch } = new StripeTrialTrigger().methods;
		const methods = [...JSON.stringify(properties).matchAll(/"searchListMethod":"(\w+)"/g)];
		expect(methods.map(([, method]) => method).sort()).toEqual(Object.keys(listSearch).sort());
	});

	it('names every part that the settings read', () => {
		const namesIn = (field: string) =>
			(fieldOf(field).options ?? []).map(({ name }) => name).sort();
		expect(namesIn('filters')).toEqual(['metadata', 'prices', 'products']);
		expect(namesIn('options')).toEqual([
			'batchSize',
			'dropStale',
			'maxAttempts',
			'pullMinutes',
			'stripeEvents',
		]);
	});
});

describe('the settings', () => {
	it('are sensible where nothing is filled in', () => {
		expect(settingsOf({ events: ['trial_started'] })).toEqual({
			workspace: 'default',
			events: ['trial_started'],
			stripeTypes: [],
			isPollingOnly: false,
			isTestModeOnly: false,
			filter: { priceIds: [], productIds: [], metadata: {} },
			dropsStale: false,
			pullEveryMs: 60_000,
			batchSize: 100,
			maxAttempts: 10,
		});
	});

	it('ask Stripe only for what the chosen events need, and for cards that are left on pages', () => {
		expect(wantedTypes(settingsOf({ events: ['trial_ending', 'trial_converted'] }))).toEqual([
			'customer.subscription.trial_will_end',
			'invoice.paid',
			'setup_intent.succeeded',
		]);
		expect(
			wantedTypes(
				settingsOf({ events: [], options: { stripeEvents: ' charge.failed,\ncustomer.deleted ' } }),
			),
		).toEqual(['charge.failed', 'customer.deleted', 'setup_intent.succeeded']);
	});

	const chosenBy = (mode: 'list' | 'id', value: string) => ({ __rl: true, mode, value });
	const filtersOf = (filters: object) => settingsOf({ events: ['trial_started'], filters }).filter;

	it('take prices and products as they are chosen from a list, typed, or given by an expression', () => {
		expect(
			filtersOf({
				prices: {
					price: [
						{ priceId: chosenBy('list', 'price_1') },
						{ priceId: chosenBy('id', ' price_2 ') },
						{ priceId: 'price_3' },
					],
				},
				products: { product: [{ productId: chosenBy('list', 'prod_1') }] },
				metadata: { entry: [{ key: 'source', value: 'fair' }] },
			}),
		).toEqual({
			priceIds: ['price_1', 'price_2', 'price_3'],
			productIds: ['prod_1'],
			metadata: { source: 'fair' },
		});
	});

	it('refuse a price that was added and not chosen: it would let everything through', () => {
		expect(() => filtersOf({ prices: { price: [{ priceId: chosenBy('list', '') }] } })).toThrow(
			'"Price" is empty',
		);
		expect(() => filtersOf({ products: { product: [{}] } })).toThrow('"Product" is empty');
	});

	it('refuse to start for nothing', () => {
		expect(() => settingsOf({ events: [] })).toThrow('No event is chosen');
	});
});

describe('the method of the webhook', () => {
	it.each([
		[false, 'POST'],
		[true, ''],
	])(
		'with polling only %s is "%s", for n8n without and with the expression',
		(pollingOnly, method) => {
			const node = {
				id: 'node',
				name: 'Trigger',
				type: 'trigger',
				typeVersion: 1.1,
				position: [0, 0] as [number, number],
				parameters: { pollingOnly },
			};
			if (!webhook) throw new Error('No webhook');
			expect(resolveWebhookDescriptionField(node, webhook, 'httpMethod')).toEqual({
				resolved: true,
				value: method,
			});
			const nodeTypes = {
				getByNameAndVersion: () => new StripeTrialTrigger(),
			} as unknown as INodeTypes;
			const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
			expect(
				workflow.expression.getSimpleParameterValue(node, webhook.httpMethod, 'internal', {}),
			).toBe(method);
		},
	);
});
