import { decideAccess, type AccessDecision, type AccessPolicy } from '../../lifecycle/access.ts';
import { hasPaid, type Account } from '../../lifecycle/account.ts';
import { billingFactAt } from '../../lifecycle/billing-fact.ts';
import { Failure } from '../../services/failure.ts';
import type { StorePartition } from '../../services/store/index.ts';
import { readPolicy } from '../access-policy.ts';
import { readInstant } from '../input.ts';

/** What billing demands for an account, and as of which fact. */
export interface Demand extends AccessDecision {
	readonly account: Account;
	readonly billingAt: Date;
}

/** Reads the store, where every Stripe node writes what it learnt. Without a fact about billing nobody is cut off. */
export async function demandOf(
	{ accounts }: StorePartition,
	accountId: string,
	rules: Partial<AccessPolicy>,
	time: { readonly now: Date; readonly present: Date },
): Promise<Demand> {
	const account = await accounts.get(accountId);
	const readAt = account?.knownAt.subscription;
	if (!account || !readAt) {
		throw new Failure(`Nothing is known about the billing of the account "${accountId}"`, {
			code: 'billing_unknown',
			hint: 'Check mode and workspace. An account that was made elsewhere comes in by Trial Account > Import From Stripe.',
		});
	}
	const { subscription, failingSince } = account;
	const policy = readPolicy(rules);
	const facts = { hasPaid: hasPaid(account), failingSince };
	return {
		...decideAccess(subscription, facts, policy, time.now),
		account,
		// Never by a test clock, which may run years ahead of what comes after it.
		billingAt: subscription
			? billingFactAt(subscription, facts, policy, { readAt, now: time.present })
			: readAt,
	};
}

export function readNow(value: string, present: Date, timeZone: string): Date {
	return value === '' ? present : readInstant(value, 'Now', timeZone);
}
