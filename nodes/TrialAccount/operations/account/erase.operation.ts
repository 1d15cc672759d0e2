import { accountIdFor } from '../../../../lifecycle/account-id.ts';
import { isEmail } from '../../../../lifecycle/email.ts';
import { Failure } from '../../../../services/failure.ts';
import type { Erasure, StorePartition } from '../../../../services/store/index.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { accountField } from '../../fields.ts';
import { lookUp } from '../../find-account.ts';
import { defineOperation } from '../../operation.ts';

export const erase = defineOperation({
	value: 'erase',
	name: 'Erase',
	action: 'Erase an account',
	description:
		'Forget a person (GDPR). This cannot be undone. Only a keyed hash stays, so that nobody gets a second trial this way. Stripe and Intercom are not touched.',
	fields: [
		accountField,
		{
			displayName: 'Dry Run',
			name: 'dryRun',
			type: 'boolean',
			default: true,
			description: 'Whether to only count what would be removed',
		},
		{
			displayName: 'I Understand That This Cannot Be Undone',
			name: 'confirm',
			type: 'boolean',
			default: false,
			displayOptions: { show: { dryRun: [false] } },
			description: 'Whether the person shall really be forgotten',
		},
		modeField,
		workspaceField,
	],
	lane: ({ account }) => account.toLowerCase(),
	async run(params, { store, now }) {
		const isDryRun = params.dryRun;
		if (!isDryRun && !params.confirm) {
			throw new Failure('Nothing was erased: the confirmation is missing', {
				hint: 'Switch on "I Understand That This Cannot Be Undone", or "Dry Run" to see what would be removed.',
			});
		}
		const partition = store.partition(params);
		const accountIds = await idsOf(partition, params.account);
		const email = isEmail(params.account) ? params.account : undefined;
		// Somebody may have left their address on a page of Stripe's and never become an account.
		const ids = email && accountIds.length === 0 ? [accountIdFor(email)] : accountIds;
		const erasures: Erasure[] = [];
		for (const accountId of ids) {
			erasures.push(await partition.erase(accountId, { isDryRun, ...(email && { email }) }, now()));
		}
		return {
			isDryRun,
			accountIds: [...accountIds],
			[isDryRun ? 'wouldRemove' : 'removed']: totalOf(erasures),
			keepsTrialHash: erasures.some(({ keepsTrialHash }) => keepsTrialHash),
		};
	},
});

/**
 * All ids under which something of this person is kept: every account of the mailbox, and the contacts that
 * messages went to before there was an account.
 */
async function idsOf(partition: StorePartition, reference: string): Promise<readonly string[]> {
	const { accounts, accountIdsOf } = partition;
	const meant = await lookUp(accounts, reference);
	const others = isEmail(reference) ? await accountIdsOf(reference) : [];
	const ids = meant ? [meant.accountId, ...others] : isEmail(reference) ? [] : [reference];
	const known = await Promise.all(ids.map(async (accountId) => await accounts.get(accountId)));
	return [...new Set([...ids, ...known.flatMap((account) => account?.contactId ?? [])])];
}

function totalOf(erasures: readonly Erasure[]) {
	const sum = (kind: 'accounts' | 'sends' | 'accessChanges' | 'milestones' | 'timeline') =>
		erasures.reduce((total, erasure) => total + erasure[kind], 0);
	// In a dry run two accounts of one mailbox find the same events.
	const events = (kind: 'stripeEvents' | 'intercomNotifications') =>
		new Set(erasures.flatMap((erasure) => erasure[kind])).size;
	return {
		accounts: sum('accounts'),
		messages: sum('sends'),
		accessChanges: sum('accessChanges'),
		milestones: sum('milestones'),
		timelineEntries: sum('timeline'),
		stripeEvents: events('stripeEvents'),
		intercomNotifications: events('intercomNotifications'),
	};
}
