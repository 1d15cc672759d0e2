import { TrialAccount } from '../../../nodes/TrialAccount/TrialAccount.node.ts';
import { stripeSecretKey } from '../../../sandbox/secrets.ts';
import { openStore, type StorePartition } from '../../../services/store/index.ts';
import type { Subscription } from '../../../lifecycle/subscription.ts';
import { executeNode, type ItemParams } from '../../support/execute-node.ts';
import { aSubscription } from '../../support/subscription.ts';
import { storeFile } from '../../support/user-folder.ts';

export interface RunOptions {
	readonly continueOnFail?: boolean;
	/** Where the Stripe stand-in is; without it no operation may ask Stripe. */
	readonly stripeUrl?: string;
	readonly timeZone?: string;
}

/** Runs the node over these items in test mode, and gives its rows. */
export async function run(items: readonly ItemParams[], options: RunOptions = {}) {
	const { continueOnFail = false, stripeUrl, timeZone } = options;
	const rows = await executeNode(new TrialAccount(), {
		items: items.map((item) => ({ mode: 'test', workspace: 'default', ...item })),
		continueOnFail,
		...(timeZone ? { timeZone } : {}),
		...(stripeUrl
			? {
					credential: { baseUrl: stripeUrl, secretKey: stripeSecretKey, requestsPerSecond: 1_000 },
					headers: { authorization: `Bearer ${stripeSecretKey}` },
				}
			: {}),
	});
	return rows.map(({ json }) => json);
}

/** The same store that the node uses. */
export async function partitionOf(workspace = 'default'): Promise<StorePartition> {
	const store = await openStore({ kind: 'sqlite', file: storeFile() });
	return store.partition({ workspace, mode: 'test' });
}

const account = (operation: string, more: ItemParams = {}): ItemParams => ({
	resource: 'account',
	operation,
	...more,
});

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** Items as the panel would store them. */
export const createOrUpdate = (accountId: string, email = '', additionalFields: ItemParams = {}) =>
	account('createOrUpdate', { accountId, email, additionalFields });

export const get = (reference: string) => account('get', { account: byId(reference) });

export const getMany = (filters: ItemParams = {}, more: ItemParams = {}) =>
	account('getMany', { returnAll: true, limit: 50, filters, sort: {}, ...more });

export const getTimeline = (reference: string, more: ItemParams = {}) =>
	account('getTimeline', { account: byId(reference), returnAll: false, limit: 50, ...more });

export const erase = (reference: string, more: ItemParams = {}) =>
	account('erase', { account: byId(reference), ...more });

export const importFromStripe = (options: ItemParams = {}) =>
	account('importFromStripe', { options });

export const record = (reference: string, milestone: string, reachedAt = ''): ItemParams => ({
	resource: 'milestone',
	operation: 'record',
	account: reference,
	milestone,
	reachedAt,
});

export const funnel = (more: ItemParams = {}): ItemParams => ({
	resource: 'report',
	operation: 'funnel',
	options: {},
	...more,
});

const DAY_MS = 86_400_000;

export const daysFromNow = (days: number) => new Date(Date.now() + days * DAY_MS);

/** A card-less trial that began ten days ago and ends in this many days. */
export function aTrial(endsInDays: number, more: Partial<Subscription> = {}): Subscription {
	return aSubscription({
		createdAt: daysFromNow(-10),
		trial: { startedAt: daysFromNow(-10), endsAt: daysFromNow(endsInDays) },
		...more,
	});
}
