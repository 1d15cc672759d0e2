import type { Insertable } from 'kysely';
import type { Account } from '../../lifecycle/account.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import type { Scope } from './database.ts';
import { fromJson, toJson } from './json.ts';
import type { AccountsTable } from './tables.ts';

export function toAccount({ account }: { account: string }): Account {
	return fromJson(account) as Account;
}

export function toRow(
	scope: Scope,
	account: Account,
	now: Date,
): Omit<Insertable<AccountsTable>, 'created_at'> {
	return {
		partition_key: scope.partition,
		account_id: account.accountId,
		...toColumns(account),
		account: toJson(account),
		updated_at: now.getTime(),
	};
}

/** What an account is searched by. */
export function toColumns(account: Account) {
	const { subscription } = account;
	return {
		canonical_email: account.email === null ? null : canonicalEmail(account.email),
		customer_id: account.customerId,
		subscription_id: subscription?.id ?? null,
		contact_id: account.contactId,
		stage: account.stage,
		plan: subscription?.plans[0]?.priceId ?? null,
		signed_up_at: millis(account.signedUpAt),
		last_active_at: millis(account.lastActiveAt),
		trial_started_at: millis(subscription?.trial?.startedAt),
		trial_ends_at: millis(subscription?.trial?.endsAt),
		lapsed_at: millis(account.lapsedAt),
		canceled_at: millis(subscription?.cancelRequestedAt ?? subscription?.endedAt),
		subscription_ends_at: millis(subscription?.endedAt ?? subscription?.cancelsAt),
		failing_since: millis(account.failingSince),
		test_clock_id: subscription?.testClockId ?? null,
	};
}

function millis(instant: Date | null | undefined): number | null {
	return instant?.getTime() ?? null;
}
