import { decideAccess, type AccessPolicy } from './access.ts';
import { hasPaid, type Account } from './account.ts';

/**
 * Whether the last known access of an account is another than billing demands. Not known, never opened and ended
 * for good are no difference: there is nothing to set.
 */
export function hasOtherAccess(account: Account, policy: AccessPolicy, now: Date): boolean {
	const { subscription, accessLevel, failingSince } = account;
	if (accessLevel === null || accessLevel === 'none') return false;
	const facts = { hasPaid: hasPaid(account), failingSince };
	const { level } = decideAccess(subscription, facts, policy, now);
	return level !== 'none' && level !== accessLevel;
}
