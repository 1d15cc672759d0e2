import type { Account } from '../../account.ts';
import { invalidRequest } from '../../api/failure.ts';
import { missingParam } from '../../api/params.ts';
import type { CheckoutSession, LineItem } from '../../resources/checkout-sessions.ts';
import { createCustomer, customerOf, type Customer } from '../../resources/customers.ts';
import type { PaymentMethod } from '../../resources/payment-methods.ts';
import { confirmSetupIntent } from '../../resources/setup-intents.ts';
import { putOnFile } from '../attaching.ts';
import { throwUnlessPaid } from '../collection.ts';
import { foreseen } from '../payments.ts';
import { startSubscription } from '../starting.ts';

/** What the person has filled in. The card may be missing only where none is asked for. */
export interface Completion {
	readonly email?: string;
	readonly name?: string;
	readonly card: PaymentMethod | null;
	readonly promotionCode?: string;
}

/** Whether the page asks for a card: always by default, with `if_required` only when something is due today. */
export function needsCard(session: CheckoutSession): boolean {
	if (session.payment_method_collection !== 'if_required') return true;
	return (session.amount_total ?? 0) > 0;
}

/** The person is done. A card that is refused leaves the session open and says why. */
export function completeSession(
	account: Account,
	session: CheckoutSession,
	completion: Completion,
): CheckoutSession {
	if (session.status !== 'open') {
		throw invalidRequest(`This Checkout Session is not open any more, it is ${session.status}.`);
	}
	const { card } = completion;
	if (!card && needsCard(session)) throw missingParam('card');
	if (card) checkCard(session, card);
	const customer = customerFor(account, session, completion);
	const done =
		session.mode === 'setup'
			? saveCard(account, session, customer, completion)
			: subscribe(account, session, customer, completion);
	const completed = account.checkoutSessions.put({
		...session,
		...done,
		customer: customer.id,
		customer_details: {
			address: customer.address ?? null,
			business_name: null,
			email: customer.email,
			individual_name: null,
			name: customer.name ?? null,
			phone: null,
			tax_exempt: customer.tax_exempt ?? 'none',
			tax_ids: [],
		},
		status: 'complete',
		url: null,
	});
	account.emit('checkout.session.completed', completed);
	return completed;
}

/** A card that will not do is refused before anything has been made. */
function checkCard(session: CheckoutSession, card: PaymentMethod) {
	const isCharged = (session.amount_total ?? 0) > 0;
	if (isCharged || card.hidden.refusedOnAttach) throwUnlessPaid(foreseen(card, true));
}

function customerFor(account: Account, session: CheckoutSession, completion: Completion): Customer {
	if (session.customer !== null) return customerOf(account, session.customer);
	const email = session.customer_email ?? completion.email;
	return createCustomer(account, {
		...(email !== undefined && { email }),
		...(completion.name !== undefined && { name: completion.name }),
	});
}

/** The card is on file afterwards, but nobody's default: that is the integration's to say. */
function saveCard(
	account: Account,
	session: CheckoutSession,
	customer: Customer,
	{ card }: Completion,
): Partial<CheckoutSession> {
	const intent = account.setupIntents.get(session.setup_intent ?? '');
	if (!intent) throw new Error(`Checkout session ${session.id} has no setup intent`);
	confirmSetupIntent(account, { ...intent, customer: customer.id }, card?.id ?? null);
	return {};
}

function subscribe(
	account: Account,
	session: CheckoutSession,
	customer: Customer,
	{ card, promotionCode }: Completion,
): Partial<CheckoutSession> {
	const { params, lineItems } = session.hidden;
	const data = params.subscription_data;
	const recurring = lineItems.filter(({ price }) => price?.recurring);
	const once = lineItems.filter(({ price }) => !price?.recurring);
	if (recurring.length === 0) {
		throw invalidRequest(
			'You must provide at least one recurring price in `subscription` mode when using prices.',
			{ param: 'line_items' },
		);
	}
	const method = card && (card.customer === null ? putOnFile(account, card, customer) : card);
	const item = (one: LineItem) => ({ price: one.price?.id ?? '', quantity: one.quantity ?? 1 });
	const codes = promotionCode === undefined ? [] : [{ promotion_code: promotionCode }];
	const subscription = startSubscription(
		account,
		{
			customer: customer.id,
			items: recurring.map(item),
			add_invoice_items: once.map(item),
			discounts: [...(params.discounts ?? []), ...codes],
			// A refused card must leave nothing behind: the person tries another one.
			payment_behavior: 'error_if_incomplete',
			payment_settings: { save_default_payment_method: 'on_subscription' },
			...(method && { default_payment_method: method.id }),
			...(data?.billing_cycle_anchor !== undefined && {
				billing_cycle_anchor: data.billing_cycle_anchor,
			}),
			...(data?.billing_mode && { billing_mode: data.billing_mode }),
			...(data?.description !== undefined && { description: data.description }),
			...(data?.metadata && { metadata: data.metadata }),
			...(data?.proration_behavior && { proration_behavior: data.proration_behavior }),
			...(data?.trial_end !== undefined && { trial_end: data.trial_end }),
			...(data?.trial_period_days !== undefined && { trial_period_days: data.trial_period_days }),
			...(data?.trial_settings && { trial_settings: data.trial_settings }),
		},
		{ checkoutSession: session.id },
	);
	const invoice = account.invoices.get(subscription.latest_invoice ?? '');
	const paid = (invoice?.amount_paid ?? 0) > 0;
	return {
		invoice: invoice?.id ?? null,
		subscription: subscription.id,
		payment_status: paid ? 'paid' : 'no_payment_required',
	};
}
