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
import { searchAccounts } from './listSearch/index.ts';
import { connect } from './operation.ts';
import { resources } from './operations/index.ts';

export class TrialAccount implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Trial Account',
		name: 'trialAccount',
		icon: { light: 'file:trialAccount.svg', dark: 'file:trialAccount.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'See everything known about a customer, record milestones, report on trials',
		defaults: { name: 'Trial Account' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'lifecycleStoreApi', required: false, testedBy: 'lifecycleStoreTest' },
			{
				name: 'stripeTrialApi',
				required: true,
				displayOptions: { show: { resource: ['account'], operation: ['importFromStripe'] } },
			},
		],
		properties: propertiesOf(resources),
	};

	methods = {
		credentialTest: { lifecycleStoreTest },
		listSearch: { searchAccounts },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, { resources, connect, explain: [explainStripe] });
	}
}
