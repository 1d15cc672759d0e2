import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { explainIntercom } from '../../services/intercom/explain.ts';
import { propertiesOf } from '../../services/n8n/operation.ts';
import { runItems } from '../../services/n8n/run-items.ts';
import { lifecycleStoreTest } from '../../services/n8n/store-credential.ts';
import { searchAdmins, searchSubscriptionTypes, searchTags } from './listSearch/index.ts';
import { connect } from './operation.ts';
import { resources } from './operations/index.ts';

export class IntercomMessage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Intercom Message',
		name: 'intercomMessage',
		icon: { light: 'file:intercomMessage.svg', dark: 'file:intercomMessage.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Keep the contacts of a trial in Intercom and write to them',
		defaults: { name: 'Intercom Message' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'intercomMessageApi', required: true },
			{ name: 'lifecycleStoreApi', required: false, testedBy: 'lifecycleStoreTest' },
		],
		properties: propertiesOf(resources),
	};

	methods = {
		credentialTest: { lifecycleStoreTest },
		listSearch: { searchAdmins, searchSubscriptionTypes, searchTags },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, { resources, connect, explain: [explainIntercom] });
	}
}
