import { explainStripe } from '../../../services/stripe/explain.ts';

/** As the SDK throws it. */
const stripeError = (message: string) =>
	Object.assign(new Error(message), { type: 'StripeInvalidRequestError', statusCode: 400 });

it.each([
	['Invalid email address: ada@example.com', 'Stripe: Invalid email address: [e-mail]'],
	['"Ada <ada+x@example.com>" is taken', 'Stripe: "Ada <[e-mail]>" is taken'],
	['Invalid API Key provided: sk_test_*****4f2a', 'Stripe: Invalid API Key provided: [key]'],
	["No such price: 'price_x'", "Stripe: No such price: 'price_x'"],
	['', 'Stripe: no reason given, HTTP 400'],
])('"%s" is passed on without addresses and keys', (message, shown) => {
	expect(explainStripe(stripeError(message))?.message).toBe(shown);
});
