import type Stripe from 'stripe';
import { toChargeOrder, type Charge, type ChargeOrder } from './charge-order.ts';
import { createOnce } from './create-once.ts';
import { idOf } from './id-of.ts';
import type { Found } from './subscriptions.ts';

export interface Charged {
	readonly item: Stripe.InvoiceItem;
	/** The bill it stands on; null while it waits for the next one of the subscription. */
	readonly invoice: Stripe.Invoice | null;
	readonly isNew: boolean;
}

/** How many charges of one customer are looked through, newest first, for one that was made before. */
const MOST_ITEMS = 1000;

/**
 * Charges something once beside the plan: with the next invoice of the subscription, or by an invoice of its
 * own. https://docs.stripe.com/billing/invoices/subscription#adding-upcoming-invoice-items
 */
export async function addCharge(stripe: Stripe, found: Found, charge: Charge): Promise<Charged> {
	const order = toChargeOrder(found, charge);
	const before = await findItem(stripe, order);
	if (before) return await finish(stripe, before, order);
	if (charge.when === 'next_invoice') {
		const { object, isNew } = await createItem(stripe, order, {
			subscription: order.subscriptionId,
		});
		return { item: object, invoice: null, isNew };
	}
	const { id } = await createDraft(stripe, order);
	const { object, isNew } = await createItem(stripe, order, { invoice: String(id) });
	return { item: object, invoice: await collect(stripe, String(id), order), isNew };
}

/** What an earlier call may have left half done is taken up; an invoice of the subscription is Stripe's to collect. */
async function finish(
	stripe: Stripe,
	item: Stripe.InvoiceItem,
	order: ChargeOrder,
): Promise<Charged> {
	if (item.invoice === null) return { item, invoice: null, isNew: false };
	const invoice = await stripe.invoices.retrieve(idOf(item.invoice));
	const isItsOwn = invoice.metadata?.['charge_key'] === order.key;
	return {
		item,
		invoice: isItsOwn ? await collect(stripe, idOf(item.invoice), order) : invoice,
		isNew: false,
	};
}

/** Stripe forgets a key after a day; what it made remembers it for good. */
async function findItem(
	stripe: Stripe,
	{ customerId, key }: ChargeOrder,
): Promise<Stripe.InvoiceItem | undefined> {
	let seen = 0;
	for await (const item of stripe.invoiceItems.list({ customer: customerId, limit: 100 })) {
		if (item.metadata?.['charge_key'] === key) return item;
		if (++seen >= MOST_ITEMS) return undefined;
	}
	return undefined;
}

async function createItem(
	stripe: Stripe,
	order: ChargeOrder,
	place: { readonly subscription: string } | { readonly invoice: string },
) {
	const { key, customerId, currency, amount, description, metadata } = order;
	return await createOnce<Stripe.InvoiceItem>({
		key,
		create: async (options) =>
			await stripe.invoiceItems.create(
				{ customer: customerId, currency, amount, description, metadata, ...place },
				options,
			),
		find: async () => await findItem(stripe, order),
	});
}

/** An invoice of its own, outside the subscription: to pay it is no sign of having converted. */
async function createDraft(stripe: Stripe, order: ChargeOrder): Promise<Stripe.Invoice> {
	const { key, customerId, currency, description, metadata } = order;
	const { object } = await createOnce<Stripe.Invoice>({
		key: `${key}/invoice`,
		create: async (options) =>
			await stripe.invoices.create(
				{
					customer: customerId,
					currency,
					description,
					metadata,
					auto_advance: false,
					pending_invoice_items_behavior: 'exclude',
				},
				options,
			),
		find: async () => undefined,
	});
	return object;
}

/**
 * Takes the bill as far as it goes, from wherever an earlier call left it. To close and to pay are idempotent by
 * nature, so they carry no key of their own: a repeat after a declined card shall try the card of that day.
 */
async function collect(
	stripe: Stripe,
	id: string,
	{ hasCard, card }: ChargeOrder,
): Promise<Stripe.Invoice> {
	const draft = await stripe.invoices.retrieve(id);
	const open =
		draft.status === 'draft'
			? await unlessDone(async () => {
					// Stripe goes on trying by itself where there is something to try.
					return await stripe.invoices.finalizeInvoice(id, { auto_advance: hasCard });
				}, 'draft')
			: draft;
	if (open.status !== 'open' || !hasCard) return open;
	return await unlessDone(
		async () => await stripe.invoices.pay(id, card ? { payment_method: card } : {}),
		'open',
	);

	async function unlessDone(
		work: () => Promise<Stripe.Invoice>,
		before: Stripe.Invoice.Status,
	): Promise<Stripe.Invoice> {
		try {
			return await work();
		} catch (error) {
			const present = await stripe.invoices.retrieve(id);
			if (present.status !== before || isDecline(error)) return present;
			throw error;
		}
	}
}

/** The invoice stays open then; its link is in the output. */
function isDecline(error: unknown): boolean {
	return error instanceof Error && 'type' in error && error.type === 'StripeCardError';
}
