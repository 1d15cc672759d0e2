import {
	createSharedReads,
	sharedReadsOf,
	type SharedReads,
} from '../../../../services/n8n/inbox/shared-reads.ts';
import type { Delivery, Inbox } from '../../../../services/store/index.ts';

const NOW = Date.parse('2026-04-01T12:00:00Z');

const delivered = (...seqs: readonly number[]): Delivery[] =>
	seqs.map((seq) => ({
		consumer: 'trigger',
		eventId: `evt_${seq}`,
		attempt: 1,
		failures: 0,
		isTakenOver: false,
		seq,
		type: 'invoice.paid',
		accountKey: 'cus_1',
		createdAt: new Date(NOW),
		payload: {},
	}));

/** A vendor who answers when it is told to, and counts what it is asked. */
function aVendor() {
	const asked: Array<{ resolve: (answer: number) => void; reject: (error: Error) => void }> = [];
	return {
		count: () => asked.length,
		read: async () =>
			await new Promise<number>((resolve, reject) => asked.push({ resolve, reject })),
		answer: (index: number) => asked[index]?.resolve(index),
		refuse: (index: number) => asked[index]?.reject(new Error('down')),
	};
}

describe('readers of one inbox', () => {
	let now: number;
	let reads: SharedReads;
	let vendor: ReturnType<typeof aVendor>;
	beforeEach(() => {
		now = NOW;
		reads = createSharedReads(() => new Date(now));
		vendor = aVendor();
	});

	/** One reading on behalf of these events, which are all that its batch holds unless it holds more. */
	const read = (question: string, seqs: readonly number[], batch = seqs) => {
		const { ask, askedAt } = reads.startBatch(delivered(...batch))(delivered(...seqs));
		return { answer: ask(question, vendor.read), askedAt };
	};

	/** The first reader's question, which has been answered unless it is still open. */
	async function first(seqs: readonly number[], batch = seqs) {
		const { answer } = read('cus_1', seqs, batch);
		vendor.answer(0);
		await answer;
	}

	it('join a question that is under way', async () => {
		const answers = Array.from({ length: 12 }, () => read('cus_1', [7]).answer);
		expect(vendor.count()).toBe(1);
		vendor.answer(0);
		expect(await Promise.all(answers)).toEqual(Array(12).fill(0));
	});

	it.each<
		[
			string,
			{ first: number[]; batch?: number[]; then: number[]; question?: string; ms?: number },
			number,
		]
	>([
		['the same event', { first: [7], then: [7] }, 1],
		['an earlier event', { first: [7], then: [5, 6] }, 1],
		['a later event that came in before the question', { first: [7], batch: [7, 9], then: [9] }, 1],
		['a later event', { first: [7], then: [8] }, 2],
		['an earlier event and a later one', { first: [7], then: [6, 8] }, 2],
		['another question', { first: [7], then: [7], question: 'cus_2' }, 2],
		['the same event 30 seconds later', { first: [7], then: [7], ms: 30_000 }, 1],
		['the same event after that', { first: [7], then: [7], ms: 30_001 }, 2],
	])(
		'who come with %s',
		async (_, { first: seqs, batch, then, question = 'cus_1', ms = 0 }, times) => {
			await first(seqs, batch);
			now += ms;
			void read(question, then);
			expect(vendor.count()).toBe(times);
		},
	);

	it('are not served by a question that was under way when their event came in', async () => {
		const early = read('cus_1', [7]).answer;
		const late = read('cus_1', [8]).answer;
		expect(vendor.count()).toBe(2);
		vendor.answer(1);
		expect(await late).toBe(1);
		vendor.answer(0);
		expect(await early).toBe(0);
		expect(await read('cus_1', [7]).answer).toBe(1);
	});

	it('get to know when what they were told was asked', async () => {
		await first([7]);
		now += 10_000;
		const { answer, askedAt } = read('cus_1', [7]);
		await answer;
		expect(askedAt()).toEqual(new Date(NOW));
		const anew = read('cus_1', [8]);
		expect(anew.askedAt()).toEqual(new Date(NOW + 10_000));
	});

	it('share a refusal, and ask again after it', async () => {
		const answers = [read('cus_1', [7]).answer, read('cus_1', [7]).answer];
		vendor.refuse(0);
		expect(await Promise.allSettled(answers)).toEqual(
			Array(2).fill({ status: 'rejected', reason: new Error('down') }),
		);
		void read('cus_1', [7]);
		expect(vendor.count()).toBe(2);
	});

	it('remember the last 500 answers', async () => {
		for (let index = 0; index < 501; index++) {
			const { answer } = read(`cus_${index}`, [7]);
			vendor.answer(index);
			await answer;
		}
		void read('cus_500', [7]);
		void read('cus_1', [7]);
		expect(vendor.count()).toBe(501);
		void read('cus_0', [7]);
		expect(vendor.count()).toBe(502);
	});
});

describe('what is read for one inbox', () => {
	it('is of one credential, and no other inbox gets it', () => {
		const [one, other] = [{} as Inbox, {} as Inbox];
		const now = () => new Date(NOW);
		const reads = sharedReadsOf(one, { token: 'one' }, now);
		expect(sharedReadsOf(one, { token: 'one' }, now)).toBe(reads);
		expect(sharedReadsOf(one, { token: 'other' }, now)).not.toBe(reads);
		expect(sharedReadsOf(other, { token: 'one' }, now)).not.toBe(reads);
	});
});
