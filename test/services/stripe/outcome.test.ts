import Stripe from 'stripe';
import { Failure } from '../../../services/failure.ts';
import { mayHaveHappened } from '../../../services/stripe/outcome.ts';

const { errors } = Stripe;
const answered = (statusCode: number) => ({ statusCode, type: 'invalid_request_error' as const });

it.each<[string, unknown, boolean]>([
	['a refusal of ours', new Failure('No'), false],
	['a refusal of Stripe', new errors.StripeInvalidRequestError(answered(400)), false],
	['a declined card', new errors.StripeCardError(answered(402)), false],
	['too many requests', new errors.StripeRateLimitError(answered(429)), false],
	['a request that is under way', new errors.StripeInvalidRequestError(answered(409)), true],
	['a key with other parameters', new errors.StripeIdempotencyError(answered(400)), true],
	['a failure of Stripe', new errors.StripeAPIError(answered(500)), true],
	['a lost connection', new errors.StripeConnectionError({ message: 'cut' } as never), true],
	['something unforeseen', new TypeError('undefined'), true],
])('tells whether it may have happened after %s', (_, error, expected) => {
	expect(mayHaveHappened(error)).toBe(expected);
});
