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

	it('names every part that the settings read', () => {
		const namesIn = (field: string) =>
			(fieldOf(field).options ?? []).map(({ name }) => name).sort();
		expect(namesIn('filters')).toEqual(['metadata', 'priceIds', 'productIds']);
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
