import type Stripe from 'stripe';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { Failure } from '../failure.ts';
import { bringAbout } from './bring-about.ts';
import { previewCharge, type ChargePreview } from './preview.ts';
import {
	retrieveFound,
	toFound,
	WITH_INVOICE,
	type ChangedFound,
	type Found,
} from './subscriptions.ts';

const NOW = { trial_end: 'now', proration_behavior: 'none' } as const;

/** What ending this trial now would cost. Null when it has been a subscription for a while. */
export async function previewConversion(
	stripe: Stripe,
	found: Found,
	options: { readonly withoutCard: boolean },
): Promise<ChargePreview | null> {
	if (isConverted(found)) return null;
	checkConvertible(found, options);
	return await previewCharge(stripe, {
		subscription: found.subscription.id,
		subscription_details: NOW,
	});
}

/**
 * Ends a trial now and bills. Without a card, if that is allowed, an invoice is owed instead of the pause or the
 * end that the trial was to have. https://docs.stripe.com/billing/subscriptions/trials/free-trials
 */
export async function convertTrial(
	stripe: Stripe,
	found: Found,
	options: { readonly withoutCard: boolean },
): Promise<ChangedFound> {
	if (isConverted(found)) return { ...found, changed: false };
	checkConvertible(found, options);
	const { id, trial, hasPaymentMethod } = found.subscription;
	const { object, changed } = await bringAbout({
		key: idempotencyKey('convert', id, String(trial?.endsAt.getTime())),
		make: async (requestOptions) =>
			await stripe.subscriptions.update(
				id,
				{
					...NOW,
					...(hasPaymentMethod
						? {}
						: { trial_settings: { end_behavior: { missing_payment_method: 'create_invoice' } } }),
					expand: WITH_INVOICE,
				},
				requestOptions,
			),
		read: async () => (await retrieveFound(stripe, id)).raw,
		isSo: ({ status }) => status !== 'trialing',
	});
	return { ...toFound(object), changed };
}

function isConverted({ subscription: { status } }: Found): boolean {
	return status === 'active' || status === 'past_due' || status === 'unpaid';
}

function checkConvertible(
	{ subscription }: Found,
	{ withoutCard }: { readonly withoutCard: boolean },
): void {
	const { id, status, cancelsAt, hasPaymentMethod } = subscription;
	if (status !== 'trialing') {
		throw new Failure(`The trial ${id} is over: it is ${status}`, {
			code: 'no_trial',
			hint: 'Use Subscription > Reactivate: it resumes a paused subscription or makes a new one without a trial.',
		});
	}
	if (cancelsAt) {
		throw new Failure(
			`The trial ${id} is set to be canceled, so ending it now would end it for good`,
			{
				code: 'cancellation_scheduled',
				hint: 'Undo the cancellation first, by Subscription > Reactivate.',
			},
		);
	}
	if (!hasPaymentMethod && !withoutCard) {
		throw new Failure(`There is no card to charge for the trial ${id}`, {
			code: 'no_payment_method',
			hint: 'Send the customer a link (Link > Create Checkout or Create Portal), or switch on "Even Without a Card" to bill by invoice.',
		});
	}
}
