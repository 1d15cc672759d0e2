import { randomUUID } from 'node:crypto';
import type {
	ICredentialDataDecryptedObject,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { Webhook } from 'standardwebhooks';

export class AccessProvisioningApi implements ICredentialType {
	name = 'accessProvisioningApi';

	displayName = 'Access Provisioning API';

	documentationUrl =
		'https://github.com/n8n-nodes-saas-lifecycle/n8n-nodes-saas-lifecycle/blob/main/docs/credentials.md#access-provisioning-api';

	icon: Icon = { light: 'file:accessProvisioning.svg', dark: 'file:accessProvisioning.dark.svg' };

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://api.your-product.example/provisioning',
			description: 'Where your product offers the provisioning API (docs/provisioning-api.yaml)',
		},
		{
			displayName: 'Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Sent as a bearer token with every request',
		},
		{
			displayName: 'Signing Secret',
			name: 'signingSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. whsec_...',
			description:
				'Signs every write, by the Standard Webhooks convention (www.standardwebhooks.com), so that your product can tell that it comes from here. It also signs the links in messages and checks what your product reports.',
		},
	];

	/** The only place that sees the token: n8n calls it for every request, so a retry is signed afresh. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const headers = { ...request.headers, authorization: `Bearer ${String(credentials['token'])}` };
		if ((request.method ?? 'GET') === 'GET') return { ...request, headers };
		return { ...request, headers: { ...headers, ...sign(request, credentials['signingSecret']) } };
	}

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/health' },
	};
}

/** https://www.standardwebhooks.com: a retry keeps the id of its request and gets a new timestamp. */
function sign({ headers, body }: IHttpRequestOptions, secret: unknown): Record<string, string> {
	const id = String(headers?.['idempotency-key'] ?? randomUUID());
	const timestamp = new Date();
	return {
		'webhook-id': id,
		'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
		'webhook-signature': new Webhook(String(secret)).sign(
			id,
			timestamp,
			typeof body === 'string' ? body : '',
		),
	};
}
