import type { Plan } from '../../../../services/access/change.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { changeAccess, readReason } from '../../change-access.ts';
import { accountIdField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';

export const revoke = defineOperation({
	value: 'revoke',
	name: 'Revoke',
	action: 'Revoke the instance of an account',
	description:
		'End the instance of an account for good. Nothing here brings it back; to close the door and keep the data, use Suspend.',
	fields: [
		accountIdField,
		{
			displayName: 'Reason',
			name: 'reason',
			type: 'string',
			default: 'erased',
			required: true,
			description: 'A short name of why, for the timeline',
		},
		modeField,
		workspaceField,
	],
	lane: ({ accountId }) => accountId,
	async run(params, services) {
		const reason = readReason(params);
		const plan: Plan = async ({ instance, latest }) => {
			if (!instance) return { skipped: 'absent' };
			const billingAt = new Date(Math.max(+services.now(), +(latest?.billingAt ?? 0)));
			return { level: 'none', reason, until: null, billingAt };
		};
		return await changeAccess(params, services, plan, { isOrder: false });
	},
});
