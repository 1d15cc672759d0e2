import type { DataType } from './attributes.ts';
import type { Workspace } from './workspace.ts';

const ADMINS = [
	{
		id: '394051',
		name: 'Dora from Acme',
		email: 'dora@acme.example',
		jobTitle: 'Customer success',
	},
	{ id: '394052', name: 'Acme Support', email: 'support@acme.example', jobTitle: 'Support' },
] as const;

const SUBSCRIPTION_TYPES = [
	{ name: 'Product news', description: 'What is new, and offers', consentType: 'opt_out' },
	{ name: 'Tips for your trial', description: 'How to get going', consentType: 'opt_out' },
	{ name: 'Newsletter', description: 'Once a month', consentType: 'opt_in' },
] as const;

const ATTRIBUTES: ReadonlyArray<readonly [string, DataType, string]> = [
	['account_id', 'string', 'The id of the account in the product'],
	['stage', 'string', 'Where the account stands: trialing, active, lapsed, ...'],
	['plan', 'string', 'The plan of the subscription'],
	['language', 'string', 'What the person reads'],
	['trial_ends_at', 'date', 'When the trial ends'],
	['access_level', 'string', 'What the account may do in the product'],
	['instance_url', 'string', "The address of the account's instance"],
	['cancellation_reason', 'string', 'Why the customer wants to leave, or has left'],
];

/** A workspace as an operator has set it up before the first trial. */
export function seedWorkspace(workspace: Workspace) {
	const { ids } = workspace;
	const now = workspace.now();
	for (const admin of ADMINS) workspace.admins.put(admin);
	for (const type of SUBSCRIPTION_TYPES) {
		workspace.subscriptionTypes.put({
			...type,
			id: ids.next('subscription'),
			state: 'live',
			contentTypes: ['email'],
		});
	}
	for (const [name, dataType, description] of ATTRIBUTES) {
		workspace.attributes.put({
			id: ids.next('attribute'),
			model: 'contact',
			name,
			description,
			dataType,
			options: [],
			messengerWritable: false,
			isArchived: false,
			createdAt: now,
			updatedAt: now,
		});
	}
}
