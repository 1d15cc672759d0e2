import type { TrialElsewhere } from '../../lifecycle/eligibility.ts';
import type { Scope } from './database.ts';
import { createLeases } from './leases.ts';
import { createTrialHashes, hashOf, type TrialSign } from './trial-hashes.ts';
import { takeInTime } from './turns.ts';

/**
 * Which account is being given a trial under a sign: of several that share it and ask at once, one. An account may
 * claim again what it has claimed, so that a repeat goes on where an earlier run broke off.
 */
export interface TrialClaims {
	/** All these signs or none: then the answer is a trial that another account is being given, waited for in vain. */
	take(signs: readonly TrialSign[], claim: TrialClaim): Promise<TrialElsewhere | null>;
	/** No trial came of it. */
	release(signs: readonly TrialSign[], accountId: string): Promise<void>;
	/** The account has its trial, by which the signs are known from now on. */
	settle(
		signs: readonly TrialSign[],
		trial: { readonly accountId: string; readonly endsAt: Date },
		now: Date,
	): Promise<void>;
	/** Trials that were given under these signs. Not the one that this very account was given just now. */
	find(
		signs: readonly TrialSign[],
		accountId: string,
		now: Date,
	): Promise<readonly TrialElsewhere[]>;
}

export interface TrialClaim {
	readonly accountId: string;
	readonly now: Date;
	/** Others are soon done, one way or the other. */
	readonly waitMs: number;
}

/** A claim of which nobody heard again: its run was killed, or Stripe's answer was lost. */
const CLAIM_MS = 3_600_000;
/** Stripe's search learns of an account's own trial later; a key of Stripe's tells a repeat for so long. */
const JUST_GIVEN_MS = 86_400_000;

export function createTrialClaims(scope: Scope): TrialClaims {
	const leases = createLeases(scope);
	const trialHashes = createTrialHashes(scope);

	const holderOf = async (accountId: string) => await hashOf(scope, 'account', accountId);
	const namesOf = async (sign: TrialSign) => {
		const hash = await trialHashes.hashOf(sign);
		return { claimed: `trial/${hash}`, given: `trial_given/${hash}` };
	};

	async function release(signs: readonly TrialSign[], accountId: string) {
		const holder = await holderOf(accountId);
		for (const sign of signs) await leases.release((await namesOf(sign)).claimed, holder);
	}

	return {
		release,
		async take(signs, { accountId, now, waitMs }) {
			const holder = await holderOf(accountId);
			const deadline = Date.now() + waitMs;
			const taken: TrialSign[] = [];
			// In one order for all, so that no two wait for each other.
			for (const sign of inOrder(signs)) {
				const { claimed: name } = await namesOf(sign);
				const claim = { name, holder, leaseMs: CLAIM_MS };
				if (!(await takeInTime(leases, claim, deadline, () => now))) {
					await release(taken, accountId);
					return { sharedBy: sign.kind, endedAt: new Date(now.getTime() + CLAIM_MS) };
				}
				taken.push(sign);
			}
			return null;
		},
		async settle(signs, { accountId, endsAt }, now) {
			const holder = await holderOf(accountId);
			for (const sign of signs) {
				// First whose trial it is: a repeat that sees the trial shall see that, too.
				await leases.take((await namesOf(sign)).given, holder, JUST_GIVEN_MS, now);
				await trialHashes.remember(sign, endsAt);
			}
			await release(signs, accountId);
		},
		async find(signs, accountId, now) {
			if ((await trialHashes.find(signs)).length === 0) return [];
			const holder = await holderOf(accountId);
			const perSign = await Promise.all(
				signs.map(async (sign) => {
					const trials = await trialHashes.find([sign]);
					const isOwn = (await leases.holderOf((await namesOf(sign)).given, now)) === holder;
					return isOwn ? [] : trials;
				}),
			);
			return perSign.flat();
		},
	};
}

function inOrder(signs: readonly TrialSign[]): TrialSign[] {
	const idOf = ({ kind, value }: TrialSign) => `${kind}/${value}`;
	return [...signs].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
}
