import type { Route } from '../../kernel/http.ts';
import type { Account } from '../account.ts';
import { checkoutRoutes } from './checkout.ts';
import { invoiceRoutes } from './invoice.ts';
import { portalRoutes } from './portal.ts';

/** The pages that people are sent to. Their addresses name no account: each is looked for in all of them. */
export function pageRoutes(accounts: () => Iterable<Account>): Route[] {
	function first<T>(find: (account: Account) => T | undefined): T | undefined {
		for (const account of accounts()) {
			const found = find(account);
			if (found) return found;
		}
		return undefined;
	}

	return [
		...checkoutRoutes((sessionId) =>
			first((account) => {
				const session = account.checkoutSessions.get(sessionId);
				return session && { account, session };
			}),
		),
		...portalRoutes((path) =>
			first((account) => {
				const [session] = account.portalSessions.where('url', `${account.publicUrl()}${path}`);
				return session && { account, session };
			}),
		),
		...invoiceRoutes((path) =>
			first((account) => {
				const invoiceId = /\/(in_[A-Za-z0-9]+)_/.exec(path)?.[1] ?? '';
				const invoice = account.invoices.get(invoiceId);
				const isRight = invoice?.hosted_invoice_url?.endsWith(path);
				return invoice && isRight ? { account, invoice } : undefined;
			}),
		),
	];
}
