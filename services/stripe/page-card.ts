import type Stripe from 'stripe';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { Failure } from '../failure.ts';
import { bringAbout } from './bring-about.ts';
import { explainStripe } from './explain.ts';
import { idOf } from './id-of.ts';
import { ifPresent } from './if-present.ts';
import { cardToCharge } from './one-card.ts';

/**
 * On the setup intent of a page that was made to leave a card: the subscription that the card is to pay for. Others
 * write `subscription_id` there, as Stripe's guide has it; their cards are theirs to deal with.
 */
export const CARD_PAYS_FOR = 'card_pays_for';

/** On a subscription: the last choice of a card that was put into effect, so that none is made twice. */
const CARD_CHOICE = 'card_choice';

/** Stripe's event that tells of a card on such a page, and of others. */
export const PAGE_CARD_TYPE = 'setup_intent.succeeded';

/** A card that its owner has left on such a page. */
export interface PageCard {
	readonly customerId: string;
	readonly subscriptionId: string;
	readonly cardId: string;
}

/** What an event tells of one; null for every other event, and for cards that were left elsewhere. */
export function pageCardOf(event: Stripe.Event): PageCard | null {
	if (event.type !== PAGE_CARD_TYPE) return null;
	const { customer, payment_method: card, metadata } = event.data.object;
	const subscriptionId = metadata?.[CARD_PAYS_FOR];
	if (!customer || !card || !subscriptionId) return null;
	return { customerId: idOf(customer), subscriptionId, cardId: idOf(card) };
}

/**
 * Makes the card the subscription's own, which Stripe leaves to us: on its page it is only kept. Once for each card,
 * and only where its owner has chosen no younger one since, by whatever way; so repeats and late events change
 * nothing. At most 3 requests. Gives what Stripe refused for good, null where all is well; everything else is thrown.
 * https://docs.stripe.com/payments/checkout/subscriptions/update-payment-details
 */
export async function chargePageCard(stripe: Stripe, card: PageCard): Promise<Failure | null> {
	try {
		await charge(stripe, card);
		return null;
	} catch (error) {
		const failure = explainStripe(error);
		if (!failure || !REFUSALS.has(failure.details.httpCode)) throw error;
		return refused(card, failure);
	}
}

const REFUSALS: ReadonlySet<number | undefined> = new Set([400, 402, 403, 404]);

async function charge(
	stripe: Stripe,
	{ customerId, subscriptionId, cardId }: PageCard,
): Promise<void> {
	const [subscription, card] = await Promise.all([
		ifPresent(
			stripe.subscriptions.retrieve(subscriptionId, {
				expand: ['default_payment_method', 'customer.invoice_settings.default_payment_method'],
			}),
		),
		ifPresent(stripe.paymentMethods.retrieve(cardId)),
	]);
	if (!subscription || subscription.ended_at !== null) return;
	if (idOf(subscription.customer) !== customerId) return;
	// A card that was taken off its customer since cannot be charged any more.
	if (!card?.customer || idOf(card.customer) !== customerId) return;
	const choice = choiceOf(card);
	const isMade = ({ metadata }: Stripe.Subscription) => (metadata[CARD_CHOICE] ?? '') >= choice;
	if (isMade(subscription) || isOlder(card, cardToCharge(subscription))) return;
	await bringAbout<Stripe.Subscription>({
		key: idempotencyKey('card_choice', subscriptionId, cardId),
		make: async (options) =>
			await stripe.subscriptions.update(
				subscriptionId,
				{ default_payment_method: cardId, metadata: { [CARD_CHOICE]: choice } },
				options,
			),
		read: async () => await stripe.subscriptions.retrieve(subscriptionId),
		isSo: isMade,
	});
}

/** Sorts by when the card was entered: a page makes a new payment method of what is typed into it. */
function choiceOf({ id, created }: Stripe.PaymentMethod): string {
	return `${new Date(created * 1000).toISOString()} ${id}`;
}

/** What is charged now was expanded; a source of former times tells no date and counts as older. */
function isOlder(card: Stripe.PaymentMethod, present: ReturnType<typeof cardToCharge>): boolean {
	return present !== null && typeof present !== 'string' && choiceOf(card) < choiceOf(present);
}

function refused({ cardId, subscriptionId }: PageCard, { message, details }: Failure): Failure {
	const permissions =
		details.httpCode === 403
			? 'Give the restricted key write access to Subscriptions and read access to Payment Methods. '
			: '';
	return new Failure(
		`The card ${cardId}, left on a page of Create Checkout, is not charged for ${subscriptionId}. ${message}`,
		{
			...details,
			code: 'card_not_charged',
			hint: `${permissions}For this card: make it the default of the subscription in Stripe, or of the customer with Stripe Trial > Customer > Create or Update.`,
		},
	);
}
