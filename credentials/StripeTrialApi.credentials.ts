import type {
	ICredentialDataDecryptedObject,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

export class StripeTrialApi implements ICredentialType {
	name = 'stripeTrialApi';

	displayName = 'Stripe Trial API';

	documentationUrl =
		'https://github.com/n8n-nodes-saas-lifecycle/n8n-nodes-saas-lifecycle/blob/main/docs/credentials.md#stripe-trial-api';

	icon: Icon = { light: 'file:stripeTrial.svg', dark: 'file:stripeTrial.dark.svg' };

	properties: INodeProperties[] = [
		{
			displayName: 'Secret Key',
			name: 'secretKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. rk_test_...',
			description:
				'A restricted key (rk_...) is enough and safer than a secret key (sk_...): write access to customers and subscriptions, read access to prices and invoices',
		},
		{
			displayName: 'Webhook Signing Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. whsec_...',
			description:
				'Only for an endpoint that you made by hand in Stripe. Leave empty when the trigger makes its own endpoint.',
		},
		{
			displayName: 'Connected Account',
			name: 'connectedAccount',
			type: 'string',
			default: '',
			placeholder: 'e.g. acct_1A2b3C4d5E6f7G8h',
			description: 'Work on behalf of this account of a Connect platform',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.stripe.com',
			description: 'Where the Stripe API is. Change it only to work against a sandbox.',
		},
		{
			displayName: 'Requests per Second',
			name: 'requestsPerSecond',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				"0 for Stripe's own limits: 100 with a live key, 25 with a test key. Raise it only if Stripe has raised yours.",
		},
		{
			displayName: 'Requests per Second and Endpoint',
			name: 'requestsPerEndpoint',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description: "0 for Stripe's own limits: 25, and 20 for searches",
		},
	];

	/**
	 * A function, because n8n evaluates the expressions of a credential only while it runs a node: a trigger that
	 * works in the background could send nothing.
	 */
	async authenticate(
		{ secretKey }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const headers = { ...request.headers, authorization: `Bearer ${String(secretKey)}` };
		return { ...request, headers };
	}

	/** Subscriptions are what every operation needs, so a key that cannot read them is of no use here. */
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl || "https://api.stripe.com"}}',
			url: '/v1/subscriptions',
			qs: { limit: 1 },
			headers: { 'Stripe-Version': '2026-10-28.endive' },
		},
	};
}
