import { modeField, workspaceField } from '../../../store-fields.ts';
import { giveOrder } from '../../change-access.ts';
import { accountIdField, orderOptionsField, otherReasonField, reasonField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';

export const suspend = defineOperation({
	value: 'suspend',
	name: 'Suspend',
	action: 'Suspend the access of an account',
	description: 'Close the door for an account; all its data is kept',
	fields: [
		accountIdField,
		reasonField,
		otherReasonField,
		orderOptionsField,
		modeField,
		workspaceField,
	],
	lane: ({ accountId }) => accountId,
	run: async (params, services) => await giveOrder(params, services, 'suspended'),
});
