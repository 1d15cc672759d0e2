import { reasonInForce, type Plan } from '../../../../services/access/change.ts';
import { readInstant } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { changeAccess, readReason } from '../../change-access.ts';
import { accountIdField, orderOptionsField, otherReasonField, reasonField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';

export const restore = defineOperation({
	value: 'restore',
	name: 'Restore',
	action: 'Restore the access of an account',
	description:
		'Give full access back to an account that was restricted for this very reason. One that is restricted for another reason stays as it is.',
	fields: [
		accountIdField,
		reasonField,
		otherReasonField,
		orderOptionsField,
		modeField,
		workspaceField,
	],
	lane: ({ accountId }) => accountId,
	async run(params, services) {
		const { asOf } = params.options;
		const reason = readReason(params);
		const asOfAt = asOf ? readInstant(asOf, 'As Of', services.timeZone) : null;
		const plan: Plan = async (standing) => {
			const { instance, latest } = standing;
			if (!instance) return { skipped: 'absent' };
			if (instance.access === 'none') return { skipped: 'revoked' };
			if (instance.access === 'full') return { skipped: 'not_restricted' };
			if (reasonInForce(standing) !== reason) return { skipped: 'other_reason' };
			const newest = new Date(Math.max(+services.now(), +(latest?.billingAt ?? 0)));
			return { level: 'full', reason: 'restored', until: null, billingAt: asOfAt ?? newest };
		};
		return await changeAccess(params, services, plan, { isOrder: false });
	},
});
