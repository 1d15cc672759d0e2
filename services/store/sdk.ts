import { HandleEmptyInListsPlugin, Kysely, replaceWithNoncontingentExpression } from 'kysely';
import { Failure } from '../failure.ts';
import { createAccessChanges } from './access-changes.ts';
import { createAccounts } from './accounts.ts';
import { createBookmarks } from './bookmarks.ts';
import { createCohortSigns } from './cohort-signs.ts';
import type { Database, Scope } from './database.ts';
import { createErase } from './erasure.ts';
import { createInbox, notificationsIn } from './inbox.ts';
import { createLeases } from './leases.ts';
import { DEFAULT_SCHEMA, type StoreLocation } from './location.ts';
import { createAccountIdsOf } from './mailbox.ts';
import { migrate } from './migrate.ts';
import { createMilestones } from './milestones.ts';
import { postgresDialect } from './postgres.ts';
import { createSends } from './sends.ts';
import { sqliteDialect } from './sqlite.ts';
import type { LifecycleStore, Partition, StorePartition } from './store.ts';
import type { Tables } from './tables.ts';
import { createTimeline } from './timeline.ts';
import { createTrialClaims } from './trial-claims.ts';
import { createTrialHashes } from './trial-hashes.ts';

/** `in ()` is true of no row; Postgres would call it a mistake. */
const plugins = [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })];

const PATIENCE_MS = 15_000;

/** One file handle or pool per place and process, however many nodes ask. */
const shared = new Map<string, Promise<LifecycleStore>>();

export async function openShared(location: StoreLocation): Promise<LifecycleStore> {
	const place = JSON.stringify(location);
	const known = shared.get(place);
	if (known) return await known;
	const forget = () => shared.delete(place);
	const opening = open(location, forget);
	shared.set(place, opening);
	opening.catch(forget);
	return await opening;
}

async function open(location: StoreLocation, onClose: () => void): Promise<LifecycleStore> {
	const { database, schema } = connect(location);
	try {
		await migrate(database, schema);
	} catch (error) {
		await database.db.destroy();
		throw error;
	}
	const partitions = new Map<string, StorePartition>();
	return {
		kind: database.kind,
		partition(partition) {
			const key = keyOf(partition);
			const known = partitions.get(key) ?? createPartition({ ...database, partition: key });
			partitions.set(key, known);
			return known;
		},
		async close() {
			onClose();
			await database.db.destroy();
		},
	};
}

function connect(location: StoreLocation): { database: Database; schema: string | null } {
	const { kind, patienceMs = PATIENCE_MS } = location;
	if (kind === 'sqlite') {
		const db = new Kysely<Tables>({ dialect: sqliteDialect(location.file, patienceMs), plugins });
		return { database: { kind, db, patienceMs }, schema: null };
	}
	const { connection } = location;
	const schema = connection.schema ?? DEFAULT_SCHEMA;
	const db = new Kysely<Tables>({ dialect: postgresDialect(connection), plugins });
	return { database: { kind, db: db.withSchema(schema), patienceMs }, schema };
}

function createPartition(scope: Scope): StorePartition {
	return {
		accounts: createAccounts(scope),
		accountIdsOf: createAccountIdsOf(scope),
		sends: createSends(scope),
		inbox: createInbox(scope),
		notifications: createInbox(notificationsIn(scope)),
		accessChanges: createAccessChanges(scope),
		milestones: createMilestones(scope),
		timeline: createTimeline(scope),
		trialHashes: createTrialHashes(scope),
		trialClaims: createTrialClaims(scope),
		bookmarks: createBookmarks(scope),
		leases: createLeases(scope),
		erase: createErase(scope),
		cohortSigns: createCohortSigns(scope),
	};
}

function keyOf({ workspace, mode }: Partition): string {
	if (workspace.trim() === '') {
		throw new Failure('The workspace has no name', {
			code: 'store_no_workspace',
			hint: 'Enter a name such as "default". An agency uses one per client.',
		});
	}
	return `${mode}/${workspace.trim()}`;
}
