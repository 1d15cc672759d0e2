import type { ItemParams } from '../../support/execute-node.ts';
import { byId, startTrial, type Json, type useStripe } from './harness.ts';

/** People in the situations that the operations are about; each lives on a test clock of their own. */
export function peopleOf(stripe: ReturnType<typeof useStripe>) {
	/** In a trial without a card. */
	async function inTrial(email = 'ada@example.com', more: ItemParams = {}): Promise<Json> {
		const testClockId = await stripe.newClock();
		return await stripe.runOne(startTrial(email, { additionalFields: { testClockId }, ...more }));
	}

	/** Has converted and pays. */
	async function paying(email = 'ada@example.com'): Promise<Json> {
		const trial = await inTrial(email);
		await stripe.giveCard(trial['customerId']);
		return await stripe.runOne({
			resource: 'trial',
			operation: 'convert',
			trial: byId(trial['subscriptionId']),
		});
	}

	/** Paid, and has left. */
	async function ended(email = 'ada@example.com'): Promise<Json> {
		const customer = await paying(email);
		await stripe.runOne(onSubscription('cancel', customer['subscriptionId'], { when: 'now' }));
		return customer;
	}

	/** Their trial ended without a card, so that Stripe did what the trial was told to do. */
	async function lapsed(email = 'ada@example.com', withoutPaymentMethod = 'pause'): Promise<Json> {
		const trial = await inTrial(email, { withoutPaymentMethod });
		await stripe.passDays(trial['customerId'], 15);
		return trial;
	}

	return { inTrial, paying, ended, lapsed };
}

/** An item of the resource `subscription`. */
export function onSubscription(operation: string, of: unknown, more: ItemParams = {}): ItemParams {
	return { resource: 'subscription', operation, subscription: byId(of), ...more };
}

export function ofCustomer(path: string, { customerId }: Json): string {
	return `${path}?customer=${String(customerId)}`;
}
