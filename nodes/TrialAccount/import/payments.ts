import type Stripe from 'stripe';
import type { Account } from '../../../lifecycle/account.ts';
import type { Invoice } from '../../../lifecycle/events/index.ts';
import { giveWay } from '../../../services/store/give-way.ts';
import type { Accounts } from '../../../services/store/index.ts';
import {
	ownerOf,
	paidBeyondTrial,
	type InvoiceOwner,
} from '../../../services/stripe/paid-invoices.ts';
import { toInvoice } from '../../../services/stripe/to-invoice.ts';
import { tellDrift, type Desk } from './subscriptions.ts';

/** Joins a page of paid invoices, read at that instant, to the accounts that are known by now. */
export async function joinPayments(
	desk: Desk,
	page: Stripe.Invoice[],
	readAt: Date,
): Promise<void> {
	// Emptied at once, as a page of subscriptions is.
	const payments = page.splice(0).map((raw) => ({ owner: ownerOf(raw), invoice: toInvoice(raw) }));
	for (const payment of payments) {
		await giveWay();
		await joinPayment(desk, payment, readAt);
	}
}

interface Payment {
	readonly owner: InvoiceOwner | null;
	readonly invoice: Invoice | null;
}

async function joinPayment(desk: Desk, { owner, invoice }: Payment, readAt: Date): Promise<void> {
	const { accounts } = desk.partition;
	const { counts } = desk.tally;
	counts.invoices++;
	const account = owner && (await payerOf(accounts, owner));
	if (!account) return;
	const paidAt = paidBeyondTrial(invoice, trialEndOf(account, owner));
	if (!paidAt || isKnown(account, paidAt)) return;

	counts.payments++;
	const now = account.subscription ? await desk.clockOf(account.subscription) : readAt;
	const facts = { accountId: account.accountId, at: readAt, paidAt };
	const result = await accounts.upsert(facts, now);
	// That an old customer's first payment was even earlier changes a date, nothing else.
	const isDrift = result.changes.some(({ field }) => field !== 'firstPaidAt');
	if (isDrift) await tellDrift(desk, result, owner.subscriptionId, readAt);
}

async function payerOf(accounts: Accounts, owner: InvoiceOwner): Promise<Account | null> {
	const { accountId, customerId, subscriptionId } = owner;
	const named = accountId === null ? null : await accounts.get(accountId);
	if (named) return named;
	const bySubscription = await accounts.find({ subscriptionId });
	if (bySubscription || customerId === null) return bySubscription;
	return await accounts.find({ customerId });
}

/** Of a subscription of the past only the end of the account's last trial is known, no earlier than its own. */
function trialEndOf(account: Account, { subscriptionId }: InvoiceOwner): Date | null {
	const { subscription, lastTrialEndsAt } = account;
	if (subscription?.id !== subscriptionId) return lastTrialEndsAt;
	return subscription.trial?.endsAt ?? null;
}

function isKnown({ firstPaidAt, lastPaidAt }: Account, paidAt: Date): boolean {
	return (
		firstPaidAt !== null && lastPaidAt !== null && firstPaidAt <= paidAt && paidAt <= lastPaidAt
	);
}
