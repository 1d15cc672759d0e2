import type Stripe from 'stripe';
import type { FoundOffer } from './discounts.ts';
import { findCustomer } from './customers.ts';
import { findByReference, type Found } from './subscriptions.ts';
import { Failure } from '../failure.ts';

type FlowData = Stripe.BillingPortal.SessionCreateParams.FlowData;

/** Where in the portal the customer lands. https://docs.stripe.com/customer-management/portal-deep-links */
export type PortalPage =
	| { readonly kind: 'home' | 'payment_method_update' | 'customer_update' }
	| { readonly kind: 'subscription_update' | 'subscription_pause' }
	/** A coupon is offered to those who are about to leave. */
	| { readonly kind: 'subscription_cancel'; readonly retentionCouponId: string | null }
	| {
			readonly kind: 'subscription_update_confirm';
			readonly priceId: string;
			readonly quantity: number | null;
			readonly offer: FoundOffer | null;
	  };

export interface PortalOrder {
	readonly page: PortalPage;
	readonly returnUrl: string | null;
	readonly afterwards: 'portal_homepage' | 'redirect' | 'hosted_confirmation';
	readonly locale: string | null;
	readonly configurationId: string | null;
}

/** Whose portal it is. */
export interface PortalVisitor {
	readonly customer: Stripe.Customer;
	/** Null where the page is about the customer alone. */
	readonly found: Found | null;
}

export async function findVisitor(
	stripe: Stripe,
	reference: string,
	page: PortalPage,
): Promise<PortalVisitor> {
	const isAboutSubscription = page.kind.startsWith('subscription_');
	const found =
		isAboutSubscription || reference.startsWith('sub_')
			? await findByReference(stripe, reference)
			: null;
	return { customer: found?.customer ?? (await findCustomer(stripe, reference)), found };
}

/**
 * A link lives for some minutes, so every call makes a fresh one: nothing is kept, and an idempotency key would
 * bring back one that is dead.
 */
export async function openPortal(
	stripe: Stripe,
	{ customer, found }: PortalVisitor,
	order: PortalOrder,
): Promise<Stripe.BillingPortal.Session> {
	return await stripe.billingPortal.sessions.create({
		customer: customer.id,
		...(order.returnUrl ? { return_url: order.returnUrl } : {}),
		...(order.locale ? { locale: order.locale } : {}),
		...(order.configurationId ? { configuration: order.configurationId } : {}),
		...(order.page.kind === 'home' ? {} : { flow_data: toFlow(order, found) }),
	});
}

function toFlow({ page, afterwards, returnUrl }: PortalOrder, found: Found | null): FlowData {
	return {
		type: page.kind,
		...partOf(page, found),
		after_completion:
			afterwards === 'redirect' && returnUrl
				? { type: 'redirect', redirect: { return_url: returnUrl } }
				: { type: afterwards === 'redirect' ? 'portal_homepage' : afterwards },
	};
}

/** What a page about a subscription has to know of it. */
function partOf(page: PortalPage, found: Found | null): Partial<FlowData> {
	if (!found) return {};
	switch (page.kind) {
		case 'home':
		case 'payment_method_update':
		case 'customer_update':
			return {};
		case 'subscription_update':
			return { subscription_update: { subscription: liveId(found) } };
		case 'subscription_pause':
			return { subscription_pause: { subscription: liveId(found) } };
		case 'subscription_cancel':
			return {
				subscription_cancel: {
					subscription: liveId(found),
					...(page.retentionCouponId
						? {
								retention: {
									type: 'coupon_offer',
									coupon_offer: { coupon: page.retentionCouponId },
								},
							}
						: {}),
				},
			};
		case 'subscription_update_confirm':
			return {
				subscription_update_confirm: {
					subscription: liveId(found),
					items: [toItem(found, page)],
					...(page.offer ? { discounts: [page.offer.redemption] } : {}),
				},
			};
	}
}

function toItem(
	{ raw, subscription }: Found,
	{ priceId, quantity }: { readonly priceId: string; readonly quantity: number | null },
) {
	const [item, ...others] = raw.items.data;
	if (!item || others.length > 0) {
		throw new Failure(
			`The portal changes subscriptions with one price, ${subscription.id} has several`,
			{
				code: 'which_item',
				hint: 'Use Subscription > Change Plan.',
			},
		);
	}
	const wanted = quantity ?? item.quantity;
	return { id: item.id, price: priceId, ...(wanted === undefined ? {} : { quantity: wanted }) };
}

function liveId({ subscription: { id, status } }: Found): string {
	if (status !== 'canceled' && status !== 'incomplete_expired') return id;
	throw new Failure(`The subscription ${id} is over, the portal has no page for it`, {
		code: 'subscription_over',
		hint: 'Use Subscription > Reactivate, or a link to a new subscription (Link > Create Checkout).',
	});
}
