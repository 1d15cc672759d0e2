import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	ITriggerResponse,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { lifecycleStoreTest } from '../../services/n8n/store-credential.ts';
import { properties } from './fields.ts';
import { OUTPUTS } from './outputs.ts';
import { publish, unpublish, wouldReceive } from './publishing.ts';
import { start } from './starting.ts';
import { answerIntercom } from './webhook.ts';

export class IntercomMessageTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Intercom Message Trigger',
		name: 'intercomMessageTrigger',
		icon: {
			light: 'file:intercomMessageTrigger.svg',
			dark: 'file:intercomMessageTrigger.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts a flow when somebody replies, unsubscribes or comes in through Intercom',
		defaults: { name: 'Intercom Message Trigger' },
		inputs: [],
		outputs: OUTPUTS,
		credentials: [
			{ name: 'intercomMessageApi', required: true },
			{ name: 'lifecycleStoreApi', required: false, testedBy: 'lifecycleStoreTest' },
		],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'intercom' },
			{ name: 'setup', httpMethod: 'HEAD', responseMode: 'onReceived', path: 'intercom' },
		],
		properties,
	};

	methods = { credentialTest: { lifecycleStoreTest } };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await wouldReceive(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await publish(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await unpublish(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answerIntercom(this);
	}

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return await start(this);
	}
}
