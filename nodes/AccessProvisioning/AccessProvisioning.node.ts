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
import { connect } from './operation.ts';
import { resources } from './operations/index.ts';

export class AccessProvisioning implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Access Provisioning',
		name: 'accessProvisioning',
		icon: { light: 'file:accessProvisioning.svg', dark: 'file:accessProvisioning.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Open instances of your own product and decide who may use them',
		defaults: { name: 'Access Provisioning' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'accessProvisioningApi', required: true },
			{ name: 'lifecycleStoreApi', required: false, testedBy: 'lifecycleStoreTest' },
		],
		properties: propertiesOf(resources),
	};

	methods = { credentialTest: { lifecycleStoreTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, { resources, connect, explain: [] });
	}
}
