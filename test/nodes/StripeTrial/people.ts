import type { ItemParams } from '../../support/execute-node.ts';
import { byId, startTrial, type Json, type useStripe } from './harness.ts';

/** People in the situations that the operations are about. */
export function peopleOf(stripe: ReturnType<typeof useStripe>) {
	/** In a trial without a card, in real time. */
	async function started(email = 'ada@example.com'): Promise<Json> {
		return await stripe.runOne(startTrial(email));
	}

	/** In a trial, and has left a card. */
	async function startedWithCard(email = 'ada@example.com'): Promise<Json> {
		const trial = await started(email);
		await stripe.giveCard(trial['customerId']);
		return trial;
	}

	/** In a trial without a card, on a test clock. */
	async function inTrial(email = 'ada@example.com', more: ItemParams = {}): Promise<Json> {
		const testClockId = await stripe.newClock();
		return await stripe.runOne(startTrial(email, { additionalFields: { testClockId }, ...more }));
	}

	/** Has converted and pays. */
	async function paying(email = 'ada@example.com'): Promise<Json> {
		const trial = await inTrial(email);
		await stripe.giveCard(trial['customerId']);
		return await stripe.runOne(onTrial('convert', trial['subscriptionId']));
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

	async function timelineOf(account: Json): Promise<string[]> {
		const { timeline } = await stripe.store();
		const { entries } = await timeline.list({
			accountId: String(account['accountId']),
			limit: 50,
		});
		return entries.map(({ kind }) => kind).reverse();
	}

	return { started, startedWithCard, inTrial, paying, ended, lapsed, timelineOf };
}

/** An item of the resource `trial`. */
export function onTrial(operation: string, of: unknown, more: ItemParams = {}): ItemParams {
	return { resource: 'trial', operation, trial: byId(of), ...more };
}

/** An item of the resource `subscription`. */
export function onSubscription(operation: string, of: unknown, more: ItemParams = {}): ItemParams {
	return { resource: 'subscription', operation, subscription: byId(of), ...more };
}

export function ofCustomer(path: string, { customerId }: Json): string {
	return `${path}?customer=${String(customerId)}`;
}
