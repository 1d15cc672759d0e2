import type { Account } from '../../lifecycle/account.ts';
import type { LeftBehind } from '../../services/store/index.ts';
import type { Clocks, Timeline } from './clocks.ts';
import type { SweepServices } from './sweep.ts';

/** So many rows are looked at again in one run. */
const MOST_ROWS = 500;

/** Accounts of one timeline for whom something came to nothing in earlier runs. */
export interface LeftBehindOf<Look extends Timeline> {
	readonly timeline: Look;
	readonly accounts: Account[];
	/** By account. */
	readonly rows: Map<string, LeftBehind[]>;
}

/** What earlier runs left behind, by timeline. Rows whose time stands still for ever are given up. */
export async function readLeftBehind<Look extends Timeline>(
	{ store, journey, now }: SweepServices,
	looks: readonly Look[],
	onTheirWay: Clocks['onTheirWay'],
): Promise<Array<LeftBehindOf<Look>>> {
	const rows = await store.sends.leftBehind(journey.name, MOST_ROWS, now());
	const found = await store.accounts.getAll([...new Set(rows.map(({ accountId }) => accountId))]);
	const accounts = new Map(found.map((account) => [account.accountId, account]));
	const groups = looks.map((timeline): LeftBehindOf<Look> => ({
		timeline,
		accounts: [],
		rows: new Map(),
	}));
	for (const row of rows) {
		const account = accounts.get(row.accountId);
		if (!account) {
			await store.sends.giveUp(row.key, 'account_gone', now());
			continue;
		}
		const clock = account.subscription?.testClockId ?? null;
		const group = groups.find(({ timeline }) => isOn(clock, timeline));
		if (group) add(group, account, row);
		else if (clock === null || !onTheirWay.has(clock)) {
			await store.sends.giveUp(row.key, 'test_clock_gone', now());
		}
	}
	return groups;
}

function isOn(clock: string | null, { testClockId }: Timeline): boolean {
	return testClockId === undefined || testClockId === clock;
}

function add(group: LeftBehindOf<Timeline>, account: Account, row: LeftBehind): void {
	const known = group.rows.get(account.accountId);
	if (known) known.push(row);
	else {
		group.rows.set(account.accountId, [row]);
		group.accounts.push(account);
	}
}
