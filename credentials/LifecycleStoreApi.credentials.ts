import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** Tested by the Trial Account node (`lifecycleStoreTest`): a database is no HTTP request. */
export class LifecycleStoreApi implements ICredentialType {
	name = 'lifecycleStoreApi';

	displayName = 'Lifecycle Store API';

	documentationUrl =
		'https://github.com/n8n-nodes-saas-lifecycle/n8n-nodes-saas-lifecycle/blob/main/docs/credentials.md#lifecycle-store-api';

	icon: Icon = { light: 'file:lifecycleStore.svg', dark: 'file:lifecycleStore.dark.svg' };

	properties: INodeProperties[] = [
		{
			displayName:
				'Only for n8n in queue mode or on several hosts. Without this credential the nodes keep their store in a file of n8n, and there is nothing to set up.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{ displayName: 'Host', name: 'host', type: 'string', default: 'localhost', required: true },
		{ displayName: 'Port', name: 'port', type: 'number', default: 5432, required: true },
		{
			displayName: 'Database',
			name: 'database',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. saas_lifecycle',
		},
		{ displayName: 'User', name: 'user', type: 'string', default: '', required: true },
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
		},
		{
			displayName: 'TLS',
			name: 'tls',
			type: 'options',
			default: 'verify',
			options: [
				{ name: 'Encrypt Without Checking the Certificate', value: 'encrypt' },
				{ name: 'Encrypt and Check the Certificate', value: 'verify' },
				{ name: 'Off', value: 'off' },
			],
		},
		{
			displayName: 'Schema',
			name: 'schema',
			type: 'string',
			default: 'saas_lifecycle',
			description: 'Where the tables are; made when it is missing',
		},
	];
}
