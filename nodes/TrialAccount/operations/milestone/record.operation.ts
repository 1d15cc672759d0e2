import { Failure } from '../../../../services/failure.ts';
import { readInstant } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { identify } from '../../find-account.ts';
import { defineOperation } from '../../operation.ts';

export const record = defineOperation({
	value: 'record',
	name: 'Record',
	action: 'Record a milestone',
	description:
		'Remember that a customer has done something in your product. Told again, the earliest instant stays.',
	fields: [
		{
			displayName: 'Account',
			name: 'account',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. acct_42 or ada@example.com',
			description: 'Account ID or e-mail. An account that is not known yet is created.',
		},
		{
			displayName: 'Milestone',
			name: 'milestone',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. created_project',
			description: 'Name of what was done; journeys and reports ask for it by this name',
		},
		{
			displayName: 'Reached At',
			name: 'reachedAt',
			type: 'dateTime',
			default: '',
			description: 'When it was done. Empty: now.',
		},
		modeField,
		workspaceField,
	],
	lane: ({ account }) => account.toLowerCase(),
	async run(params, { store, now, timeZone, executionId }) {
		const { accounts, milestones, timeline } = store.partition(params);
		const milestone = readMilestone(params.milestone);
		const reachedAt = params.reachedAt
			? readInstant(params.reachedAt, 'Reached At', timeZone)
			: now();
		const { accountId, email } = await identify(accounts, params.account);
		const { outcome } = await accounts.upsert(
			{
				accountId,
				at: now(),
				lastActiveAt: reachedAt,
				...(email === undefined ? {} : { email }),
			},
			now(),
		);
		if (outcome === 'erased') {
			return { accountId, milestone, reachedAt: null, isNew: false, isErased: true };
		}

		const isNew = await milestones.record(accountId, milestone, reachedAt);
		await timeline.append({
			accountId,
			at: reachedAt,
			kind: 'milestone_reached',
			key: `milestone_reached/${accountId}/${milestone}`,
			source: 'trialAccount',
			data: { milestone },
			...(executionId === undefined ? {} : { executionId }),
		});
		const reached = await milestones.list(accountId);
		const kept = reached.find(({ name }) => name === milestone)?.reachedAt ?? reachedAt;
		return { accountId, milestone, reachedAt: kept.toISOString(), isNew, isErased: false };
	},
});

function readMilestone(value: string): string {
	if (/^[\p{L}\p{M}\p{N} _.:/-]{1,100}$/u.test(value)) return value;
	throw new Failure(value === '' ? '"Milestone" is empty' : '"Milestone" is malformed', {
		hint: 'Give a short name of letters, digits and _ . : / -, such as created_project.',
	});
}
