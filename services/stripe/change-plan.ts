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

export interface PlanChange {
	readonly priceId: string;
	/** Null to keep the quantity. */
	readonly quantity: number | null;
	/** The price that is replaced; null where the subscription has only one. */
	readonly replaces: string | null;
	/** https://docs.stripe.com/billing/subscriptions/prorations */
	readonly proration: 'create_prorations' | 'always_invoice' | 'none';
}

/** What the change would cost, next or at once. Null when the subscription has that plan already. */
export async function previewPlanChange(
	stripe: Stripe,
	found: Found,
	change: PlanChange,
): Promise<ChargePreview | null> {
	const item = itemToChange(found, change);
	if (isAsWanted(item, change)) return null;
	return await previewCharge(stripe, {
		subscription: found.subscription.id,
		subscription_details: {
			items: [toItem(item, change)],
			proration_behavior: change.proration,
		},
	});
}

/** Another price or quantity from now on. A running trial goes on. */
export async function changePlan(
	stripe: Stripe,
	found: Found,
	change: PlanChange,
): Promise<ChangedFound> {
	const { id } = found.subscription;
	const item = itemToChange(found, change);
	if (isAsWanted(item, change)) return { ...found, changed: false };
	const { object, changed } = await bringAbout({
		key: idempotencyKey(
			'change_plan',
			item.id,
			item.price.id,
			String(item.quantity),
			JSON.stringify(change),
		),
		make: async (options) =>
			await stripe.subscriptions.update(
				id,
				{
					items: [toItem(item, change)],
					proration_behavior: change.proration,
					// What is charged at once is paid, or nothing is changed.
					...(change.proration === 'always_invoice'
						? { payment_behavior: 'error_if_incomplete' }
						: {}),
					expand: WITH_INVOICE,
				},
				options,
			),
		read: async () => (await retrieveFound(stripe, id)).raw,
		isSo: (raw) =>
			raw.items.data.some((present) => present.id === item.id && isAsWanted(present, change)),
	});
	return { ...toFound(object), changed };
}

function itemToChange(
	{ raw, subscription }: Found,
	{ priceId, replaces }: PlanChange,
): Stripe.SubscriptionItem {
	const { id, status } = subscription;
	if (status === 'canceled' || status === 'incomplete_expired') {
		throw new Failure(`The subscription ${id} is over, its plan cannot be changed any more`, {
			code: 'subscription_over',
			hint: 'Use Subscription > Reactivate with the new price.',
		});
	}
	const items = raw.items.data;
	const wanted = replaces ?? priceId;
	const item =
		items.length === 1 && !replaces ? items[0] : (itemOf(items, wanted) ?? itemOf(items, priceId));
	if (item) return item;
	throw new Failure(
		replaces
			? `The subscription ${id} has no price ${replaces}`
			: `The subscription ${id} has ${items.length} prices, and it is not said which one to replace`,
		{
			code: 'which_item',
			hint: `Give one of these in "Replaces": ${items.map(({ price }) => price.id).join(', ')}.`,
		},
	);
}

function itemOf(items: readonly Stripe.SubscriptionItem[], priceId: string) {
	return items.find(({ price }) => price.id === priceId);
}

function isAsWanted(
	item: Pick<Stripe.SubscriptionItem, 'price' | 'quantity'>,
	{ priceId, quantity }: PlanChange,
): boolean {
	return item.price.id === priceId && (quantity === null || item.quantity === quantity);
}

function toItem({ id, quantity: present }: Stripe.SubscriptionItem, change: PlanChange) {
	const quantity = change.quantity ?? present;
	return { id, price: change.priceId, ...(quantity === undefined ? {} : { quantity }) };
}
