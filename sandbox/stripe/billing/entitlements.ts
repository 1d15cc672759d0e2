import type { Account } from '../account.ts';
import { listOf } from '../api/lists.ts';
import type { ActiveEntitlement } from '../resources/entitlements.ts';

/** Statuses in which a customer may use what was bought. https://docs.stripe.com/billing/entitlements */
const ENTITLING = new Set(['active', 'trialing', 'past_due']);

/** Brings the customer's entitlements in line with the products of their subscriptions, and tells a change. */
export function refreshEntitlements(account: Account, customerId: string): void {
	const wanted = new Set(
		account.subscriptions
			.where('customer', customerId)
			.filter(({ status }) => ENTITLING.has(status))
			.flatMap(({ items }) => items)
			.flatMap(({ price }) => account.productFeatures.where('product', price.product))
			.map(({ feature }) => feature),
	);
	const present = account.entitlements.where('customer', customerId);
	const held = new Set(present.map(({ feature }) => feature));
	const gone = present.filter(({ feature }) => !wanted.has(feature));
	const added = [...wanted].filter((feature) => !held.has(feature));
	if (gone.length === 0 && added.length === 0) return;
	for (const { id } of gone) account.entitlements.delete(id);
	for (const feature of added) {
		account.entitlements.put({
			id: account.newId('ent'),
			object: 'entitlements.active_entitlement',
			customer: customerId,
			feature,
			livemode: account.livemode,
			lookup_key: account.features.get(feature)?.lookup_key ?? feature,
		});
	}
	announce(account, customerId);
}

function announce(account: Account, customerId: string) {
	const summarize = (entitlements: readonly ActiveEntitlement[]) =>
		listOf(
			entitlements.map((one) => account.render(one)),
			`/v1/customer/${customerId}/entitlements`,
		);
	account.emit('entitlements.active_entitlement_summary.updated', {
		object: 'entitlements.active_entitlement_summary',
		customer: customerId,
		entitlements: summarize(account.entitlements.where('customer', customerId)),
		livemode: account.livemode,
	});
}
