import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { propertiesOf } from '../../services/n8n/operation.ts';
import { runItems } from '../../services/n8n/run-items.ts';
import { lifecycleStoreTest } from '../../services/n8n/store-credential.ts';
import { explainStripe } from '../../services/stripe/explain.ts';
import * as listSearch from './listSearch/index.ts';
import { connect } from './operation.ts';
import { resources } from './operations/index.ts';

const MAX_CONCURRENT_ITEMS = 100;

export class StripeTrial implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Stripe Trial',
		name: 'stripeTrial',
		icon: { light: 'file:stripeTrial.svg', dark: 'file:stripeTrial.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description:
			'Start, follow and change free trials and subscriptions in Stripe, their customers, charges, discounts and payment links',
		defaults: { name: 'Stripe Trial' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'stripeTrialApi', required: true },
			{ name: 'lifecycleStoreApi', required: false, testedBy: 'lifecycleStoreTest' },
		],
		properties: propertiesOf(resources),
	};

	methods = { credentialTest: { lifecycleStoreTest }, listSearch: { ...listSearch } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, {
			resources,
			connect,
			explain: [explainStripe],
			// What may start within a second keeps Stripe busy, and lets nobody else wait longer than that.
			concurrentItems: ({ requestsPerEndpoint }) =>
				Math.min(requestsPerEndpoint, MAX_CONCURRENT_ITEMS),
		});
	}
}
