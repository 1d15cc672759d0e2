import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { StoreWarning } from './journal.ts';
import type { Leases } from './leases.ts';

/**
 * Does work under a name while nobody else does any under it: in this process by waiting in line, in others by a
 * lease of the store. What the work reads therefore stays so until it writes. Throws a `Failure` (`busy`) when it
 * is never its turn. A store that fails keeps nobody from working: what it could not say is the warning.
 */
export type TakeTurns = <Result>(
	leases: Leases,
	name: string,
	work: () => Promise<Result>,
) => Promise<{ readonly result: Result; readonly warning: StoreWarning }>;

export interface Patience {
	/** For so long nobody else gets a turn after a kill; a turn that takes longer renews it. */
	readonly leaseMs: number;
	/** Longer than the lease, so that whoever comes after a kill gets a turn. */
	readonly waitMs: number;
}

const PATIENCE: Patience = { leaseMs: 30_000, waitMs: 45_000 };

/** The line of one process. */
export function createTurns({ leaseMs, waitMs }: Patience = PATIENCE): TakeTurns {
	const lines = new Map<string, Promise<unknown>>();

	return async (leases, name, work) => {
		const since = Date.now();
		const before = lines.get(name);
		const turn = (async () => {
			await before;
			return await underLease(leases, name, since + waitMs, work);
		})();
		// Whoever comes next waits for the end of this turn, however it ends.
		const end = turn.then(leave, leave);
		lines.set(name, end);
		return await turn;

		function leave() {
			if (lines.get(name) === end) lines.delete(name);
		}
	};

	async function underLease<Result>(
		leases: Leases,
		name: string,
		deadline: number,
		work: () => Promise<Result>,
	) {
		const claim: Claim = { name, holder: randomUUID(), leaseMs };
		const warning = await begin(leases, claim, deadline);
		let renewal = Promise.resolve(true);
		const renewing = setInterval(() => (renewal = renew(leases, claim)), leaseMs / 3);
		try {
			return { result: await work(), warning };
		} finally {
			clearInterval(renewing);
			// One that is under way would take the lease again after its end.
			await renewal;
			await end(leases, claim);
		}
	}
}

/** The turns of this process. */
export const takeTurns = createTurns();

export interface Claim {
	readonly name: string;
	readonly holder: string;
	readonly leaseMs: number;
}

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 500;

/** Takes a lease as soon as it is free. False when others held it up to the deadline. */
export async function takeInTime(
	leases: Leases,
	{ name, holder, leaseMs }: Claim,
	deadline: number,
	now = () => new Date(),
): Promise<boolean> {
	for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
		if (await leases.take(name, holder, leaseMs, now())) return true;
		if (Date.now() >= deadline) return false;
		// Those who wait together shall not come back together.
		await sleep(delay * (0.5 + Math.random() / 2));
	}
}

async function begin(leases: Leases, claim: Claim, deadline: number): Promise<StoreWarning> {
	try {
		if (await takeInTime(leases, claim, deadline)) return {};
	} catch (error) {
		return { storeWarning: warningFrom(error) };
	}
	throw new Failure(`Others are at work on the ${claim.name}, and it was not our turn in time`, {
		code: 'busy',
		hint: 'Run the item again. Nothing was changed by it.',
	});
}

/** A renewal that fails is made up for by the next; there is time for two. */
async function renew(leases: Leases, { name, holder, leaseMs }: Claim): Promise<boolean> {
	return await leases.take(name, holder, leaseMs, new Date()).catch(() => false);
}

/** What cannot be given back runs out. */
async function end(leases: Leases, { name, holder }: Claim): Promise<void> {
	await leases.release(name, holder).catch(() => undefined);
}

function warningFrom(error: unknown): string {
	const reason = error instanceof Failure ? error.message : 'the store failed';
	return `Done without knowing whether another n8n did something to the same at the same time: ${reason}. Look whether the row is as it should be.`;
}
