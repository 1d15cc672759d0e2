import { modeField, workspaceField } from '../../../store-fields.ts';
import { accountField } from '../../fields.ts';
import { lookUp } from '../../find-account.ts';
import { defineOperation } from '../../operation.ts';
import { toAccessRow, toAccountRow, toMessageRow } from '../../rows.ts';

const LAST_MESSAGES = 10;

export const get = defineOperation({
	value: 'get',
	name: 'Get',
	action: 'Get an account',
	description:
		'Get the whole picture of one customer: stage, trial, billing, access, milestones and the last messages',
	fields: [accountField, modeField, workspaceField],
	async run(params, { store, now, timeZone }) {
		const { accounts, milestones, sends, accessChanges } = store.partition(params);
		const account = await lookUp(accounts, params.account);
		const place = { mode: params.mode, workspace: params.workspace };
		if (!account) return { exists: false, accountId: null, stage: 'none', ...place };
		const { accountId } = account;
		const [reached, messages, access] = await Promise.all([
			milestones.list(accountId),
			sends.list(accountId, LAST_MESSAGES),
			accessChanges.latest(accountId),
		]);
		return {
			exists: true,
			...toAccountRow(account, { now: now(), timeZone }),
			milestones: Object.fromEntries(
				reached.map(({ name, reachedAt }) => [name, reachedAt.toISOString()]),
			),
			lastMessages: messages.map(toMessageRow),
			lastAccessChange: access ? toAccessRow(access) : null,
			...place,
		};
	},
});
