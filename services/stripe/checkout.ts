import type Stripe from 'stripe';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { createOnce, type Created } from './create-once.ts';
import type { CheckoutPurpose } from './checkout-purpose.ts';

/** The page itself, whatever it is for. */
export interface CheckoutPage {
	readonly successUrl: string;
	readonly cancelUrl: string | null;
	/** Null for Stripe's longest: 24 hours. */
	readonly expiresInMinutes: number | null;
	/** Whether a page that nobody completed can be opened again, by a link in its last event. */
	readonly isRecoverable: boolean;
	readonly locale: string | null;
	readonly metadata: Readonly<Record<string, string>>;
}

/**
 * One open page per purpose: asked for again, it is the same page until it was completed or has expired, then a
 * new one. https://docs.stripe.com/api/checkout/sessions/create
 */
export async function openCheckout(
	stripe: Stripe,
	{ customer, accountId, content }: CheckoutPurpose,
	page: CheckoutPage,
	now: Date,
): Promise<Created<Stripe.Checkout.Session>> {
	const { expiresInMinutes, ...lasting } = page;
	const identity = idempotencyKey('checkout', customer.id, JSON.stringify([content, lasting]));
	const before = await listSessions(stripe, customer.id, identity);
	const open = before.find(({ status }) => status === 'open');
	if (open) return { object: open, isNew: false };
	return await createOnce<Stripe.Checkout.Session>({
		key: `${identity}/${before.length}`,
		create: async (options) =>
			await stripe.checkout.sessions.create(
				{
					...content,
					customer: customer.id,
					...(accountId ? { client_reference_id: accountId } : {}),
					success_url: page.successUrl,
					...(page.cancelUrl ? { cancel_url: page.cancelUrl } : {}),
					...(expiresInMinutes === null
						? {}
						: { expires_at: Math.floor(now.getTime() / 1000) + expiresInMinutes * 60 }),
					after_expiration: { recovery: { enabled: page.isRecoverable } },
					...(page.locale ? { locale: page.locale } : {}),
					metadata: { ...page.metadata, ...content.metadata, link_key: identity },
				},
				options,
			),
		find: async () => {
			const present = await listSessions(stripe, customer.id, identity);
			return present.find(({ status }) => status === 'open');
		},
	});
}

async function listSessions(
	stripe: Stripe,
	customer: string,
	identity: string,
): Promise<Stripe.Checkout.Session[]> {
	const { data } = await stripe.checkout.sessions.list({ customer, limit: 100 });
	return data.filter(({ metadata }) => metadata?.['link_key'] === identity);
}
