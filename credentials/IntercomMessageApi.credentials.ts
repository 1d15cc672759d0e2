import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

export class IntercomMessageApi implements ICredentialType {
	name = 'intercomMessageApi';

	displayName = 'Intercom Message API';

	documentationUrl =
		'https://github.com/n8n-nodes-saas-lifecycle/n8n-nodes-saas-lifecycle/blob/main/docs/credentials.md#intercom-message-api';

	icon: Icon = { light: 'file:intercomMessage.svg', dark: 'file:intercomMessage.dark.svg' };

	properties: INodeProperties[] = [
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Developer Hub > your app > Authentication. The app needs to read and write users, and to write conversations and messages.',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			default: 'us',
			options: [
				{ name: 'Australia', value: 'au' },
				{ name: 'Europe', value: 'eu' },
				{ name: 'United States', value: 'us' },
			],
			description: 'Where your workspace lives: a token works in one region only',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Developer Hub > your app > Basic information. Needed only by the trigger, to check that a notification is genuine.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. http://127.0.0.1:12112',
			description: 'Overrides the region. Set it only to work against a sandbox.',
		},
	];

	/** In code: an expression cannot be evaluated in a trigger's background work, which belongs to no execution. */
	async authenticate(
		{ accessToken }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const headers = { ...request.headers, authorization: `Bearer ${String(accessToken)}` };
		return { ...request, headers };
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{$credentials.baseUrl || "https://api." + ($credentials.region === "us" ? "" : $credentials.region + ".") + "intercom.io"}}',
			url: '/me',
			headers: { 'Intercom-Version': '2.14' },
		},
	};
}
