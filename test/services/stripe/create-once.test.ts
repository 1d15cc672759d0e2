import type Stripe from 'stripe';
import { createOnce } from '../../../services/stripe/create-once.ts';

interface Thing {
	readonly id: string;
}

const REPLAYED = { 'idempotent-replayed': 'true' };
const SPENT = Object.assign(new Error('other parameters'), { type: 'StripeIdempotencyError' });
const STORED_500 = Object.assign(new Error('stored'), {
	type: 'StripeAPIError',
	headers: REPLAYED,
});

function made(id: string, headers: Record<string, string> = {}) {
	// As the SDK has them: `Headers` on an answer, a plain object on an error.
	const lastResponse = { headers: new Headers(headers) };
	return { id, lastResponse } as unknown as Stripe.Response<Thing>;
}

async function play(answers: Array<Stripe.Response<Thing> | Error>, existing?: Thing) {
	const keys: Array<string | undefined> = [];
	const result = createOnce<Thing>({
		key: 'key',
		create: async ({ idempotencyKey }) => {
			keys.push(idempotencyKey);
			const answer = answers.shift();
			if (answer instanceof Error || !answer) throw answer ?? new Error('asked too often');
			return answer;
		},
		find: async () => existing,
	});
	return { keys, result: await result.catch((error: Error) => error) };
}

describe('createOnce', () => {
	it('tells a new object from a replayed one', async () => {
		expect((await play([made('a')])).result).toMatchObject({ object: { id: 'a' }, isNew: true });
		expect((await play([made('a', REPLAYED)])).result).toMatchObject({ isNew: false });
	});

	it('finds what an earlier call with other parameters made', async () => {
		const { result, keys } = await play([SPENT], { id: 'old' });
		expect(result).toEqual({ object: { id: 'old' }, isNew: false });
		expect(keys).toEqual(['key']);
	});

	it('goes on with a fresh key when the stored answer is a failure without effect', async () => {
		const { result, keys } = await play([STORED_500, made('a')]);
		expect(result).toMatchObject({ object: { id: 'a' }, isNew: true });
		expect(keys).toEqual(['key', 'key/2']);
	});

	it('gives up after three spent keys', async () => {
		const { result, keys } = await play([SPENT, SPENT, SPENT]);
		expect(result).toBe(SPENT);
		expect(keys).toEqual(['key', 'key/2', 'key/3']);
	});

	it('throws a first-hand refusal as it is', async () => {
		const refusal = Object.assign(new Error('no such price'), {
			type: 'StripeInvalidRequestError',
		});
		expect((await play([refusal])).result).toBe(refusal);
	});
});
