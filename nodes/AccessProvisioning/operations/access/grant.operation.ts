import { modeField, workspaceField } from '../../../store-fields.ts';
import { giveOrder } from '../../change-access.ts';
import { accountIdField, orderOptionsField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';

export const grant = defineOperation({
	value: 'grant',
	name: 'Grant',
	action: 'Grant full access to an account',
	description:
		'Give an account full access, whatever it was restricted for. To lift only one restriction, use Restore.',
	fields: [
		accountIdField,
		{
			displayName: 'Reason',
			name: 'reason',
			type: 'string',
			default: 'active',
			required: true,
			description: 'A short name of why, as your product and the timeline will show it',
		},
		orderOptionsField,
		modeField,
		workspaceField,
	],
	lane: ({ accountId }) => accountId,
	run: async (params, services) => await giveOrder(params, services, 'full'),
});
