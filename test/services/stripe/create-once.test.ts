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

interface World {
	/** What a look finds, look by look; the last answer stands. */
	readonly found?: ReadonlyArray<Thing | undefined>;
	/** What has become of a replayed one; by default it is as it was. */
	readonly present?: (replayed: Thing) => Thing | undefined;
}

async function play(
	answers: Array<Stripe.Response<Thing> | Error>,
	{ found = [], present }: World = {},
) {
	const keys: Array<string | undefined> = [];
	const looks = [...found];
	const waits: number[] = [];
	const result = createOnce<Thing>({
		key: 'key',
		create: async ({ idempotencyKey }) => {
			keys.push(idempotencyKey);
			const answer = answers.shift();
			if (answer instanceof Error || !answer) throw answer ?? new Error('asked too often');
			return answer;
		},
		find: async () => (looks.length > 1 ? looks.shift() : looks[0]),
		...(present ? { present: async (replayed: Thing) => present(replayed) } : {}),
		sleep: async (ms) => void waits.push(ms),
	});
	return { keys, waits, result: await result.catch((error: Error) => error) };
}

describe('createOnce', () => {
	it('tells a new object from a replayed one', async () => {
		expect((await play([made('a')])).result).toMatchObject({ object: { id: 'a' }, isNew: true });
		expect((await play([made('a', REPLAYED)])).result).toMatchObject({ isNew: false });
	});

	it('finds what an earlier call with other parameters made', async () => {
		const { result, keys, waits } = await play([SPENT], { found: [{ id: 'old' }] });
		expect(result).toEqual({ object: { id: 'old' }, isNew: false });
		expect(keys).toEqual(['key']);
		expect(waits).toEqual([]);
	});

	it('waits for what a parallel call with other parameters is making', async () => {
		const { result, keys } = await play([SPENT], { found: [undefined, undefined, { id: 'a' }] });
		expect(result).toEqual({ object: { id: 'a' }, isNew: false });
		expect(keys).toEqual(['key']);
	});

	it('gives a replayed one as it is now', async () => {
		const { result } = await play([made('a', REPLAYED)], { present: () => ({ id: 'a, renamed' }) });
		expect(result).toEqual({ object: { id: 'a, renamed' }, isNew: false });
	});

	it('makes another one where the replayed one is gone', async () => {
		const gone = { present: () => undefined };
		const { result, keys } = await play([made('a', REPLAYED), made('b')], gone);
		expect(result).toMatchObject({ object: { id: 'b' }, isNew: true });
		expect(keys).toEqual(['key', 'key/2']);
		const replayed = ['a', 'b', 'c'].map((id) => made(id, REPLAYED));
		expect((await play(replayed, gone)).result).toMatchObject({
			message: 'This was created and deleted 3 times today',
		});
	});

	it('goes on with a fresh key when the stored answer is a failure without effect', async () => {
		const { result, keys, waits } = await play([STORED_500, made('a')]);
		expect(result).toMatchObject({ object: { id: 'a' }, isNew: true });
		expect(keys).toEqual(['key', 'key/2']);
		expect(waits).toEqual([]);
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
