import type Stripe from 'stripe';
import { currentSubscription } from '../../lifecycle/current-subscription.ts';
import { isAfterTrial } from '../../lifecycle/events/index.ts';
import { stageOf, type Stage } from '../../lifecycle/stage.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { inWords } from '../addresses.ts';
import { Failure } from '../failure.ts';
import { findByAnyName } from './customers.ts';
import { readSubscriptions } from './read-account.ts';
import { toInvoice } from './to-invoice.ts';
import { toSubscription } from './to-subscription.ts';

/** Expanded in every call whose answer becomes a `Subscription`: the card may sit on the customer. */
export const WITH_CUSTOMER = ['customer'];
/** What a change did to the money is in the latest invoice. */
export const WITH_INVOICE = [...WITH_CUSTOMER, 'latest_invoice'];

/** A subscription in our words with the customer that Stripe sent along. */
export interface Found {
	readonly subscription: Subscription;
	readonly customer: Stripe.Customer;
	/** As Stripe sent it. */
	readonly raw: Stripe.Subscription;
}

export interface ChangedFound extends Found {
	/** False when it was so already, by an earlier or a parallel call. */
	readonly changed: boolean;
}

export function toFound(raw: Stripe.Subscription): Found {
	const { customer } = raw;
	if (typeof customer === 'string' || customer.deleted) {
		throw new Failure(`The customer of ${raw.id} has been deleted in Stripe`, {
			hint: 'A deleted customer has no trial any more; start with a new account.',
		});
	}
	return { subscription: toSubscription(raw), customer, raw };
}

/** The product's own id of the account; null for subscriptions that were made outside this package. */
export function accountIdOf({
	subscription,
	customer,
}: Pick<Found, 'subscription' | 'customer'>): string | null {
	return subscription.accountId ?? customer.metadata['account_id'] ?? null;
}

export async function retrieveFound(stripe: Stripe, subscriptionId: string): Promise<Found> {
	return toFound(await stripe.subscriptions.retrieve(subscriptionId, { expand: WITH_INVOICE }));
}

/** The latest invoice: what a change of the subscription has cost. */
export async function invoiceOf(stripe: Stripe, { raw }: Found): Promise<Stripe.Invoice | null> {
	const { latest_invoice: invoice } = raw;
	return typeof invoice === 'string' ? await stripe.invoices.retrieve(invoice) : invoice;
}

/** All subscriptions these customers ever had. */
export async function listHistory(
	stripe: Stripe,
	customers: ReadonlyArray<Pick<Stripe.Customer, 'id'>>,
): Promise<Found[]> {
	const perCustomer = await Promise.all(
		customers.map(async ({ id }) => await readSubscriptions(stripe, id)),
	);
	return perCustomer.flat().map(toFound);
}

/**
 * The subscription that an operator means by a subscription id, a customer id, an account id or an e-mail.
 * Ids tell by themselves what they are.
 */
export async function findByReference(stripe: Stripe, reference: string): Promise<Found> {
	if (reference.startsWith('sub_')) {
		return await retrieveFound(stripe, reference);
	}
	const found = currentOf(await findHistory(stripe, reference));
	if (found) return found;
	throw new Failure(`Stripe has no subscription for ${inWords(reference)}`, {
		hint: 'Give a subscription ID (sub_...), a customer ID (cus_...), an account ID or an e-mail. By account ID a new customer is found after a minute at the latest.',
		httpCode: 404,
	});
}

/** The one that speaks for the account. */
export function currentOf(history: readonly Found[]): Found | undefined {
	const current = currentSubscription(history.map(({ subscription }) => subscription));
	return history.find(({ subscription }) => subscription.id === current?.id);
}

/** Everything that the account behind a reference ever subscribed to. */
export async function findHistory(stripe: Stripe, reference: string): Promise<Found[]> {
	if (!reference.startsWith('sub_')) {
		return await listHistory(stripe, await customersOf(stripe, reference));
	}
	const { customer } = await retrieveFound(stripe, reference);
	return await listHistory(stripe, [customer]);
}

async function customersOf(
	stripe: Stripe,
	reference: string,
): Promise<ReadonlyArray<Pick<Stripe.Customer, 'id'>>> {
	return reference.startsWith('cus_')
		? [{ id: reference }]
		: await findByAnyName(stripe, reference);
}

/** Whether an invoice for a period after the trial was ever paid: the mark of a customer. */
export async function hasPaid(stripe: Stripe, { subscription, raw }: Found): Promise<boolean> {
	const { id, trial } = subscription;
	const { latest_invoice: latest } = raw;
	if (latest && typeof latest !== 'string' && isPaidAfter(latest, trial)) return true;
	for await (const invoice of stripe.invoices.list({
		subscription: id,
		status: 'paid',
		limit: 100,
	})) {
		if (isPaidAfter(invoice, trial)) return true;
	}
	return false;
}

function isPaidAfter(raw: Stripe.Invoice, trial: Subscription['trial']): boolean {
	const invoice = toInvoice(raw);
	return invoice !== null && invoice.paidAt !== null && isAfterTrial(invoice, trial);
}

/** Where the account of this subscription stands. Stripe is only asked about payments where they decide it. */
export async function readStage(stripe: Stripe, found: Found, now: Date): Promise<Stage> {
	const { subscription } = found;
	const unpaid = stageOf(subscription, { hasPaid: false }, now);
	const paid = stageOf(subscription, { hasPaid: true }, now);
	return unpaid === paid || !(await hasPaid(stripe, found)) ? unpaid : paid;
}
