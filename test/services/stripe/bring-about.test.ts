import type Stripe from 'stripe';
import { bringAbout } from '../../../services/stripe/bring-about.ts';

interface Lamp {
	readonly isOn: boolean;
}

const REPLAYED = { 'idempotent-replayed': 'true' };
const SPENT = Object.assign(new Error('other parameters'), { type: 'StripeIdempotencyError' });
const STORED_DECLINE = Object.assign(new Error('declined'), {
	type: 'StripeCardError',
	headers: REPLAYED,
});

function lamp(headers: Record<string, string> = {}) {
	const lastResponse = { headers: new Headers(headers) };
	return { isOn: true, lastResponse } as unknown as Stripe.Response<Lamp>;
}

async function play(answers: Array<Stripe.Response<Lamp> | Error>, present: Lamp[] = []) {
	const keys: Array<string | undefined> = [];
	const result = bringAbout<Lamp>({
		key: 'key',
		make: async ({ idempotencyKey }) => {
			keys.push(idempotencyKey);
			const answer = answers.length > 1 ? answers.shift() : answers[0];
			if (answer instanceof Error || !answer) throw answer ?? new Error('asked too often');
			return answer;
		},
		read: async () => present.shift() ?? { isOn: false },
		isSo: ({ isOn }) => isOn,
	});
	return { keys, result: await result.catch((error: Error) => error) };
}

describe('bringAbout', () => {
	it('gives the answer of a change that was made now', async () => {
		const { result, keys } = await play([lamp()]);
		expect(result).toMatchObject({ object: { isOn: true }, changed: true });
		expect(keys).toEqual(['key']);
	});

	it('reads the present after a replay, and leaves it where it is as wanted', async () => {
		const { result, keys } = await play([lamp(REPLAYED)], [{ isOn: true }]);
		expect(result).toEqual({ object: { isOn: true }, changed: false });
		expect(keys).toEqual(['key']);
	});

	it('changes it again under a fresh key when it has changed back since', async () => {
		const { result, keys } = await play([lamp(REPLAYED), lamp()]);
		expect(result).toMatchObject({ changed: true });
		expect(keys).toEqual(['key', 'key/2']);
	});

	it.each([
		['other parameters', SPENT],
		['a stored decline', STORED_DECLINE],
	])('steps over a key that is spent by %s', async (_, spent) => {
		const { result, keys } = await play([spent, lamp()]);
		expect(result).toMatchObject({ changed: true });
		expect(keys).toEqual(['key', 'key/2']);
		expect((await play([spent], [{ isOn: true }])).result).toMatchObject({ changed: false });
	});

	it('throws a first-hand refusal as it is', async () => {
		const refusal = Object.assign(new Error('declined'), { type: 'StripeCardError' });
		const { result, keys } = await play([refusal]);
		expect(result).toBe(refusal);
		expect(keys).toEqual(['key']);
	});

	it('gives up at last, with the refusal where there was one', async () => {
		expect((await play([SPENT])).result).toBe(SPENT);
		const { result, keys } = await play([lamp(REPLAYED)]);
		expect(result).toMatchObject({ message: expect.stringContaining('too often') as string });
		expect(keys).toHaveLength(20);
	});
});
