import { stripeSecretKey } from '../../sandbox/secrets.ts';

type Params = Readonly<Record<string, string>>;

/** Asks Stripe as another program of the same account would. */
export async function askStripe<Answer = { readonly id: string }>(
	baseUrl: string,
	method: string,
	path: string,
	params: Params = {},
): Promise<Answer> {
	const reply = await fetch(`${baseUrl}/v1/${path}`, {
		method,
		headers: { authorization: `Bearer ${stripeSecretKey}` },
		...(method === 'GET' ? {} : { body: new URLSearchParams(params) }),
	});
	if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`);
	return (await reply.json()) as Answer;
}

/** A new customer with a trial of 14 days, or what else the subscription is to have. */
export async function startTrialAt(
	baseUrl: string,
	customer: Params,
	more: Params = {},
): Promise<{ readonly customer: string; readonly subscription: string }> {
	const { id } = await askStripe(baseUrl, 'POST', 'customers', customer);
	const subscription = await askStripe(baseUrl, 'POST', 'subscriptions', {
		customer: id,
		'items[0][price]': 'price_boards_pro_monthly',
		trial_period_days: '14',
		...more,
	});
	return { customer: id, subscription: subscription.id };
}
