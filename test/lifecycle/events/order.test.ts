import fc from 'fast-check';
import { mergeFacts, type Account } from '../../../lifecycle/account.ts';
import { currentSubscription } from '../../../lifecycle/current-subscription.ts';
import {
	deriveEvents,
	type BillingEvent,
	type LifecycleEvent,
	type Situation,
} from '../../../lifecycle/events/index.ts';
import type { MissingPaymentMethodBehavior } from '../../../lifecycle/subscription.ts';
import { SEED } from '../../support/seed.ts';
import { createLife, live, type Life, type LivingOptions, type Step } from './life.ts';

const LIVES = 3_000;

const days = fc.integer({ min: 1, max: 40 });
const withoutCard = fc.constantFrom('pause', 'cancel', 'create_invoice');
const step = fc.oneof(
	{ arbitrary: fc.record({ do: fc.constant('wait'), days }), weight: 6 },
	{ arbitrary: fc.record({ do: fc.constant('start'), days, without: withoutCard }), weight: 2 },
	{ arbitrary: fc.record({ do: fc.constant('extend'), days }), weight: 1 },
	...(
		[
			'add card',
			'block card',
			'unblock card',
			'schedule cancellation',
			'undo cancellation',
			'cancel now',
			'convert now',
			'pay by hand',
			'change plan',
			'come back',
		] as const
	).map((deed) => ({ arbitrary: fc.record({ do: fc.constant(deed) }), weight: 1 })),
) as fc.Arbitrary<Step>;
const steps = fc
	.tuple(
		fc.record({ do: fc.constant('start' as const), days, without: withoutCard }),
		fc.array(step, { minLength: 2, maxLength: 14 }),
	)
	.map(([first, others]) => [first, ...others] as Step[]);
/**
 * Whether a trial without a card that ended in an open invoice has lapsed depends on whether a card came
 * since: there the present decides, and afterwards it may say something else.
 */
const stepsWithoutOpenInvoices = steps.map((all) =>
	all.map((one): Step => (one.do === 'start' ? { ...one, without: onlyClosed(one.without) } : one)),
);
const living: fc.Arbitrary<LivingOptions> = fc.record({
	afterRetries: fc.constantFrom('cancel', 'unpaid'),
});

const chance = fc.integer();

function onlyClosed(behavior: MissingPaymentMethodBehavior): MissingPaymentMethodBehavior {
	return behavior === 'create_invoice' ? 'pause' : behavior;
}

/** As the trigger reads: in batches, each key once, whichever batch it comes in. */
function readInBatches(batches: ReadonlyArray<readonly BillingEvent[]>, situation: Situation) {
	const told = new Map<string, LifecycleEvent>();
	for (const batch of batches) {
		for (const event of deriveEvents(batch, situation)) {
			if (!told.has(event.key)) told.set(event.key, event);
		}
	}
	return told;
}

/** Everything but which of the Stripe events told it, and the moment at which a card came. */
const essence = ({ cause: _, ...event }: LifecycleEvent) =>
	event.name === 'payment_method_added' ? { ...event, occurredAt: null } : event;

const essences = (told: ReadonlyMap<string, LifecycleEvent>) =>
	Object.fromEntries([...told].map(([key, event]) => [key, essence(event)]).sort());

function chop<T>(items: readonly T[], sizes: readonly number[]): T[][] {
	const batches: T[][] = [];
	let from = 0;
	for (let index = 0; from < items.length; index++) {
		const size = sizes[index % sizes.length] ?? 1;
		batches.push(items.slice(from, from + size));
		from += size;
	}
	return batches;
}

function forLives<Circumstances>(
	lives: fc.Arbitrary<Circumstances>,
	holds: (circumstances: Circumstances) => void,
) {
	process.stdout.write(`${LIVES} lives, TEST_SEED=${SEED}\n`);
	fc.assert(fc.property(lives, holds), { numRuns: LIVES, seed: SEED });
}

describe('the events of generated lives', () => {
	it('mean the same in any order, with any repetition, in batches of any size', () => {
		const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
		forLives(fc.record({ steps, living, chance, sizes }), (given) => {
			const life = live(given.steps, given.living);
			const situation = life.situation();
			const repeated = [...life.events, ...life.events, ...life.events.slice(0, 5)];
			const batches = chop(shuffle(repeated, given.chance), given.sizes);
			expect(essences(readInBatches(batches, situation))).toEqual(
				essences(readInBatches([life.events], situation)),
			);
		});
	});

	it('tell what really happened to the subscription that speaks for the account', () => {
		forLives(fc.record({ steps: stepsWithoutOpenInvoices, living }), (given) => {
			const life = live(given.steps, given.living);
			const current = currentSubscription(life.situation().subscriptions)?.id;
			const told = deriveEvents(life.events, life.situation());
			expect(namesOf(told, current)).toEqual(
				life.truth
					.filter(({ subscriptionId }) => subscriptionId === current)
					.map(({ name, reason }) => describeFact(name, reason))
					.filter(isComparable)
					.sort(),
			);
			const ofOthers = told.filter(({ subscription }) => subscription?.id !== current);
			expect(ofOthers.filter(({ subscription }) => subscription !== null)).toEqual([]);
		});
	});

	it('tell as they come what they tell afterwards, in an order that makes sense', () => {
		forLives(fc.record({ steps: stepsWithoutOpenInvoices, living }), (given) => {
			const life = createLife(given.living);
			const told: LifecycleEvent[] = [];
			const keys = new Set<string>();
			let read = 0;
			for (const taken of given.steps) {
				life.take(taken);
				const news = deriveEvents(life.events.slice(read), life.situation());
				read = life.events.length;
				told.push(...news.filter(({ key }) => !keys.has(key)));
				for (const { key } of news) keys.add(key);
			}
			const afterwards = deriveEvents(life.events, life.situation());
			expect([...keys]).toEqual(expect.arrayContaining(afterwards.map(({ key }) => key)));
			expectSense(told);
			expectSense(afterwards);
		});
	});

	it('end in the same account', () => {
		forLives(fc.record({ steps, living, chance }), (given) => {
			const life = live(given.steps, given.living);
			expect(accountAfter(shuffle(life.events, given.chance), life)).toEqual(
				accountAfter(life.events, life),
			);
		});
	});
});

/** The same disorder for the same number. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
	let state = seed;
	const draw = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0);
	return items
		.map((item) => ({ item, place: draw() }))
		.sort((one, other) => one.place - other.place)
		.map(({ item }) => item);
}

function namesOf(told: readonly LifecycleEvent[], subscriptionId: string | undefined): string[] {
	return told
		.filter(({ subscription }) => subscription?.id === subscriptionId)
		.map(({ name, reason }) => describeFact(name, reason))
		.filter(isComparable)
		.sort();
}

function describeFact(name: string, reason: string | null): string {
	return ['trial_converted', 'trial_lapsed', 'subscription_resumed'].includes(name)
		? `${name}: ${reason}`
		: name;
}

/** A warning of an end that has come is no news, and a card may be older than the subscription. */
function isComparable(fact: string): boolean {
	return fact !== 'trial_ending' && fact !== 'payment_method_added';
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

/** What the store knows when each event was followed by a reading of the present. */
function accountAfter(events: readonly BillingEvent[], life: Life): Account | null {
	const { now, subscriptions } = life.situation();
	return events.reduce<Account | null>((account, { news }) => {
		const subscription = currentSubscription(subscriptions) ?? null;
		const paidAt =
			news.kind === 'invoice_paid' && news.invoice.amountDue > 0 ? news.invoice.paidAt : null;
		const facts = { accountId: 'acme-1', at: now, subscription, ...(paidAt ? { paidAt } : {}) };
		return mergeFacts(account, facts, now);
	}, null);
}
