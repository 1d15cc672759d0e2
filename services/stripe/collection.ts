import type Stripe from 'stripe';
import type { BillingEvent, Invoice } from '../../lifecycle/events/index.ts';
import { askAnew } from '../ask.ts';
import { isForbidden } from './own-account.ts';

/** How Stripe got on with collecting an invoice. */
interface Collection {
	/** Of the last refusal that still stands. */
	readonly declineCode: string | null;
	/** See `Invoice.hadPaymentMethod`. */
	readonly hadPaymentMethod: boolean | null;
}

/** Stripe tries to collect as it makes the intent for it: seconds lie between. */
const FIRST_ATTEMPT_S = 60;

/** The event with the bank's word of refusal, and whether there was a card at all, which no event of an invoice carries. */
export async function withCollection(
	stripe: Stripe,
	event: BillingEvent,
	ask = askAnew,
): Promise<BillingEvent> {
	const { news } = event;
	if (news.kind !== 'payment_failed') return event;
	const collection = await readCollection(stripe, news.invoice.id, ask);
	return { ...event, news: { ...news, invoice: { ...news.invoice, ...collection } } };
}

/** The bills among these of which somebody wants to know, looked at; the others as they are. */
export async function withFirstAttempts(
	stripe: Stripe,
	invoices: readonly Invoice[],
	inQuestion: ReadonlySet<string>,
	ask = askAnew,
): Promise<Invoice[]> {
	return await Promise.all(
		invoices.map(async (invoice) => {
			if (!inQuestion.has(invoice.id)) return invoice;
			const { hadPaymentMethod } = await readCollection(stripe, invoice.id, ask);
			return { ...invoice, hadPaymentMethod };
		}),
	);
}

async function readCollection(stripe: Stripe, invoiceId: string, ask = askAnew) {
	return await ask(`collection of ${invoiceId}`, async () => await collectionOf(stripe, invoiceId));
}

async function collectionOf(stripe: Stripe, invoiceId: string): Promise<Collection> {
	const invoice = await stripe.invoices.retrieve(invoiceId, {
		expand: ['payments.data.payment.payment_intent'],
	});
	const intents = (invoice.payments?.data ?? [])
		.map(({ payment }) => payment.payment_intent)
		.filter((intent) => typeof intent === 'object');
	const [first] = intents.sort((one, other) => one.created - other.created);
	return {
		declineCode: intents.map(declineCodeOf).find((code) => code !== null) ?? null,
		hadPaymentMethod: first ? await hadPaymentMethod(stripe, first) : false,
	};
}

function declineCodeOf(intent: Stripe.PaymentIntent): string | null {
	// An earlier refusal may still stand beside the question that the bank asks now.
	if (intent.status === 'requires_action') return 'authentication_required';
	const { decline_code: declineCode, code } = intent.last_payment_error ?? {};
	return declineCode ?? code ?? null;
}

/**
 * Whether there was a method when the intent was made. What was tried since leaves a charge for each try, so the
 * answer stays the same, however late it is asked for. A charge of a test clock has the real time, as its intent has.
 * Null where a restricted key may not see charges.
 */
async function hadPaymentMethod(
	stripe: Stripe,
	intent: Stripe.PaymentIntent,
): Promise<boolean | null> {
	const { id, created, latest_charge: charge, last_payment_error: error, status } = intent;
	// The bank asks before anything is charged.
	if (status === 'requires_action') return true;
	if (!charge) return false;
	if (error?.payment_method && error.payment_method.created <= created) return true;
	try {
		const charges = await stripe.charges
			.list({ payment_intent: id, limit: 100, expand: ['data.payment_intent.payment_method'] })
			.autoPagingToArray({ limit: 1_000 });
		return charges.some(
			(one) => one.created - created < FIRST_ATTEMPT_S || wasThereBefore(one, created),
		);
	} catch (failure) {
		if (isForbidden(failure)) return null;
		throw failure;
	}
}

/** The bank may have asked first, and the charge came when the customer had answered. */
function wasThereBefore({ payment_intent: intent }: Stripe.Charge, madeAt: number): boolean {
	const method = intent && typeof intent === 'object' ? intent.payment_method : null;
	return method !== null && typeof method === 'object' && method.created <= madeAt;
}
