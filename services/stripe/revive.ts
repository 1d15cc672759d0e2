import type Stripe from 'stripe';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { bringAbout, type Change } from './bring-about.ts';
import { idOf } from './id-of.ts';
import {
	retrieveFound,
	toFound,
	WITH_INVOICE,
	type ChangedFound,
	type Found,
} from './subscriptions.ts';

/** The ways in which a subscription that has not ended runs on. */

export async function undoCancellation(stripe: Stripe, found: Found): Promise<ChangedFound> {
	const { id, cancelRequestedAt } = found.subscription;
	return await change(stripe, found, {
		key: idempotencyKey('undo_cancellation', id, String(cancelRequestedAt?.getTime())),
		make: async (options) =>
			await stripe.subscriptions.update(
				id,
				{
					...(found.raw.cancel_at_period_end ? { cancel_at_period_end: false } : { cancel_at: '' }),
					expand: WITH_INVOICE,
				},
				options,
			),
		isSo: ({ cancel_at, cancel_at_period_end }) => cancel_at === null && !cancel_at_period_end,
	});
}

/** https://docs.stripe.com/billing/subscriptions/pause-payment */
export async function resumeCollection(stripe: Stripe, found: Found): Promise<ChangedFound> {
	const { id } = found.subscription;
	return await change(stripe, found, {
		key: idempotencyKey('resume_collection', id, JSON.stringify(found.raw.pause_collection)),
		make: async (options) =>
			await stripe.subscriptions.update(
				id,
				{ pause_collection: '', expand: WITH_INVOICE },
				options,
			),
		isSo: ({ pause_collection }) => pause_collection === null,
	});
}

/**
 * Bills a new period and goes on once it is paid: nobody is active who has not paid.
 * https://docs.stripe.com/billing/subscriptions/pause
 */
export async function resumePaused(stripe: Stripe, found: Found): Promise<ChangedFound> {
	const { id } = found.subscription;
	const pausedAt = found.raw.status_details?.paused?.transitioned_at ?? found.raw.trial_end;
	return await change(stripe, found, {
		key: idempotencyKey('resume', id, String(pausedAt)),
		make: async (options) =>
			await stripe.subscriptions.resume(
				id,
				{
					billing_cycle_anchor: { type: 'now' },
					payment_behavior: 'resume_on_payment_success',
					expand: WITH_INVOICE,
				},
				options,
			),
		isSo: (raw) => raw.status !== 'paused' || owesLatestInvoice(raw),
	});
}

/** Tries the card on what a resumption waits for. */
export async function payLatestInvoice(stripe: Stripe, found: Found): Promise<ChangedFound> {
	const { id } = found.subscription;
	const { latest_invoice: latest, default_payment_method: own } = found.raw;
	const { default_payment_method: common } = found.customer.invoice_settings;
	if (!latest) return { ...found, changed: false };
	const card = own ?? common;
	return await change(stripe, found, {
		key: idempotencyKey('pay', idOf(latest), card ? idOf(card) : ''),
		make: async (options) => {
			const { lastResponse } = await stripe.invoices.pay(idOf(latest), {}, options);
			const after = await stripe.subscriptions.retrieve(id, { expand: WITH_INVOICE });
			// Hidden, as the SDK has it: it is nothing that Stripe says of the subscription.
			return Object.defineProperty({ ...after }, 'lastResponse', { value: lastResponse });
		},
		isSo: (raw) => !owesLatestInvoice(raw),
	});
}

/** As of a subscription whose latest invoice was sent along. */
export function owesLatestInvoice({ latest_invoice: invoice }: Stripe.Subscription): boolean {
	return typeof invoice === 'object' && invoice?.status === 'open';
}

async function change(
	stripe: Stripe,
	{ subscription: { id } }: Found,
	wanted: Omit<Change<Stripe.Subscription>, 'read'>,
): Promise<ChangedFound> {
	const { object, changed } = await bringAbout({
		...wanted,
		read: async () => (await retrieveFound(stripe, id)).raw,
	});
	return { ...toFound(object), changed };
}
