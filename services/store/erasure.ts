import { sql } from 'kysely';
import type { Account } from '../../lifecycle/account.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import { createAccounts } from './accounts.ts';
import { chunksOf } from './chunks.ts';
import { serialised, type Scope } from './database.ts';
import { rememberErasure } from './erased-accounts.ts';
import { accountKeysWith, type PersonSign } from './event-people.ts';
import { removeTraces } from './inbox-intake.ts';
import { notificationsIn } from './inbox.ts';
import { fromJson } from './json.ts';
import { createTrialHashes } from './trial-hashes.ts';

/**
 * Forgets a person. What stays is a keyed hash of the e-mail, so that a trial is not given twice, and one of
 * the account id, so that a nightly import does not bring the person back.
 */
export type Erase = (accountId: string, options: ErasureOptions, now: Date) => Promise<Erasure>;

export interface ErasureOptions {
	readonly isDryRun: boolean;
	/** An address of the person, where it may be another one than the account's or there is no account. */
	readonly email?: string;
}

/** How many rows of each kind are gone, or would be; which of the vendors' events. */
export interface Erasure {
	readonly accounts: number;
	readonly sends: number;
	readonly accessChanges: number;
	readonly milestones: number;
	readonly timeline: number;
	readonly stripeEvents: readonly string[];
	readonly intercomNotifications: readonly string[];
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
	{ isDryRun, email }: ErasureOptions,
	now: Date,
): Promise<Erasure> {
	const name = `account/${scope.partition}/${accountId}`;
	return await serialised(scope, name, 'alone', async (db) => {
		const within: Scope = { ...scope, db };
		const account = await createAccounts(within).get(accountId);
		const keepsTrialHash = Boolean(account?.email && account.lastTrialEndsAt);
		const notifications = notificationsIn(within);
		const signs = signsOf(accountId, account, email);
		const customers = [
			...[account?.customerId, account?.subscription?.customerId],
			...(await customersInTimeline(within, accountId)),
		];
		const stripeEvents = await eventsOf(within, [accountId, ...customers], signs);
		const intercomNotifications = await eventsOf(
			notifications,
			[accountId, account?.contactId],
			signs,
		);
		const found = await count(within, accountId);
		if (!isDryRun) {
			await remember(within, accountId, account, now);
			await remove(within, accountId);
			await removeEvents(within, stripeEvents);
			await removeEvents(notifications, intercomNotifications);
		}
		return { ...found, stripeEvents, intercomNotifications, keepsTrialHash };
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

function signsOf(accountId: string, account: Account | null, email?: string): PersonSign[] {
	const addresses = [account?.email, email].flatMap((address) => address || []);
	return [
		{ kind: 'account', value: accountId },
		...addresses.map((address) => ({ kind: 'email' as const, value: canonicalEmail(address) })),
	];
}

/** Customers that the account had before the present one. */
async function customersInTimeline(
	{ db, partition }: Scope,
	accountId: string,
): Promise<readonly string[]> {
	const rows = await db
		.selectFrom('timeline')
		.select('data')
		.where('partition_key', '=', partition)
		.where('account_id', '=', accountId)
		.where('data', 'is not', null)
		.execute();
	return rows.flatMap(({ data }) => {
		const told = data === null ? {} : (fromJson(data) as Readonly<Record<string, unknown>>);
		return typeof told['customerId'] === 'string' ? [told['customerId']] : [];
	});
}

/**
 * What vendors send carries names, addresses and letters too. Events that name the person lead to their customers
 * and contacts, and those to the events that name nobody, such as that a subscription has changed.
 */
async function eventsOf(
	scope: Scope,
	known: ReadonlyArray<string | null | undefined>,
	signs: readonly PersonSign[],
): Promise<readonly string[]> {
	const keys = [...known.flatMap((key) => key ?? []), ...(await accountKeysWith(scope, signs))];
	const { db, partition } = scope;
	const found: string[] = [];
	for (const chunk of chunksOf([...new Set(keys)])) {
		const rows = await db
			.selectFrom('stripe_events')
			.select('event_id')
			.where('partition_key', '=', partition)
			.where('account_key', 'in', chunk)
			.execute();
		found.push(...rows.map(({ event_id }) => event_id));
	}
	return found;
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

async function removeEvents(scope: Scope, eventIds: readonly string[]): Promise<void> {
	for (const chunk of chunksOf(eventIds)) {
		const gone = await scope.db
			.deleteFrom('stripe_events')
			.where('partition_key', '=', scope.partition)
			.where('event_id', 'in', chunk)
			.returning(['event_id', 'account_key'])
			.execute();
		await removeTraces(scope, gone);
	}
}
