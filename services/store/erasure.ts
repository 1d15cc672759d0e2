import { sql } from 'kysely';
import type { Account } from '../../lifecycle/account.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import { createAccounts } from './accounts.ts';
import { chunksOf } from './chunks.ts';
import { serialised, type Scope } from './database.ts';
import { rememberErasure } from './erased-accounts.ts';
import { notificationsIn } from './inbox.ts';
import { createTrialHashes } from './trial-hashes.ts';

/**
 * Forgets a person. What stays is a keyed hash of the e-mail, so that a trial is not given twice, and one of
 * the account id, so that a nightly import does not bring the person back.
 */
export type Erase = (
	accountId: string,
	options: { readonly isDryRun: boolean },
	now: Date,
) => Promise<Erasure>;

/** How many rows of each kind are gone, or would be. */
export interface Erasure {
	readonly accounts: number;
	readonly sends: number;
	readonly accessChanges: number;
	readonly milestones: number;
	readonly timeline: number;
	readonly stripeEvents: number;
	readonly intercomNotifications: number;
	/** Whether the e-mail is remembered, as a hash, as one that had a trial. */
	readonly keepsTrialHash: boolean;
}

const ACCOUNT_TABLES = ['accounts', 'sends', 'access_changes', 'milestones', 'timeline'] as const;

export function createErase(scope: Scope): Erase {
	return async (accountId, options, now) => {
		const erasure = await erase(scope, accountId, options, now);
		if (scope.kind === 'sqlite' && !options.isDryRun) await forgetHistory(scope);
		return erasure;
	};
}

async function erase(
	scope: Scope,
	accountId: string,
	{ isDryRun }: { readonly isDryRun: boolean },
	now: Date,
): Promise<Erasure> {
	const name = `account/${scope.partition}/${accountId}`;
	return await serialised(scope, name, 'alone', async (db) => {
		const within: Scope = { ...scope, db };
		const account = await createAccounts(within).get(accountId);
		const keepsTrialHash = Boolean(account?.email && account.lastTrialEndsAt);
		const notifications = notificationsIn(within);
		const eventIds = await eventsOf(within, [
			accountId,
			account?.customerId,
			account?.subscription?.customerId,
		]);
		// Intercom tells of contacts: those of a person are erased under their own ids, as are messages to them.
		const notificationIds = await eventsOf(notifications, [accountId]);
		const found = await count(within, accountId);
		if (!isDryRun) {
			await remember(within, accountId, account, now);
			await remove(within, accountId);
			await removeEvents(within, eventIds);
			await removeEvents(notifications, notificationIds);
		}
		return {
			...found,
			stripeEvents: eventIds.length,
			intercomNotifications: notificationIds.length,
			keepsTrialHash,
		};
	});
}

/** The write-ahead log still holds the pages as they were: https://www.sqlite.org/wal.html#the_wal_file */
async function forgetHistory({ db }: Scope): Promise<void> {
	await sql`pragma wal_checkpoint(truncate)`.execute(db);
}

async function remember(
	scope: Scope,
	accountId: string,
	account: Account | null,
	now: Date,
): Promise<void> {
	await rememberErasure(scope, accountId, now);
	if (!account?.email || !account.lastTrialEndsAt) return;
	const sign = { kind: 'email', value: canonicalEmail(account.email) } as const;
	await createTrialHashes(scope).remember(sign, account.lastTrialEndsAt);
}

/** What vendors send carries names, addresses and letters too. */
async function eventsOf(
	{ db, partition }: Scope,
	keys: ReadonlyArray<string | null | undefined>,
): Promise<readonly string[]> {
	const rows = await db
		.selectFrom('stripe_events')
		.select('event_id')
		.where('partition_key', '=', partition)
		.where(
			'account_key',
			'in',
			keys.filter((key) => typeof key === 'string'),
		)
		.execute();
	return rows.map(({ event_id }) => event_id);
}

async function count(
	{ db, partition }: Scope,
	accountId: string,
): Promise<Omit<Erasure, 'keepsTrialHash' | 'stripeEvents' | 'intercomNotifications'>> {
	const rowsIn = async (table: (typeof ACCOUNT_TABLES)[number]) => {
		const { rows } = await db
			.selectFrom(table)
			.select((eb) => eb.fn.countAll<number>().as('rows'))
			.where('partition_key', '=', partition)
			.where('account_id', '=', accountId)
			.executeTakeFirstOrThrow();
		return rows;
	};
	return {
		accounts: await rowsIn('accounts'),
		sends: await rowsIn('sends'),
		accessChanges: await rowsIn('access_changes'),
		milestones: await rowsIn('milestones'),
		timeline: await rowsIn('timeline'),
	};
}

async function remove({ db, partition }: Scope, accountId: string): Promise<void> {
	for (const table of ACCOUNT_TABLES) {
		await db
			.deleteFrom(table)
			.where('partition_key', '=', partition)
			.where('account_id', '=', accountId)
			.execute();
	}
}

async function removeEvents({ db, partition }: Scope, eventIds: readonly string[]): Promise<void> {
	for (const chunk of chunksOf(eventIds)) {
		for (const table of ['event_deliveries', 'stripe_events'] as const) {
			await db
				.deleteFrom(table)
				.where('partition_key', '=', partition)
				.where('event_id', 'in', chunk)
				.execute();
		}
	}
}
