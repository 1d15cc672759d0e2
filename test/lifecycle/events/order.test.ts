import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Account } from '../../../lifecycle/account.ts';
import type { LifecycleEvent } from '../../../lifecycle/events/index.ts';
import { openStore } from '../../../services/store/index.ts';
import { SEED } from '../../support/seed.ts';
import { live, type Life, type LivingOptions, type Step } from './life.ts';
import { receive, type Delivery, type Received } from './receiving.ts';

/** When the rules change, tens of thousands: `LIVES=20000 npx jest test/lifecycle/events/order`. */
const LIVES = Number(process.env['LIVES'] ?? 2_500);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const days = fc.integer({ min: 1, max: 40 });
const without = fc.constantFrom('pause', 'cancel', 'create_invoice');
const step = fc.oneof(
	{ arbitrary: fc.record({ do: fc.constant('wait'), days }), weight: 7 },
	{ arbitrary: fc.record({ do: fc.constant('start'), days, without }), weight: 2 },
	{ arbitrary: fc.record({ do: fc.constant('extend'), days }), weight: 1 },
	...(
		[
			'add card',
			'remove card',
			'block card',
			'unblock card',
			'schedule cancellation',
			'undo cancellation',
			'cancel now',
			'convert now',
			'pay by hand',
			'change plan',
			'come back',
			'switch',
		] as const
	).map((deed) => ({ arbitrary: fc.record({ do: fc.constant(deed) }), weight: 1 })),
) as fc.Arbitrary<Step>;
const steps = fc
	.tuple(
		fc.record({ do: fc.constant('start' as const), days, without }),
		fc.array(step, { minLength: 2, maxLength: 14 }),
	)
	.map(([first, others]) => [first, ...others] as Step[]);
const living: fc.Arbitrary<LivingOptions> = fc.record({
	afterRetries: fc.constantFrom('cancel', 'unpaid'),
});

/** How long an event is on its way: at once, after a retry, after a night, an outage, or to the very end. */
const delay = fc.constantFrom(0, 0, 5 * MINUTE, 2 * HOUR, 12 * HOUR, 3 * DAY, 25 * DAY, Infinity);
/** How the events of a life arrive, over and over: each one to three times. */
const arrivals = fc.array(fc.array(delay, { minLength: 1, maxLength: 3 }), {
	minLength: 1,
	maxLength: 9,
});
const reading = fc.record({
	arrivals,
	/** How far apart the inbox is read; what came in between is one batch, or a few. */
	every: fc.constantFrom(1, 10 * MINUTE, DAY, 9 * DAY),
	batchSize: fc.integer({ min: 1, max: 7 }),
	chance: fc.integer(),
});
type Reading = typeof reading extends fc.Arbitrary<infer Value> ? Value : never;

type Given = { readonly steps: readonly Step[] };

const lives = fc.record({ steps, living, reading });

function forLives(holds: (life: Life, given: Reading & Given) => void) {
	process.stdout.write(`${LIVES} lives, TEST_SEED=${SEED}\n`);
	fc.assert(
		fc.property(lives, (given) =>
			holds(live(given.steps, given.living), { ...given, ...given.reading }),
		),
		{ numRuns: LIVES, seed: SEED },
	);
}

describe('the events of generated lives, whatever is repeated and whenever each is read', () => {
	it('say that what really happened has happened', () => {
		forLives((life, given) => {
			const { recorded } = receive(life, batchesOf(life, given));
			const said = [...recorded.values()].map((event) =>
				inWords({ ...event, subscriptionId: event.subscription?.id ?? '' }),
			);
			expect(said.filter(isComparable).sort()).toEqual(
				life.truth.map(inWords).filter(isComparable).sort(),
			);
		});
	});

	it('write the same history', () => {
		forLives((life, given) => {
			expect(essences(receive(life, batchesOf(life, given)))).toEqual(
				essences(receive(life, [atTheEnd(life)])),
			);
		});
	});

	it('leave the same account, even where one batch overtakes another', () => {
		forLives((life, given) => {
			const batches = batchesOf(life, given);
			const once = stateOf(receive(life, [atTheEnd(life)]).account);
			expect(stateOf(receive(life, batches).account)).toEqual(once);
			expect(stateOf(receive(life, overtaking(batches, given.chance)).account)).toEqual(once);
		});
	});

	it('are told as they come in an order that makes sense, however long the pauses', () => {
		forLives((life, given) => {
			const { told } = receive(life, inTheirOrder(life, given));
			expectSense(told.map(({ event }) => event));
			expectSense(receive(life, [atTheEnd(life)]).told.map(({ event }) => event));
		});
	});

	it('announce the end of a trial as long as it will come', () => {
		forLives((life, given) => {
			const batches = batchesOf(life, given);
			const announced = batches.flat().flatMap(({ event: { news }, readAt }) => {
				if (news.kind !== 'trial_will_end') return [];
				const { id, trial, cancelsAt } = news.subscription;
				const present = life.situation(readAt).subscriptions.find((one) => one.id === id);
				const isToCome =
					cancelsAt === null &&
					present?.status === 'trialing' &&
					present.cancelsAt === null &&
					present.trial?.endsAt.getTime() === trial?.endsAt.getTime() &&
					(trial?.endsAt ?? 0) > readAt;
				return isToCome ? [`${id} ${trial?.endsAt.getTime()}`] : [];
			});
			const { recorded } = receive(life, batches);
			const told = [...recorded.values()]
				.filter(({ name }) => name === 'trial_ending')
				.map(({ subscription, occurredAt }) => ({ id: subscription?.id, occurredAt }));
			expect(told).toHaveLength(new Set(announced).size);
		});
	});

	it('tell of a lapse that lasts even a flow that wants nothing stale', () => {
		forLives((life, given) => {
			const { account, recorded, toldFresh } = receive(life, batchesOf(life, given));
			// Without a card once more, the account has lapsed again, and Stripe says nothing.
			const isSilent = given.steps.some(({ do: deed }) => deed === 'remove card');
			if (account?.stage !== 'lapsed' || isSilent) return;
			const lapses = toldFresh.filter(
				({ event: { name, subscription } }) =>
					name === 'trial_lapsed' && subscription?.id === account.subscription?.id,
			);
			expect([...recorded.values()].map(({ name }) => name)).toContain('trial_lapsed');
			expect(lapses.map(({ event }) => event.isStale)).toContain(false);
		});
	});

	it('are claimed and written down by the store itself as they are here', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'order-'));
		const store = await openStore({ kind: 'sqlite', file: join(folder, 'store.sqlite') });
		try {
			const some = fc.sample(lives, { numRuns: 100, seed: SEED });
			for (const [index, { steps: all, living: options, reading: how }] of some.entries()) {
				const life = live(all, options);
				const { claims, recorded } = receive(life, batchesOf(life, how));
				const { inbox, timeline } = store.partition({ workspace: `life-${index}`, mode: 'test' });
				for (const { facts, ours } of claims) {
					expect(await inbox.claimFacts('flow', facts, life.situation().now)).toEqual(ours);
				}
				const entries = [...recorded.values()].map(({ key, name, occurredAt }) => ({
					accountId: 'acme-1',
					at: occurredAt,
					kind: name,
					source: 'stripeTrialTrigger',
					key,
				}));
				expect(await timeline.appendAll([...entries, ...entries])).toBe(recorded.size);
			}
		} finally {
			await store.close();
			rmSync(folder, { recursive: true, force: true });
		}
	});

	it('reach a flow, each by one of its events alone, but for those of a subscription that another has superseded by then', () => {
		forLives((life, given) => {
			const { recorded, told } = receive(life, batchesOf(life, given));
			for (const { event, at } of told) {
				expect([undefined, life.speaker(at)?.id]).toContain(event.subscription?.id);
			}
			const tellers = new Set(told.map(({ event: { key, cause } }) => `${key} ${cause.id}`));
			const heard = new Set(told.map(({ event }) => event.key));
			expect(tellers.size).toBe(heard.size);
			const unheard = [...recorded.values()].filter(({ key }) => !heard.has(key));
			for (const { subscription } of unheard) {
				expect(subscription?.id).not.toBe(life.speaker(life.situation().now)?.id);
			}
		});
	});
});

/** Every event, each read in its time: in batches, and in disorder where several are read at once. */
function batchesOf(life: Life, { arrivals, every, batchSize, chance }: Reading): Delivery[][] {
	const end = life.situation().now.getTime();
	const readings = new Map<number, Delivery[]>();
	for (const [index, event] of life.events.entries()) {
		for (const late of arrivals[index % arrivals.length] ?? []) {
			const arrivedAt = Math.min(event.at.getTime() + late, end);
			const readAt = Math.min(Math.ceil(arrivedAt / every) * every, end);
			const others = readings.get(readAt) ?? [];
			readings.set(readAt, [...others, { event, readAt: new Date(readAt) }]);
		}
	}
	return [...readings]
		.sort(([one], [other]) => one - other)
		.flatMap(([, deliveries]) => chop(shuffle(deliveries, chance), batchSize));
}

/** Batches that are under way at the same time are written down in any order. */
function overtaking(batches: readonly Delivery[][], chance: number): Delivery[][] {
	const atOnce = new Map<number, Delivery[][]>();
	for (const batch of batches) {
		const moment = Math.floor((batch[0]?.readAt.getTime() ?? 0) / (10 * MINUTE));
		atOnce.set(moment, [...(atOnce.get(moment) ?? []), batch]);
	}
	return [...atOnce.values()].flatMap((some) => shuffle(some, chance));
}

/** One after the other, each when it comes or when the one before it has been read at last. */
function inTheirOrder(life: Life, { arrivals }: Reading): Delivery[][] {
	const end = life.situation().now.getTime();
	let readAt = 0;
	return life.events.map((event, index) => {
		const [late = 0] = arrivals[index % arrivals.length] ?? [];
		readAt = Math.min(Math.max(readAt, event.at.getTime() + late), end);
		return [{ event, readAt: new Date(readAt) }];
	});
}

function atTheEnd(life: Life): Delivery[] {
	return life.events.map((event) => ({ event, readAt: life.situation().now }));
}

function chop<T>(items: readonly T[], size: number): T[][] {
	const count = Math.ceil(items.length / size);
	return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** The same disorder for the same number. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
	let state = seed;
	const draw = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0);
	return items
		.map((item) => ({ item, place: draw() }))
		.sort((one, other) => one.place - other.place)
		.map(({ item }) => item);
}

/** What cannot happen before something else. */
function expectSense(told: readonly LifecycleEvent[]) {
	const last = new Map<string, string[]>();
	for (const { name, subscription } of told) {
		const id = subscription?.id ?? '';
		const before = last.get(id) ?? [];
		if (name === 'trial_started') expect(before).not.toContain('trial_lapsed');
		if (name === 'trial_converted' || name === 'trial_lapsed') {
			expect(before).toContain('trial_started');
			expect(before).not.toContain('subscription_canceled');
		}
		if (name === 'payment_recovered' || name === 'payment_given_up')
			expect(before).toContain('payment_failed');
		if (name === 'cancellation_undone') expect(before).toContain('cancellation_scheduled');
		if (name === 'trial_lapsed') expect(before).not.toContain('trial_converted');
		last.set(id, [...before, name]);
	}
}

/** Everything but which of the Stripe events told it, and what the present says of it. */
function essences({ recorded }: Received) {
	return [...recorded.values()]
		.filter(({ name }) => name !== 'trial_ending')
		.map(essenceOf)
		.sort((one, other) => (one.key < other.key ? -1 : 1));
}

function essenceOf(event: LifecycleEvent) {
	const { name, key, occurredAt, reason, comment, before, subscription, invoice } = event;
	// A card is the customer's, and known by whichever event shows it first.
	if (name === 'payment_method_added') return { name, key };
	const ids = { subscriptionId: subscription?.id, invoiceId: invoice?.id };
	return { name, key, occurredAt, reason, comment, before, ...ids };
}

/** Everything but when it was learnt. */
function stateOf(account: Account | null) {
	return account && { ...account, knownAt: null };
}

function inWords({ name, subscriptionId, reason }: Omit<Life['truth'][number], 'at'>): string {
	const hasReason = [
		'trial_converted',
		'trial_lapsed',
		'subscription_resumed',
		'payment_failed',
		'subscription_canceled',
	].includes(name);
	return `${subscriptionId} ${name}${hasReason ? `: ${reason}` : ''}`;
}

/** A warning of an end that has come is no news, and a card may be older than the subscription. */
function isComparable(fact: string): boolean {
	return !/ (trial_ending|payment_method_added)$/.test(fact);
}
