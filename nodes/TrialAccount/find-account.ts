import { accountIdFor, isAccountId } from '../../lifecycle/account-id.ts';
import type { Account } from '../../lifecycle/account.ts';
import { isEmail } from '../../lifecycle/email.ts';
import { Failure } from '../../services/failure.ts';
import type { Accounts } from '../../services/store/index.ts';

const STRIPE_ID = /^(cus|sub)_\w+$/;

/** The account that an operator means by any of its ids or by an e-mail; null when the store knows none. */
export async function lookUp(
	accounts: Pick<Accounts, 'get' | 'find'>,
	reference: string,
): Promise<Account | null> {
	if (reference === '') {
		throw new Failure('"Account" is empty', {
			hint: 'Choose one from the list, or give an account ID, an e-mail, a customer ID, a subscription ID or a contact ID.',
		});
	}
	// A product may use anything as its own id, even an e-mail.
	const own = await accounts.get(reference);
	if (own) return own;
	if (reference.startsWith('cus_')) return await accounts.find({ customerId: reference });
	if (reference.startsWith('sub_')) return await accounts.find({ subscriptionId: reference });
	if (isEmail(reference)) return await accounts.find({ email: reference });
	return await accounts.find({ contactId: reference });
}

/** Who is meant where the account may be a new one: the known account, else the id that it will have. */
export async function identify(
	accounts: Pick<Accounts, 'get' | 'find'>,
	reference: string,
): Promise<{ readonly accountId: string; readonly email?: string }> {
	const known = await lookUp(accounts, reference);
	if (known) return { accountId: known.accountId };
	if (STRIPE_ID.test(reference)) {
		throw new Failure(`The store has no account for "${reference}"`, {
			hint: 'Look whether workspace and mode (live or test) are the right ones. Import From Stripe brings in accounts that are older than this package.',
			httpCode: 404,
		});
	}
	if (isEmail(reference)) return { accountId: accountIdFor(reference), email: reference };
	if (isAccountId(reference)) return { accountId: reference };
	throw new Failure('"Account" is neither an account ID nor an e-mail', {
		hint: 'Account IDs have 1 to 200 printable characters, no quotes, no backslash.',
	});
}
