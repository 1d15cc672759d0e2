import type { Account } from './account.ts';
import { putOnFile } from './billing/attaching.ts';
import { CARD_OF_KIND, cardByNumber, type CardKind } from './billing/test-cards.ts';
import { update } from './events/changes.ts';
import { customerOf } from './resources/customers.ts';
import { createCard, paymentMethodOf, type PaymentMethod } from './resources/payment-methods.ts';
import { isOver } from './resources/subscriptions.ts';
import type { Seconds } from './state/stored.ts';

/** What only a sandbox can do: move time without Stripe's limits, and put cards into people's hands. */

/** Moves one test clock forward; resolves when everything on the way has happened. */
export async function moveTestClock(
	account: Account,
	clockId: string,
	seconds: Seconds,
): Promise<void> {
	const clock = account.testClocks.get(clockId);
	if (!clock) throw new Error(`No test clock ${clockId}`);
	if (seconds <= 0) return;
	const to = clock.frozen_time + seconds;
	update(
		account,
		account.testClocks,
		{ ...clock, status: 'advancing', status_details: { advancing: { target_frozen_time: to } } },
		'test_helpers.test_clock.advancing',
	);
	account.startAdvancing(clockId, to);
	await account.settled();
}

/** Moves the sandbox's own time forward, and with it everyone who has no test clock. */
export function moveSandboxTime(account: Account, seconds: Seconds): void {
	if (seconds <= 0) return;
	account.sandboxTime.skip(seconds);
	account.catchUp();
	account.deliveries.wake();
}

/** Moves everyone: the sandbox's own time and every test clock. */
export async function moveEverything(account: Account, seconds: Seconds): Promise<void> {
	moveSandboxTime(account, seconds);
	const clocks = [...account.testClocks.newestFirst()];
	await Promise.all(clocks.map(async ({ id }) => await moveTestClock(account, id, seconds)));
}

/** Moves the time in which this customer lives. */
export async function moveCustomer(
	account: Account,
	customerId: string,
	seconds: Seconds,
): Promise<void> {
	const { test_clock: clock } = customerOf(account, customerId);
	if (clock) await moveTestClock(account, clock, seconds);
	else moveSandboxTime(account, seconds);
}

/**
 * A person hands in a card, of whatever kind: it is attached without a question to its issuer, and becomes
 * the default of the customer and of their subscriptions.
 */
export function giveCard(
	account: Account,
	customerId: string,
	kind: CardKind,
	options: { readonly isDefault?: boolean } = {},
): PaymentMethod {
	const card = cardByNumber(CARD_OF_KIND[kind]);
	if (!card) throw new Error(`No test card of the kind ${kind}`);
	const customer = customerOf(account, customerId);
	const method = putOnFile(account, createCard(account, card), customer);
	if (options.isDefault !== false) makeDefault(account, customerId, method.id);
	return method;
}

/** Makes a card the one that everything of this customer is paid with. */
function makeDefault(account: Account, customerId: string, methodId: string): void {
	const customer = customerOf(account, customerId);
	const { id } = paymentMethodOf(account, methodId);
	update(
		account,
		account.customers,
		{
			...customer,
			invoice_settings: { ...customer.invoice_settings, default_payment_method: id },
		},
		'customer.updated',
	);
	for (const subscription of account.subscriptions.where('customer', customerId)) {
		if (isOver(subscription)) continue;
		const paying = { ...subscription, default_payment_method: id };
		update(account, account.subscriptions, paying, 'customer.subscription.updated');
	}
}
