import { sleep } from 'n8n-workflow';
import type { AccessLevel } from '../../lifecycle/access-level.ts';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { Failure } from '../failure.ts';
import type { AccessChange, AccessChanges, AccessOutcome } from '../store/index.ts';
import type { StoreWarning } from '../store/journal.ts';
import type { AccessClient, Instance } from './client.ts';

/** The level that an account is to have, and why. */
export interface AccessOrder {
	readonly level: AccessLevel;
	readonly reason: string;
	readonly until: Date | null;
	/** The instant of the fact that demands it: an order by a newer fact wins, whichever runs last. */
	readonly billingAt: Date;
}

/** Why an account is left as it is. */
export interface Refrain {
	readonly skipped: string;
}

/** An account's access as it is now, in the product and in the ledger. */
export interface Standing {
	readonly instance: Instance | undefined;
	/** The last change that took effect. */
	readonly latest: AccessChange | null;
}

export type Plan = (standing: Standing) => Promise<AccessOrder | Refrain>;

export interface AccessDoors {
	readonly access: AccessClient;
	readonly changes: AccessChanges;
	readonly executionId: string | undefined;
	readonly now: () => Date;
	/** Writes what follows an effect, and never throws. */
	readonly write: (work: () => Promise<unknown>) => Promise<StoreWarning>;
	readonly sleep?: (ms: number) => Promise<void>;
}

export interface AccessResult {
	/** As it is now; undefined where the account has none. */
	readonly instance: Instance | undefined;
	readonly previousLevel: AccessLevel;
	/** The ledger's number of the change; null when nothing was changed. */
	readonly changeId: number | null;
	readonly skipped: string | null;
	readonly warning: StoreWarning;
}

/** Longer than any request to the product takes, retries included. */
const LEASE_MS = 200_000;
const WAITING_MS = 30_000;
const LONGEST_PAUSE_MS = 2_000;
const MOST_ATTEMPTS = 50;

/**
 * Brings an account to the level that the plan asks for, one change of an account at a time. The plan is asked
 * again once nobody else can change the account, so that an order which was overtaken meanwhile is dropped.
 * `isOrder`: somebody's explicit order is written down even where the level is in force already, because an
 * older order may still come.
 */
export async function changeAccess(
	doors: AccessDoors,
	accountId: string,
	plan: Plan,
	options: { readonly isOrder: boolean },
): Promise<AccessResult> {
	const { access, changes, now, sleep: wait = sleep } = doors;
	const look = async (): Promise<Standing> => ({
		latest: await changes.latest(accountId),
		instance: (await access.get(accountId))?.instance,
	});
	let waitedMs = 0;
	for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
		if (await isUnderWay(changes, accountId, now())) {
			if (waitedMs >= WAITING_MS) break;
			const pause = Math.min(100 * 2 ** attempt, LONGEST_PAUSE_MS);
			await wait(pause);
			waitedMs += pause;
			continue;
		}
		const standing = await look();
		const order = await plan(standing);
		if ('skipped' in order) return unchanged(standing, order.skipped);
		if (!options.isOrder && isInForce(order, standing)) return unchanged(standing, null);

		const begun = await changes.begin(
			{
				accountId,
				level: order.level,
				reason: order.reason,
				billingAt: order.billingAt,
				leaseMs: LEASE_MS,
				...(doors.executionId === undefined ? {} : { executionId: doors.executionId }),
			},
			now(),
		);
		if (!begun.begun) {
			if (begun.because === 'outdated') return unchanged(standing, 'outdated');
			continue;
		}
		const result = await carryOut(doors, accountId, { id: begun.id, order, plan, look });
		if (result) return result;
	}
	throw new Failure(`Another change of the access of ${accountId} is under way`, {
		code: 'access_busy',
		hint: 'Run the item again: once the other change is done or given up, this one looks afresh.',
	});
}

/** Whether billing or somebody else took access away: the product's word, else the ledger's if it still fits. */
export function reasonInForce({ instance, latest }: Standing): string | null {
	if (!instance) return null;
	if (instance.reason !== null) return instance.reason;
	return latest?.level === instance.access ? latest.reason : null;
}

interface Begun {
	readonly id: number;
	readonly order: AccessOrder;
	readonly plan: Plan;
	readonly look: () => Promise<Standing>;
}

/** Nothing when the order was overtaken before it began. */
async function carryOut(
	{ access, changes, now, write }: AccessDoors,
	accountId: string,
	{ id, order, plan, look }: Begun,
): Promise<AccessResult | undefined> {
	const settle = async (outcome: AccessOutcome) =>
		await write(async () => await changes.settle(id, outcome, now()));
	try {
		const standing = await look();
		const again = await plan(standing);
		if ('skipped' in again || again.level !== order.level || again.reason !== order.reason) {
			await settle({ state: 'failed', error: 'overtaken' });
			return undefined;
		}
		if (isInForce(order, standing)) {
			return { ...unchanged(standing, null), warning: await settle({ state: 'applied' }) };
		}
		const key = idempotencyKey(
			'access',
			accountId,
			order.level,
			order.reason,
			ledgerMark(id, order),
		);
		const { instance } =
			order.level === 'none'
				? await access.revoke(accountId, key)
				: await access.setAccess(accountId, toBody(order), key);
		if (instance.access !== order.level) throw notObeyed(order.level, instance);
		return {
			instance,
			previousLevel: levelOf(standing),
			changeId: id,
			skipped: null,
			warning: await settle({ state: 'applied' }),
		};
	} catch (error) {
		await settle({ state: 'failed', error: error instanceof Error ? error.message : 'unknown' });
		throw error;
	}
}

/** Two changes to one level are two effects, and a new ledger counts from one again. */
function ledgerMark(id: number, { billingAt }: AccessOrder): string {
	return `${id}/${billingAt.toISOString()}`;
}

function toBody({ level, reason, until }: AccessOrder): object {
	return { level, reason, ...(until ? { until: until.toISOString() } : {}) };
}

/** Of two reasons for full access neither matters; a restriction is lifted by its reason alone. */
function isInForce({ level, reason }: AccessOrder, standing: Standing): boolean {
	if (levelOf(standing) !== level) return false;
	return level === 'full' || level === 'none' || [reason, null].includes(reasonInForce(standing));
}

function levelOf({ instance }: Standing): AccessLevel {
	return instance?.access ?? 'none';
}

function unchanged(standing: Standing, skipped: string | null): AccessResult {
	return {
		instance: standing.instance,
		previousLevel: levelOf(standing),
		changeId: null,
		skipped,
		warning: {},
	};
}

/** At most one change per account is under way, and it is the newest. */
async function isUnderWay(changes: AccessChanges, accountId: string, now: Date): Promise<boolean> {
	const [newest] = await changes.list(accountId, 1);
	return newest?.state === 'pending' && newest.startedAt.getTime() + LEASE_MS > now.getTime();
}

function notObeyed(level: AccessLevel, { access }: Instance): Failure {
	return new Failure(`The product was asked for "${level}" and says "${access}"`, {
		code: 'access_not_set',
		hint: 'Look at this account in the product: PUT /instances/{accountId}/access must answer with the new level.',
	});
}
