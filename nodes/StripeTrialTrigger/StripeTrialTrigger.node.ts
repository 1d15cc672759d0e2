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
import { searchPrices, searchProducts } from '../StripeTrial/listSearch/index.ts';
import { properties } from './fields.ts';
import { METHOD } from './method.ts';
import { OUTPUTS } from './outputs.ts';
import { publish, unpublish, wouldReceive } from './publishing.ts';
import { start } from './starting.ts';
import { answerStripe } from './webhook.ts';

export class StripeTrialTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Stripe Trial Trigger',
		name: 'stripeTrialTrigger',
		icon: { light: 'file:stripeTrialTrigger.svg', dark: 'file:stripeTrialTrigger.dark.svg' },
		group: ['trigger'],
		// With 1, n8n evaluates an expression for every delivery, which costs more than taking the delivery in.
		version: [1, 1.1],
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Starts a flow when something happens to a free trial or its subscription in Stripe',
		defaults: { name: 'Stripe Trial Trigger' },
		inputs: [],
		outputs: OUTPUTS,
		credentials: [
			{ name: 'stripeTrialApi', required: true },
			{ name: 'lifecycleStoreApi', required: false, testedBy: 'lifecycleStoreTest' },
		],
		webhooks: [
			{
				name: 'default',
				...METHOD,
				responseMode: 'onReceived',
				path: 'stripe',
			},
		],
		properties,
	};

	methods = {
		credentialTest: { lifecycleStoreTest },
		listSearch: { searchPrices, searchProducts },
	};

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
		return await answerStripe(this);
	}

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return await start(this);
	}
}
