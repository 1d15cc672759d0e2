import { readAccountId } from '../../../input.ts';
import { policyField } from '../../../access-policy.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { demandOf, readNow } from '../../billing.ts';
import { accountIdField, nowField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';

export const decide = defineOperation({
	value: 'decide',
	name: 'Decide',
	action: 'Decide the access of an account',
	description:
		'Say which level billing demands for an account, and why, without changing anything. Asks the lifecycle store, neither Stripe nor your product.',
	fields: [accountIdField, policyField, nowField, modeField, workspaceField],
	async run(params, { store, now, timeZone }) {
		const accountId = readAccountId(params.accountId);
		const present = now();
		const time = { now: readNow(params.now, present, timeZone), present };
		const demand = await demandOf(store.partition(params), accountId, params.policy, time);
		return {
			accountId,
			level: demand.level,
			reason: demand.reason,
			until: demand.until?.toISOString() ?? null,
			asOf: demand.billingAt.toISOString(),
			knownAccess: demand.account.accessLevel,
			differs: demand.account.accessLevel !== demand.level,
		};
	},
});
