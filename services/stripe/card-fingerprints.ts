import type Stripe from 'stripe';

/**
 * Of all cards that these customers have: the same card has the same one, whoever it belongs to.
 * https://docs.stripe.com/api/payment_methods/object#payment_method_object-card-fingerprint
 */
export async function cardFingerprints(
	stripe: Stripe,
	customers: ReadonlyArray<Pick<Stripe.Customer, 'id'>>,
): Promise<string[]> {
	const lists = await Promise.all(
		customers.map(
			async ({ id }) =>
				await stripe.paymentMethods.list({ customer: id, type: 'card', limit: 100 }),
		),
	);
	const fingerprints = lists.flatMap(({ data }) =>
		data.flatMap(({ card }) => card?.fingerprint ?? []),
	);
	return [...new Set(fingerprints)];
}
