import { provision as provisionInstance } from '../../../../services/access/provision.ts';
import { readAccountId, readEmail, readInstant, readPairs } from '../../../input.ts';
import { pairsField } from '../../../pairs-field.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { accountIdField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';
import { toInstanceRow } from '../../rows.ts';

export const provision = defineOperation({
	value: 'provision',
	name: 'Provision',
	action: 'Provision an instance',
	description:
		'Open an instance of your product for an account and wait until it is ready. Run again, it finds the same instance.',
	fields: [
		accountIdField,
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. ada@example.com',
			description: 'Address of the person the instance belongs to',
		},
		{
			displayName: 'Wait Until Ready',
			name: 'waitUntilReady',
			type: 'boolean',
			default: true,
			description: 'Whether to wait until the instance can be used',
		},
		{
			displayName: 'Wait at Most (Seconds)',
			name: 'waitSeconds',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 600 },
			default: 60,
			displayOptions: { show: { waitUntilReady: [true] } },
			description: 'After that the item fails; a later repeat goes on with the same instance',
		},
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Access Level',
					name: 'access',
					type: 'options',
					default: 'full',
					options: [
						{ name: 'Full', value: 'full' },
						{ name: 'Read-Only', value: 'read_only' },
					],
					description: 'Access of a new instance; an existing one keeps what it has',
				},
				{
					displayName: 'Language',
					name: 'language',
					type: 'string',
					default: '',
					placeholder: 'e.g. hu',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. Ada Lovelace',
				},
				{ displayName: 'Plan', name: 'plan', type: 'string', default: '' },
				{ displayName: 'Trial Ends At', name: 'trialEndsAt', type: 'dateTime', default: '' },
			],
		},
		{ ...pairsField, description: 'Further facts for your product' },
		modeField,
		workspaceField,
	],
	lane: ({ accountId }) => accountId,
	async run(params, { access, timeZone, now, journal }) {
		const { name, plan, language, trialEndsAt, access: level = 'full' } = params.additionalFields;
		const metadata = readPairs(params.metadata.entry);
		const instance = await provisionInstance(
			access,
			{
				accountId: readAccountId(params.accountId),
				email: readEmail(params.email),
				access: level,
				...(name ? { name } : {}),
				...(plan ? { plan } : {}),
				...(language ? { language } : {}),
				...(trialEndsAt
					? { trialEndsAt: readInstant(trialEndsAt, 'Trial Ends At', timeZone).toISOString() }
					: {}),
				...(Object.keys(metadata).length > 0 ? { metadata } : {}),
			},
			{ waitMs: params.waitUntilReady ? params.waitSeconds * 1000 : 0 },
		);
		const { accountId, access: accessLevel, instanceUrl } = instance;
		const warning = await journal.tell(params, {
			accountId,
			facts: { accountId, at: now(), email: params.email, accessLevel, instanceUrl },
			event: {
				kind: 'instance_provisioned',
				key: `instance_provisioned/${accountId}`,
				at: now(),
				data: { status: instance.status, instanceUrl },
			},
		});
		return { ...toInstanceRow(instance), ...warning };
	},
});
