import { serialised, type Scope } from './database.ts';
import { frequency, REACHED_SOMEBODY } from './send-frequency.ts';
import type { ClaimResult, SendRequest, SendState } from './sends.ts';

/** A transactional message whose outcome is unknown is repeated this often; a marketing message never. */
export const TRANSACTIONAL_REPEATS = 1;

/** States in which nobody wins this key now. */
const DECIDED: ReadonlySet<SendState> = new Set(['claimed', 'sent', 'emitted', 'suppressed']);

export async function claim(scope: Scope, request: SendRequest, now: Date): Promise<ClaimResult> {
	if (request.minGapMs === undefined || scope.kind === 'sqlite') {
		return await claimIn(scope, request, now);
	}
	// Two steps of one account have two keys: without the lock, neither would see the other's claim.
	const name = `sends/${scope.partition}/${request.accountId}`;
	return await serialised(scope, name, 'alone', async (db) => {
		return await claimIn({ ...scope, db }, request, now);
	});
}

async function claimIn(scope: Scope, request: SendRequest, now: Date): Promise<ClaimResult> {
	// A glance spares the usual repeat a write; who looks in vain is told by the statement below.
	const known = await standing(scope, request.key, now);
	if (known && DECIDED.has(known.state)) return { won: false, ...known };
	const won = await insertOrRetake(scope, request, now);
	if (won) {
		const { attempt, footing } = won;
		return { won: true, claim: { key: request.key, attempt }, footing };
	}
	const other = await standing(scope, request.key, now);
	return other ? { won: false, ...other } : await paced(scope, request);
}

/** The one statement that decides. Gives what the winner has to know, or nothing. */
async function insertOrRetake(
	{ db, partition }: Scope,
	request: SendRequest,
	now: Date,
): Promise<{ readonly attempt: number; readonly footing: string | null } | undefined> {
	const { key, accountId, category, minGapMs } = request;
	const nowMs = now.getTime();
	const row = {
		partition_key: partition,
		send_key: key,
		account_id: accountId,
		channel: request.channel,
		category,
		journey: request.journey ?? null,
		step: request.step ?? null,
		anchor_at: request.anchorAt?.getTime() ?? null,
		state: 'claimed' as const,
		attempt: 1,
		doubts: 0,
		claimed_at: nowMs,
		lease_until: nowMs + request.leaseMs,
		settled_at: null,
		reason: null,
		message_id: null,
		execution_id: request.executionId ?? null,
	};
	const columns = Object.keys(row) as Array<keyof typeof row>;
	const tooRecent = db
		.selectFrom('sends as earlier')
		.select('earlier.send_key')
		.where('earlier.partition_key', '=', partition)
		.where('earlier.account_id', '=', accountId)
		.where('earlier.claimed_at', '>', nowMs - (minGapMs ?? 0))
		.where('earlier.category', '=', category)
		.where('earlier.state', 'in', REACHED_SOMEBODY)
		.where('earlier.send_key', '!=', key);
	return await db
		.insertInto('sends')
		.columns(columns)
		.expression(
			db
				.selectNoFrom((eb) => columns.map((column) => eb.val(row[column]).as(column)))
				.where((eb) => (minGapMs === undefined ? eb.lit(true) : eb.not(eb.exists(tooRecent)))),
		)
		.onConflict((conflict) =>
			conflict
				.columns(['partition_key', 'send_key'])
				.doUpdateSet((eb) => ({
					state: 'claimed',
					attempt: eb('sends.attempt', '+', 1),
					doubts: eb
						.case()
						.when('sends.state', 'in', ['reserved', 'failed'])
						.then(eb.ref('sends.doubts'))
						.else(eb('sends.doubts', '+', 1))
						.end(),
					channel: row.channel,
					category: row.category,
					// A journey counts its pauses from when it gave the step out, by the account's own clock.
					claimed_at: eb
						.case()
						.when('sends.state', '=', 'reserved')
						.then(eb.ref('sends.claimed_at'))
						.else(row.claimed_at)
						.end(),
					lease_until: row.lease_until,
					settled_at: null,
					reason: null,
					execution_id: row.execution_id,
				}))
				.where((eb) =>
					eb.or([
						eb('sends.state', 'in', ['reserved', 'failed']),
						eb.and([
							eb('sends.category', '=', 'transactional'),
							eb('sends.doubts', '<', TRANSACTIONAL_REPEATS),
							eb.or([
								eb('sends.state', '=', 'unknown'),
								eb.and([eb('sends.state', '=', 'claimed'), eb('sends.lease_until', '<=', nowMs)]),
							]),
						]),
					]),
				),
		)
		.returning(['attempt', 'footing'])
		.executeTakeFirst();
}

async function standing(scope: Scope, key: string, now: Date) {
	const row = await scope.db
		.selectFrom('sends')
		.select(['state', 'lease_until', 'reason'])
		.where('partition_key', '=', scope.partition)
		.where('send_key', '=', key)
		.executeTakeFirst();
	return row && { state: stateAt(row, now), reason: row.reason };
}

async function paced(scope: Scope, request: SendRequest): Promise<ClaimResult> {
	const { lastAt } = await frequency(scope, { ...request, since: new Date(0) });
	return {
		won: false,
		state: 'paced',
		until: new Date((lastAt?.getTime() ?? 0) + (request.minGapMs ?? 0)),
	};
}

function stateAt(row: { state: SendState; lease_until: number }, now: Date): SendState {
	return row.state === 'claimed' && row.lease_until <= now.getTime() ? 'unknown' : row.state;
}
