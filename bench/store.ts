/**
 * The sweep for due accounts: 1,000 due ones among a million must cost at most 1.5 times what they cost among
 * ten thousand, and less than a second on SQLite. `node bench/store.ts`; `ACCOUNTS=100000` makes it quicker.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { mergeFacts } from '../lifecycle/account.ts';
import { PRESETS } from '../lifecycle/journey/presets.ts';
import type { Journey } from '../lifecycle/journey/step.ts';
import { anchorsDue } from '../lifecycle/journey/timing.ts';
import {
	openStore,
	type DueQuery,
	type LifecycleStore,
	type StoreLocation,
} from '../services/store/index.ts';
import { toJson } from '../services/store/json.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { aSubscription } from '../test/support/subscription.ts';

const FEW = 10_000;
const MANY = Number(process.env['ACCOUNTS'] ?? 1_000_000);
const DUE = 1_000;
const RUNS = 25;
const MAX_RATIO = 1.5;
const MAX_SQLITE_MS = 1_000;

const NOW = new Date('2026-06-15T09:00:00Z');
const JOURNEY: Journey = {
	name: 'conversion',
	audience: ['trialing'],
	steps: PRESETS.conversion,
	pacing: {
		quiet: { from: 20 * 60, to: 8 * 60 },
		weekdays: [],
		gapHours: 20,
		timeZone: 'Europe/Budapest',
	},
	exits: { converted: true, replied: true, unsubscribed: true, milestones: [], afterDays: null },
	variants: [],
};
const LAST_DAY = PRESETS.conversion[5];
const STEP = { journey: JOURNEY.name, step: LAST_DAY.key };
const SWEEP: DueQuery = {
	anchor: 'trialEndsAt',
	...anchorsDue(LAST_DAY, JOURNEY, NOW, NOW),
	stages: ['trialing'],
	notYetClaimed: STEP,
	limit: DUE,
};

interface Candidate {
	readonly kind: StoreLocation['kind'];
	readonly accounts: number;
	readonly store: LifecycleStore;
	readonly fillS: number;
	/** Of all sweeps, each in ms. */
	readonly times: number[];
}

const folder = mkdtempSync(join(tmpdir(), 'lifecycle-bench-'));
const server = await startPostgres();
const candidates: Candidate[] = [];
try {
	for (const accounts of [FEW, MANY]) {
		const file = join(folder, `${accounts}.sqlite`);
		candidates.push(await filled({ kind: 'sqlite', file }, accounts, fillSqlite(file)));
		const connection = { ...server.connection, schema: `bench_${accounts}` };
		candidates.push(
			await filled({ kind: 'postgres', connection }, accounts, fillPostgres(connection)),
		);
	}
	// In turns, so that whatever else the machine does slows all of them alike.
	for (let run = 0; run < RUNS; run++) {
		for (const { store, times } of candidates) times.push(await sweep(store));
	}
	for (const { store } of candidates) await store.close();
} finally {
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
}
report();

async function filled(
	location: StoreLocation,
	accounts: number,
	fill: (accounts: number) => Promise<void>,
): Promise<Candidate> {
	const store = await openStore(location);
	const startedAt = performance.now();
	await fill(accounts);
	const fillS = (performance.now() - startedAt) / 1_000;
	return { kind: location.kind, accounts, store, fillS, times: [] };
}

async function sweep(store: LifecycleStore): Promise<number> {
	const { accounts, milestones, sends } = store.partition({ workspace: 'default', mode: 'live' });
	const startedAt = performance.now();
	const due = await accounts.due(SWEEP);
	const ids = due.map(({ accountId }) => accountId);
	await Promise.all([milestones.reachedBy(ids), sends.standings(ids, NOW)]);
	if (due.length !== DUE) throw new Error(`${due.length} accounts were due, not ${DUE}`);
	return performance.now() - startedAt;
}

function fillSqlite(file: string) {
	return async (accounts: number) => {
		const database = new DatabaseSync(file);
		const numbers = `with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n + 1 < ${accounts})`;
		for (const statement of statementsOver('numbers')) database.exec(`${numbers} ${statement}`);
		database.close();
	};
}

function fillPostgres({ schema, ...connection }: typeof server.connection) {
	return async (accounts: number) => {
		const client = new pg.Client(connection);
		await client.connect();
		try {
			await client.query(`set search_path = "${schema}"`);
			const numbers = `generate_series(0, ${accounts - 1}) numbers(n)`;
			for (const statement of statementsOver(numbers)) await client.query(statement);
			await client.query('analyze');
		} finally {
			await client.end();
		}
	};
}

/**
 * Trials that ended long ago and were all handled; in the window, as many handled as are still due. Every account
 * was welcomed too, so the ledger is twice as long as the table.
 */
function statementsOver(numbers: string): string[] {
	const endsAt = `case when n < ${2 * DUE} then ${NOW.getTime()} + n * 1000 else ${NOW.getTime()} - cast(n as bigint) * 60000 end`;
	const account = mergeFacts(
		null,
		{
			accountId: 'ACCOUNT',
			at: NOW,
			name: 'Ann',
			email: 'ACCOUNT@example.com',
			subscription: aSubscription(),
		},
		new Date('2026-03-02T00:00:00Z'),
	);
	const json = `replace('${toJson(account)}', 'ACCOUNT', 'account-' || n)`;
	return [
		`insert into accounts (partition_key, account_id, canonical_email, customer_id, subscription_id, stage, plan,
			signed_up_at, trial_started_at, trial_ends_at, account, created_at, updated_at)
		select 'live/default', 'account-' || n, 'account-' || n || '@example.com', 'cus_' || n, 'sub_' || n, 'trialing',
			'price_pro', ${endsAt} - 1, ${endsAt} - 1, ${endsAt}, ${json}, n, n from ${numbers}`,
		`insert into sends (partition_key, send_key, account_id, channel, category, journey, step, anchor_at, state,
			attempt, doubts, claimed_at, lease_until)
		select 'live/default', 'welcome-' || n, 'account-' || n, 'email', 'marketing', 'onboarding', 'welcome',
			${endsAt}, 'sent', 1, 0, n, n from ${numbers}`,
		`insert into sends (partition_key, send_key, account_id, channel, category, journey, step, anchor_at, state,
			attempt, doubts, claimed_at, lease_until)
		select 'live/default', 'last-day-' || n, 'account-' || n, 'email', 'marketing', '${STEP.journey}', '${STEP.step}',
			${endsAt}, 'sent', 1, 0, n, n from ${numbers} where n >= ${2 * DUE} or n % 2 = 0`,
	];
}

function report(): void {
	const best = (kind: Candidate['kind'], accounts: number) => {
		const candidate = candidates.find((one) => one.kind === kind && one.accounts === accounts);
		return Math.min(...(candidate?.times ?? []));
	};
	console.table(
		candidates.map(({ kind, accounts, fillS }) => ({
			store: kind,
			accounts,
			due: DUE,
			'filled in (s)': Number(fillS.toFixed(1)),
			[`sweep, best of ${RUNS} (ms)`]: Number(best(kind, accounts).toFixed(1)),
			'against few': Number((best(kind, accounts) / best(kind, FEW)).toFixed(2)),
		})),
	);
	const figure = best('sqlite', MANY);
	const baseline = best('sqlite', FEW);
	const ratio = Math.max(figure / baseline, best('postgres', MANY) / best('postgres', FEW));
	const holds = figure < MAX_SQLITE_MS && ratio <= MAX_RATIO;
	console.log(JSON.stringify({ figure, baseline, ratio, holds }));
	process.exitCode = holds ? 0 : 1;
}
