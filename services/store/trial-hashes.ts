import { createHmac } from 'node:crypto';
import type { TrialElsewhere } from '../../lifecycle/eligibility.ts';
import type { Scope } from './database.ts';

/** Signs of trials that were given, without the persons: what is left of an erased account. */
export interface TrialHashes {
	/** Of several trials under one sign the latest end stays. */
	remember(sign: TrialSign, endedAt: Date): Promise<void>;
	/** What is kept of a sign: it may be written down where the sign itself may not. */
	hashOf(sign: TrialSign): Promise<string>;
	/** `remember` where only the hash has come along. */
	rememberHash(kind: TrialSign['kind'], hash: string, endedAt: Date): Promise<void>;
	/** Trials that were given under any of these signs, ready for `trialEligibility`. */
	find(signs: readonly TrialSign[]): Promise<readonly TrialElsewhere[]>;
}

/** `value`: a canonical e-mail, a card fingerprint, or the operator's own sign such as a company domain. */
export interface TrialSign {
	readonly kind: TrialElsewhere['sharedBy'];
	readonly value: string;
}

export function createTrialHashes(scope: Scope): TrialHashes {
	const { db, partition } = scope;

	async function rememberHash(kind: TrialSign['kind'], hash: string, endedAt: Date) {
		const ended_at = endedAt.getTime();
		await db
			.insertInto('trial_hashes')
			.values({ partition_key: partition, hash, sign: kind, ended_at })
			.onConflict((conflict) =>
				conflict
					.columns(['partition_key', 'hash'])
					.doUpdateSet({ ended_at })
					.where('trial_hashes.ended_at', '<', ended_at),
			)
			.execute();
	}

	return {
		rememberHash,
		hashOf: async ({ kind, value }) => await hashOf(scope, kind, value),
		async remember({ kind, value }, endedAt) {
			await rememberHash(kind, await hashOf(scope, kind, value), endedAt);
		},
		async find(signs) {
			if (signs.length === 0) return [];
			const hashes = await Promise.all(
				signs.map(async ({ kind, value }) => await hashOf(scope, kind, value)),
			);
			const rows = await db
				.selectFrom('trial_hashes')
				.select(['sign', 'ended_at'])
				.where('partition_key', '=', partition)
				.where('hash', 'in', hashes)
				.orderBy('ended_at')
				.execute();
			return rows.map(({ sign, ended_at }) => ({ sharedBy: sign, endedAt: new Date(ended_at) }));
		},
	};
}

export async function hashOf(
	scope: Pick<Scope, 'db'>,
	kind: string,
	value: string,
): Promise<string> {
	const hash = await hashing(scope, kind);
	return hash(value);
}

/** Keyed with a secret of this store, because a list of plain hashed e-mails is soon guessed. */
export async function hashing(
	{ db }: Pick<Scope, 'db'>,
	kind: string,
): Promise<(value: string) => string> {
	const { value: pepper } = await db
		.selectFrom('settings')
		.select('value')
		.where('name', '=', 'pepper')
		.executeTakeFirstOrThrow();
	return (value) => createHmac('sha256', pepper).update(`${kind}/${value}`).digest('hex');
}
