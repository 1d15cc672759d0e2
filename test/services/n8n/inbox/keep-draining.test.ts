import type { InboxReader, Outputs } from '../../../../services/n8n/inbox/drain.ts';
import { keepDraining } from '../../../../services/n8n/inbox/keep-draining.ts';
import type { Delivery, Inbox } from '../../../../services/store/index.ts';
import { waitFor } from '../../../support/wait-for.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const PARTITION = { workspace: 'default', mode: 'test' } as const;

const aDelivery = (eventId: string): Delivery => ({
	consumer: 'trigger',
	eventId,
	attempt: 1,
	failures: 0,
	isTakenOver: false,
	seq: 1,
	type: 'invoice.paid',
	accountKey: eventId,
	createdAt: NOW,
	payload: {},
});

/** An inbox that hands out these batches, and then says for ever that something is due. */
function aReader(batches: Delivery[][]) {
	const calls = { claims: 0, completed: [] as string[] };
	const inbox = {
		claim: async () => {
			calls.claims += 1;
			return batches.shift() ?? [];
		},
		complete: async (done: readonly Delivery[]) => {
			calls.completed.push(...done.map(({ eventId }) => eventId));
			return done.length;
		},
		nextDueAt: async () => NOW,
	} as unknown as Inbox;
	const reader: InboxReader<Delivery> = {
		id: 'trigger',
		inbox,
		batchSize: 1,
		maxAttempts: 1,
		now: () => NOW,
		log: () => {},
		report: () => {},
		messageOf: String,
		isPassing: () => true,
		words: { events: 'events', parkedHint: '' },
		startReading:
			() =>
			async ([delivery]) =>
				delivery as Delivery,
		outputsOf: (tellings) => [tellings.map(({ eventId }) => ({ json: { eventId } }))],
	};
	return { reader, calls };
}

describe('keep draining', () => {
	const stopping = { controller: new AbortController() };
	beforeEach(() => (stopping.controller = new AbortController()));
	afterEach(() => stopping.controller.abort());

	it('reads the next batch while the flow is at work with one', async () => {
		const { reader, calls } = aReader([[aDelivery('evt_1')], [aDelivery('evt_2')]]);
		const emitted: Outputs[] = [];
		let finish = () => {};
		const atWork = new Promise<void>((resolve) => (finish = resolve));
		void keepDraining(stopping.controller.signal, reader, {
			source: 'stripe',
			partition: PARTITION,
			emit: async (outputs) => {
				emitted.push(outputs);
				if (emitted.length === 1) await atWork;
				return { kind: 'done' };
			},
		});
		await waitFor('the second to be done', async () =>
			calls.completed.includes('evt_2') ? true : undefined,
		);
		expect(calls.completed).toEqual(['evt_2']);
		finish();
		await waitFor('the first to be done', async () =>
			calls.completed.includes('evt_1') ? true : undefined,
		);
	});

	it('rests when what is due waits behind something else', async () => {
		const { reader, calls } = aReader([]);
		const draining = keepDraining(stopping.controller.signal, reader, {
			source: 'stripe',
			partition: PARTITION,
			emit: async () => ({ kind: 'done' }),
			lookEveryMs: 50,
		});
		await waitFor('a second look', async () => (calls.claims > 2 ? true : undefined));
		stopping.controller.abort();
		await draining;
		expect(calls.claims).toBeLessThan(20);
	});
});
