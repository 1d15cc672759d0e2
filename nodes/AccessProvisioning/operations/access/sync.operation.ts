import { ACCESS_LEVELS } from '../../../../lifecycle/access-level.ts';
import { isAccessReason } from '../../../../lifecycle/access.ts';
import { reasonInForce, type Plan } from '../../../../services/access/change.ts';
import { readAccountId } from '../../../input.ts';
import { policyField } from '../../../access-policy.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { demandOf, readNow } from '../../billing.ts';
import { changeAccess } from '../../change-access.ts';
import { accountIdField, nowField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';

export const sync = defineOperation({
	value: 'sync',
	name: 'Sync',
	action: 'Sync the access of an account with billing',
	description:
		'Give an account the level that billing demands, where it has another one. A restriction for a reason of your own stays.',
	fields: [accountIdField, policyField, nowField, modeField, workspaceField],
	lane: ({ accountId }) => accountId,
	async run(params, services) {
		const { store, now, timeZone } = services;
		const accountId = readAccountId(params.accountId);
		const partition = store.partition(params);
		const demand = async () => {
			const present = now();
			const time = { now: readNow(params.now, present, timeZone), present };
			return await demandOf(partition, accountId, params.policy, time);
		};
		const plan: Plan = async (standing) => {
			const { instance } = standing;
			const wanted = await demand();
			if (!instance) return { skipped: 'absent' };
			if (instance.access === 'none') return { skipped: 'revoked' };
			if (wanted.level === 'none') return { skipped: wanted.reason };
			if (isHeld(instance.access, reasonInForce(standing))) return { skipped: 'other_reason' };
			return wanted;
		};
		const lookedAt = now();
		const row = await changeAccess(params, services, plan, { isOrder: false });
		const { level, reason, until, account } = await demand();
		const accessLevel = ACCESS_LEVELS.find((known) => known === row['access']);
		// Whose instance was opened elsewhere: from now on the store knows their level, as of before the look.
		const isNews = row['status'] !== 'absent' && accessLevel && accessLevel !== account.accessLevel;
		const warning =
			isNews && row['changed'] === false
				? await services.journal.tell(params, {
						accountId,
						facts: { accountId, at: lookedAt, accessLevel },
					})
				: {};
		return {
			...row,
			...warning,
			decidedAccess: level,
			decidedReason: reason,
			until: until?.toISOString() ?? null,
		};
	},
});

/** Taken away for a reason that billing knows nothing of, so billing must not give it back. */
function isHeld(level: string, reason: string | null): boolean {
	return level !== 'full' && reason !== null && !isAccessReason(reason);
}
