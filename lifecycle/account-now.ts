import { mergeFacts, type Account, type AccountFacts } from './account.ts';
import type { Stage } from './stage.ts';

/**
 * The account after learning these facts, to be written down. Who tells of billing knows what time it is for the
 * account; anybody else knows the real time alone, by which an account on a test clock must not be judged.
 */
export function learn(known: Account | null, facts: AccountFacts, now: Date): Account {
	const learnt = mergeFacts(known, facts, now);
	const isOfBilling = facts.subscription !== undefined || facts.paidAt !== undefined;
	if (isOfBilling || !known?.subscription?.testClockId) return learnt;
	return { ...learnt, stage: known.stage, lapsedAt: known.lapsedAt };
}

/**
 * The account as it stands at this instant: since somebody last wrote, a trial may have run out or a scheduled
 * end may have come. An account on a test clock stays as written, because only Stripe knows the clock's time.
 */
export function accountAt(account: Account, now: Date): Account {
	if (account.subscription?.testClockId) return account;
	return mergeFacts(account, { accountId: account.accountId, at: now }, now);
}

/** Stages as written from which time alone leads to this one; a search for it has to look there too. */
export function stagesLeadingTo(stage: Stage): readonly Stage[] {
	switch (stage) {
		case 'lapsed':
			return ['trialing', 'active'];
		case 'churned':
		case 'none':
			return ['active'];
		case 'trialing':
		case 'active':
		case 'past_due':
			return [];
	}
}
