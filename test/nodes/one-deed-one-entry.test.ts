import type { StripeTrialServices } from '../../nodes/StripeTrial/operation.ts';
import { resources } from '../../nodes/StripeTrial/operations/index.ts';
import type { Consumer } from '../../nodes/StripeTrialTrigger/consumer.ts';
import { readerOf } from '../../nodes/StripeTrialTrigger/drain.ts';
import { enrol } from '../../nodes/StripeTrialTrigger/enrolment.ts';
import { pull } from '../../nodes/StripeTrialTrigger/pull.ts';
import { CATALOGUE } from '../../sandbox/stripe/index.ts';
import { drainInbox } from '../../services/n8n/inbox/drain.ts';
import type { LifecycleStore, Partition, TimelineEntry } from '../../services/store/index.ts';
import { createJournal, type Journal } from '../../services/store/journal.ts';
import { clocksOf } from '../../services/stripe/clock.ts';
import { onBothDatabases } from '../services/store/databases.ts';
import {
	ACCOUNT,
	createWorld,
	PRICE,
	type Trial,
	type World,
} from './StripeTrialTrigger/harness.ts';

jest.setTimeout(60_000);

const EXECUTION = '42';
const OTHER_PRICE = CATALOGUE.prices.teamMonthly;

interface Deed {
	/** What had happened to the trial before, without any node. Null where there was none. */
	readonly before?: readonly Step[] | null;
	/** What a node does. */
	readonly act: (node: Node, trial: Person, world: World) => Promise<unknown>;
	/** The kinds of the timeline; what a node did is marked. */
	readonly timeline: readonly string[];
}

interface Person extends Trial {
	readonly accountId: string;
	readonly email: string;
}

type Step = (world: World, trial: Trial) => Promise<unknown>;
type Node = (resource: string, operation: string, params: object) => Promise<unknown>;

const DEFAULTS = {
	...{ testModeOnly: false, simplify: true, dryRun: false },
	...{ withoutCard: false, options: {}, when: 'at_end', newSubscription: {} },
	...{ lengthBy: 'days', trialDays: 14, withoutPaymentMethod: 'pause', metadata: {} },
	...{ additionalFields: {}, extendBy: 'days', days: 7, endsAt: '' },
	...{ maxExtensions: 3, maxDaysInAll: 30 },
	...{ proration: 'create_prorations', invoices: 'void', resumesAt: '', creditUnusedTime: false },
} as const;

const getsCard: Step = async ({ giveCard }, { customer }) => await giveCard(customer, 'good');
const pays: Step = async ({ stripe }, { subscription }) =>
	await stripe.subscriptions.update(subscription, { trial_end: 'now' });
const leaves: Step = async ({ stripe }, { subscription }) =>
	await stripe.subscriptions.cancel(subscription);
const lapses: Step = async ({ move }) => await move({ days: 15 });

const cancel =
	(resource: 'trial' | 'subscription', when: 'now' | 'at_end'): Deed['act'] =>
	async (node, { subscription }) =>
		await node(resource, 'cancel', {
			[resource]: subscription,
			when,
			options: { feedback: 'unused', comment: 'No time' },
		});

const reactivate: Deed['act'] = async (node, { subscription }) =>
	await node('subscription', 'reactivate', { subscription });

const changePlan =
	(...prices: readonly string[]): Deed['act'] =>
	async (node, { subscription }) => {
		for (const priceId of prices) {
			await node('subscription', 'changePlan', { subscription, priceId });
		}
	};

const extend: Deed['act'] = async (node, { subscription: trial }) =>
	await node('trial', 'extend', { trial, options: { reason: 'asked' } });

/** Everything that both the node Stripe Trial and Stripe's events tell, and what is told beside it. */
const DEEDS: Readonly<Record<string, Deed>> = {
	'starts a trial': {
		before: null,
		act: async (node, { accountId, email }) =>
			await node('trial', 'start', { email, accountId, priceId: PRICE }),
		timeline: ['* trial_started'],
	},
	'extends a trial': { act: extend, timeline: ['trial_started', '* trial_extended'] },
	'extends a trial twice': {
		act: async (node, trial, world) => {
			await extend(node, trial, world);
			await node('trial', 'extend', { trial: trial.subscription, days: 3 });
		},
		timeline: ['trial_started', '* trial_extended', '* trial_extended'],
	},
	'takes up a lapsed trial': {
		before: [lapses],
		act: extend,
		timeline: ['trial_started', 'trial_lapsed', '* trial_extended'],
	},
	'converts a trial': {
		before: [getsCard],
		act: async (node, { subscription: trial }) => await node('trial', 'convert', { trial }),
		timeline: ['trial_started', 'payment_method_added', '* trial_converted'],
	},
	'converts a trial, and nobody has paid yet': {
		act: async (node, { subscription: trial }) =>
			await node('trial', 'convert', { trial, withoutCard: true }),
		timeline: ['trial_started', 'payment_failed', '* trial_ended_early', 'trial_lapsed'],
	},
	'lets a trial run out': {
		act: cancel('trial', 'at_end'),
		timeline: ['trial_started', '* cancellation_scheduled'],
	},
	'ends a trial': {
		act: cancel('trial', 'now'),
		timeline: ['trial_started', '* trial_lapsed'],
	},
	'ends a trial that had lapsed': {
		before: [lapses],
		act: cancel('trial', 'now'),
		timeline: ['trial_started', 'trial_lapsed', '* subscription_ended'],
	},
	'ends what was paid for': {
		before: [getsCard, pays],
		act: cancel('subscription', 'now'),
		timeline: [
			'trial_started',
			'payment_method_added',
			'trial_converted',
			'* subscription_canceled',
		],
	},
	'schedules a cancellation and undoes it, twice': {
		before: [getsCard, pays],
		act: async (node, trial, world) => {
			for (let round = 0; round < 2; round++) {
				await cancel('subscription', 'at_end')(node, trial, world);
				await world.move({ seconds: 5 });
				await reactivate(node, trial, world);
				await world.move({ seconds: 5 });
			}
		},
		timeline: [
			...['trial_started', 'payment_method_added', 'trial_converted'],
			...['* cancellation_scheduled', '* cancellation_undone'],
			...['* cancellation_scheduled', '* cancellation_undone'],
		],
	},
	'changes the plan': {
		before: [getsCard],
		act: changePlan(OTHER_PRICE),
		timeline: ['trial_started', 'payment_method_added', '* plan_changed'],
	},
	'changes the plan back and forth': {
		act: changePlan(OTHER_PRICE, CATALOGUE.prices.proMonthly, OTHER_PRICE),
		timeline: ['trial_started', '* plan_changed', '* plan_changed', '* plan_changed'],
	},
	'resumes a lapsed trial': {
		before: [lapses, getsCard],
		act: reactivate,
		timeline: [
			...['trial_started', 'trial_lapsed', 'payment_method_added'],
			...['* subscription_resumed', 'trial_converted'],
		],
	},
	'resumes a lapsed trial, which waits for a better card': {
		before: [lapses, async ({ giveCard }, { customer }) => await giveCard(customer, 'declined')],
		act: async (node, trial, world) => {
			await reactivate(node, trial, world);
			await getsCard(world, trial);
			await reactivate(node, trial, world);
		},
		timeline: [
			...['trial_started', 'trial_lapsed', 'payment_method_added', 'payment_failed'],
			...['* resumption_requested', '* subscription_resumed', 'trial_converted'],
		],
	},
	'brings somebody back': {
		before: [getsCard, pays, leaves],
		act: reactivate,
		timeline: [
			...['trial_started', 'payment_method_added', 'trial_converted', 'subscription_canceled'],
			'* subscription_resumed',
		],
	},
};

onBothDatabases((database) => {
	let world: World;
	let store: LifecycleStore;
	let partition: Partition;
	beforeAll(async () => {
		store = await database.freshStore();
	});
	beforeEach(async () => {
		world = await createWorld();
		partition = { workspace: `workspace ${workspaces++}`, mode: 'test' };
	});
	afterEach(async () => await world.close());

	it.each(Object.entries(DEEDS))('is one entry, whoever tells first: %s', async (_, deed) => {
		const [trigger, otherTrigger] = [await published('one'), await published('two')];
		const [ada, bob] = [await personOf(deed, 'ada'), await personOf(deed, 'bob')];
		const pass = async () => {
			await trigger();
			await world.move({ seconds: 5 });
		};
		await pass();
		for (const step of deed.before ?? []) {
			for (const trial of [ada, bob]) await step(world, trial);
			await pass();
		}

		const [early, late] = [createTelling(), createTelling()];
		await deed.act(nodeThat(early), ada, world);
		await early.tell();
		await deed.act(nodeThat(late), bob, world);
		await trigger();
		await late.tell();

		const [ofAda, ofBob] = [await entriesOf('ada'), await entriesOf('bob')];
		expect(ofAda.map(toKind).sort()).toEqual([...deed.timeline].sort());
		expect(ofBob.map(toKind).sort()).toEqual([...deed.timeline].sort());
		expect(ofBob.map(toKnown)).toEqual(ofAda.map(toKnown));

		for (const telling of [early, late]) await telling.tell();
		await otherTrigger();
		expect(await entriesOf('ada')).toEqual(ofAda);
		expect(await entriesOf('bob')).toEqual(ofBob);
	});

	async function personOf({ before }: Deed, accountId: string): Promise<Person> {
		const email = `${accountId}@example.com`;
		const trial = before === null ? { customer: '', subscription: '' } : await world.start(email);
		return { ...trial, accountId, email };
	}

	/** A trigger, and the way to let it read everything that is new. */
	async function published(id: string) {
		const consumer: Consumer = {
			...world.consumer(`workflow/${id}`).consumer,
			partition,
			store: store.partition(partition),
		};
		await enrol(consumer, ACCOUNT);
		return async () => {
			await pull(consumer);
			const emit = async () => ({ kind: 'done' }) as const;
			while ((await drainInbox(readerOf(consumer), { emit, whileAlive: (work) => work() })) > 0);
		};
	}

	/** What a node says, kept until it is to be told. */
	function createTelling() {
		const journal = createJournal(
			store,
			{ source: 'stripeTrial', executionId: EXECUTION },
			{ sleep: async () => {}, now: world.now },
		);
		const kept: Array<() => Promise<unknown>> = [];
		return {
			journal: {
				...journal,
				async tell(...news: Parameters<Journal['tell']>) {
					kept.push(async () => expect(await journal.tell(...news)).toEqual({}));
					return {};
				},
			},
			tell: async () => {
				for (const tell of kept) await tell();
			},
		};
	}

	function nodeThat({ journal }: ReturnType<typeof createTelling>): Node {
		const { stripe, now } = world;
		const services: StripeTrialServices = {
			...{ stripe, now, openLedger: async () => ({ store, journal }) },
			...{ timeZone: 'UTC', mode: 'test', requestsPerEndpoint: 1000 },
			clockOf: clocksOf(stripe, now),
		};
		return async (resource, operation, params) => {
			const found = resources
				.find(({ value }) => value === resource)
				?.operations.find(({ value }) => value === operation);
			if (!found) throw new Error(`No ${resource} > ${operation}`);
			const { workspace } = partition;
			await found.run({ ...DEFAULTS, workspace, ...params } as never, services);
		};
	}

	async function entriesOf(accountId: string): Promise<TimelineEntry[]> {
		const { entries } = await store.partition(partition).timeline.list({ accountId, limit: 50 });
		// What one request brings about has no order.
		return entries.toSorted((one, other) => one.kind.localeCompare(other.kind));
	}
});

let workspaces = 0;

function toKind({ kind, executionId }: TimelineEntry): string {
	return executionId === EXECUTION ? `* ${kind}` : kind;
}

/** What is known of it, without what differs from one person to the other. */
function toKnown({ kind, source, cause, data }: TimelineEntry) {
	return { kind, source, isFromStripe: cause !== null, fields: Object.keys(data).sort() };
}
