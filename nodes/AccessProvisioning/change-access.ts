import type { IDataObject } from 'n8n-workflow';
import type { AccessLevel } from '../../lifecycle/access-level.ts';
import type { AccessResult, Plan } from '../../services/access/change.ts';
import { changeAccess as change } from '../../services/access/change.ts';
import { Failure } from '../../services/failure.ts';
import type { Partition } from '../../services/store/index.ts';
import { readAccountId, readInstant } from '../input.ts';
import type { AccessProvisioningServices } from './operation.ts';
import { toAbsentRow, toInstanceRow } from './rows.ts';

interface Target extends Partition {
	readonly accountId: string;
}

/** How the timeline tells a change, by the level it led to. */
const EVENT_KINDS = {
	full: 'access_granted',
	grace: 'access_grace_begun',
	read_only: 'access_restricted',
	suspended: 'access_suspended',
	none: 'access_revoked',
} as const satisfies Record<AccessLevel, string>;

/** Carries a plan out and writes down what came of it: the ledger, the account, the timeline and the row. */
export async function changeAccess(
	target: Target,
	services: AccessProvisioningServices,
	plan: Plan,
	options: { readonly isOrder: boolean },
): Promise<IDataObject> {
	const { access, store, now, executionId, journal } = services;
	const accountId = readAccountId(target.accountId);
	const { accessChanges: changes } = store.partition(target);
	const doors = { access, changes, executionId, now, write: journal.write };
	const result = await change(doors, accountId, plan, options);
	const told = await tell(target, services, result);
	return { ...toRow(accountId, result), ...result.warning, ...told };
}

interface OrderParams extends Target {
	readonly reason?: string;
	readonly otherReason?: string;
	readonly options?: { readonly asOf?: string; readonly until?: string };
}

/** Carries out what a flow or a person demands, whatever billing says. */
export async function giveOrder(
	params: OrderParams,
	services: AccessProvisioningServices,
	level: AccessLevel,
): Promise<IDataObject> {
	const { now, timeZone } = services;
	const { asOf, until } = params.options ?? {};
	const reason = readReason(params);
	const untilAt = until ? readInstant(until, 'Until', timeZone) : null;
	const asOfAt = asOf ? readInstant(asOf, 'As Of', timeZone) : null;
	const plan: Plan = async ({ instance, latest }) => {
		if (!instance) throw withoutInstance(params.accountId);
		const newest = new Date(Math.max(+now(), +(latest?.billingAt ?? 0)));
		return { level, reason, until: untilAt, billingAt: asOfAt ?? newest };
	};
	return await changeAccess(params, services, plan, { isOrder: true });
}

export function readReason(params: { readonly reason?: string; readonly otherReason?: string }) {
	const { reason = '', otherReason = '' } = params;
	const meant = reason === 'other' ? otherReason : reason;
	if (meant !== '' && meant.length <= MAX_REASON_LENGTH) return meant;
	throw new Failure(meant === '' ? 'The reason is empty' : 'The reason is too long', {
		hint: `Give a short name such as "abuse", ${MAX_REASON_LENGTH} characters at most.`,
	});
}

/** As docs/provisioning-api.yaml has it. */
const MAX_REASON_LENGTH = 200;

async function tell(
	target: Target,
	{ journal, now }: AccessProvisioningServices,
	result: AccessResult,
) {
	const { instance, changeId, previousLevel } = result;
	if (!instance || changeId === null) return {};
	const { accountId, access: accessLevel, instanceUrl, reason } = instance;
	return await journal.tell(target, {
		accountId,
		facts: { accountId, at: now(), accessLevel, instanceUrl },
		event: {
			kind: EVENT_KINDS[accessLevel],
			key: `access_changed/${changeId}`,
			at: now(),
			data: { from: previousLevel, to: accessLevel, reason },
		},
	});
}

function toRow(accountId: string, result: AccessResult): IDataObject {
	const { instance, previousLevel, changeId, skipped } = result;
	return {
		...(instance ? toInstanceRow(instance) : toAbsentRow(accountId)),
		changed: changeId !== null,
		previousAccess: previousLevel,
		skipped,
	};
}

function withoutInstance(accountId: string): Failure {
	return new Failure(`The account "${accountId}" has no instance`, {
		httpCode: 404,
		hint: 'Open one first with Access > Provision.',
	});
}
