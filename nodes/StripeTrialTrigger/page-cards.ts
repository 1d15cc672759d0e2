import type Stripe from 'stripe';
import type { Ask } from '../../services/ask.ts';
import { chargePageCard, pageCardOf } from '../../services/stripe/page-card.ts';
import type { Consumer } from './consumer.ts';

/**
 * Cards that customers left on a page of Link > Create Checkout are charged from now on. Before the account is read,
 * so that the news already tells of them. Triggers of one process that take the same event do it together. A key that
 * may only read tells all the rest as ever, and that somebody is not charged does not go unseen.
 */
export async function chargePageCards(
	{ stripe, report }: Consumer,
	events: readonly Stripe.Event[],
	ask: Ask,
): Promise<void> {
	for (const event of events) {
		const card = pageCardOf(event);
		if (!card) continue;
		await ask(`card of ${event.id}`, async () => {
			const refusal = await chargePageCard(stripe, card);
			if (refusal) report(refusal);
		});
	}
}
