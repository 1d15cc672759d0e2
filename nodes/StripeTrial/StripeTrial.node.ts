import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { propertiesOf } from '../../services/n8n/operation.ts';
import { runItems } from '../../services/n8n/run-items.ts';
import { explainStripe } from '../../services/stripe/explain.ts';
import { searchPrices, searchTrials } from './listSearch/index.ts';
import { connect } from './operation.ts';
import { resources } from './operations/index.ts';

export class StripeTrial implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Stripe Trial',
		name: 'stripeTrial',
		icon: { light: 'file:stripeTrial.svg', dark: 'file:stripeTrial.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Start, follow and change free trials and their subscriptions in Stripe',
		defaults: { name: 'Stripe Trial' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'stripeTrialApi', required: true },
			{ name: 'lifecycleStoreApi', required: false },
		],
		properties: propertiesOf(resources),
	};

	methods = { listSearch: { searchPrices, searchTrials } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, { resources, connect, explain: [explainStripe] });
	}
}
