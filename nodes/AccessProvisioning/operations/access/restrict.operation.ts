import { modeField, workspaceField } from '../../../store-fields.ts';
import { giveOrder } from '../../change-access.ts';
import { accountIdField, orderOptionsField, otherReasonField, reasonField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';

export const restrict = defineOperation({
	value: 'restrict',
	name: 'Restrict',
	action: 'Restrict the access of an account',
	description: 'Let an account look and export but not change, or warn it while everything works',
	fields: [
		accountIdField,
		{
			displayName: 'Access Level',
			name: 'level',
			type: 'options',
			default: 'read_only',
			options: [
				{ name: 'Grace', value: 'grace', description: 'Everything works, with a visible notice' },
				{ name: 'Read-Only', value: 'read_only', description: 'Look and export, but not change' },
			],
		},
		reasonField,
		otherReasonField,
		orderOptionsField,
		modeField,
		workspaceField,
	],
	lane: ({ accountId }) => accountId,
	run: async (params, services) => await giveOrder(params, services, params.level),
});
