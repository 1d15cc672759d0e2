import type Stripe from 'stripe';
import {
	decideAccess,
	DEFAULT_ACCESS_POLICY,
	type AccessDecision,
} from '../../../lifecycle/access.ts';
import type { AccessLevel } from '../../../lifecycle/access-level.ts';
import { hasOtherAccess } from '../../../lifecycle/access-difference.ts';
import { currentSubscription } from '../../../lifecycle/current-subscription.ts';
import { isAfterTrial } from '../../../lifecycle/events/invoice.ts';
import { sync } from '../../../nodes/AccessProvisioning/operations/access/sync.operation.ts';
import type { CardKind, Settings } from '../../../sandbox/stripe/index.ts';
import type { AccessClient, Instance } from '../../../services/access/client.ts';
import { createJournal } from '../../../services/store/journal.ts';
import { toInvoice } from '../../../services/stripe/to-invoice.ts';
import { toSubscription } from '../../../services/stripe/to-subscription.ts';
import { createWorld, PRICE, published, type World } from '../StripeTrialTrigger/harness.ts';

/**
 * A few here, always the same ones. When the rules change, thousands of others:
 * `HISTORIES=1000 HISTORIES_SEED=7 npx jest test/nodes/AccessProvisioning/histories`.
 */
const PEOPLE = Number(process.env['HISTORIES'] ?? 30);
const SEED = Number(process.env['HISTORIES_SEED'] ?? 1);
const STEPS = 16;

/** What may happen to somebody on a day, and how often of a hundred days. */
const DEEDS = {
	giveGoodCard: 22,
	giveBadCard: 9,
	cancelAtEnd: 4,
	undoCancellation: 6,
	cancelNow: 1,
	extendTrial: 3,
	resume: 8,
	subscribeAgain: 9,
	payByHand: 5,
} as const;
type Deed = keyof typeof DEEDS;

const BAD_CARDS: readonly CardKind[] = [
	'declined',
	'insufficient_funds',
	'expired',
	'authentication_required',
];

interface Someone {
	readonly accountId: string;
	readonly customer: string;
	subscription: string;
}

/** Numbers by chance that come again with the same seed. */
type Chance = (below: number) => number;

describe.each<Settings['afterRetries']>(['cancel', 'unpaid', 'past_due', 'pause'])(
	'after any history of billing, where Stripe ends retries with "%s"',
	(afterRetries) => {
		jest.setTimeout(600_000);
		let world: World;
		beforeEach(async () => {
			world = await createWorld({ afterRetries });
		});
		afterEach(async () => await world.close());

		it(`access is what the last word of billing demands, for ${PEOPLE} people`, async () => {
			const chance = chanceFrom(SEED);
			const product = createProduct();
			const trigger = await published(world, 'workflow/trigger');
			const people = await arrive(world, product, chance);
			const untils = new Map<string, Date>();
			let late: string[] = [];

			const apply = async (accountId: string) => {
				const row = await syncAccess(world, product, accountId);
				if (row['until']) untils.set(accountId, new Date(String(row['until'])));
				else untils.delete(accountId);
			};
			for (let step = 0; step < STEPS; step++) {
				await world.move({ days: 1 + chance(6) });
				for (const one of people) await live(world, one, chance);
				await trigger.catchUp();
				const told = trigger.executions
					.splice(0)
					.flatMap((outputs) => outputs.flat())
					.map(({ json }) => (json['account'] as { accountId: string }).accountId);
				const due = [...untils].filter(([, at]) => at <= world.now()).map(([id]) => id);
				// Flows repeat, overtake each other and come late.
				const orders = shuffled([...told, ...told.slice(0, chance(30)), ...due, ...late], chance);
				late = step === STEPS - 1 ? [] : orders.splice(0, chance(orders.length / 4 + 1));
				for (const accountId of orders) await apply(accountId);
			}
			// A trial that lapsed, was revived and lapsed again is told once: the night finds such people.
			const doubted = await atNight(world, people);
			for (const accountId of doubted) await apply(accountId);
			expect(doubted.length).toBeLessThanOrEqual(Math.max(2, PEOPLE / 20));

			const wrong: object[] = [];
			for (const one of people) {
				const demanded = await demandOf(world, one);
				const level = product.levelOf(one.accountId);
				if (level !== demanded.level) wrong.push({ seed: SEED, ...one, level, demanded });
			}
			expect(wrong).toEqual([]);
			const levels = people.map(({ accountId }) => product.levelOf(accountId));
			expect(new Set(levels).size).toBeGreaterThan(2);
		});
	},
);

/** Somebody signs up, and has an instance from then on. */
async function arrive(world: World, product: Product, chance: Chance): Promise<Someone[]> {
	const people: Someone[] = [];
	for (let number = 0; number < PEOPLE; number++) {
		const name = `p${number}`;
		const { customer, subscription } = await world.start(`${name}@example.com`, {
			trial_period_days: 3 + chance(28),
			trial_settings: {
				end_behavior: {
					missing_payment_method:
						(['pause', 'cancel', 'create_invoice'] as const)[chance(3)] ?? 'pause',
				},
			},
		});
		product.open(name);
		people.push({ accountId: name, customer, subscription });
	}
	return people;
}

async function live(world: World, one: Someone, chance: Chance): Promise<void> {
	for (const [deed, percent] of Object.entries(DEEDS) as Array<[Deed, number]>) {
		if (chance(100) >= percent) continue;
		// What Stripe refuses, nobody did.
		await carryOut(world, one, deed, chance).catch(() => undefined);
	}
}

async function carryOut(world: World, one: Someone, deed: Deed, chance: Chance): Promise<void> {
	const { stripe } = world;
	switch (deed) {
		case 'giveGoodCard':
			return await world.giveCard(one.customer, 'good');
		case 'giveBadCard':
			return await world.giveCard(one.customer, BAD_CARDS[chance(BAD_CARDS.length)] ?? 'declined');
		case 'cancelAtEnd':
			return void (await stripe.subscriptions.update(one.subscription, {
				cancel_at_period_end: true,
			}));
		case 'undoCancellation':
			return void (await stripe.subscriptions.update(one.subscription, {
				cancel_at_period_end: false,
			}));
		case 'cancelNow':
			return void (await stripe.subscriptions.cancel(one.subscription));
		case 'extendTrial': {
			const { status, trial_end: end } = await stripe.subscriptions.retrieve(one.subscription);
			if (status !== 'trialing' || end === null) return;
			return void (await stripe.subscriptions.update(one.subscription, {
				trial_end: end + 7 * 86_400,
				proration_behavior: 'none',
			}));
		}
		case 'resume': {
			const { status_details: details } = await stripe.subscriptions.retrieve(one.subscription);
			// After a debt was given up, the next one begins a grace of its own; that is another story.
			const cause = details?.paused?.subscription?.type;
			if (cause !== 'trial_end_without_payment_method') return;
			return void (await stripe.subscriptions.resume(one.subscription));
		}
		case 'subscribeAgain': {
			const { status } = await stripe.subscriptions.retrieve(one.subscription);
			if (status !== 'canceled') return;
			const { id } = await stripe.subscriptions.create({
				customer: one.customer,
				items: [{ price: PRICE }],
				metadata: { account_id: one.accountId },
			});
			one.subscription = id;
			return;
		}
		case 'payByHand': {
			const { data } = await stripe.invoices.list({ customer: one.customer, status: 'open' });
			if (data[0]) await stripe.invoices.pay(data[0].id ?? '');
			return;
		}
	}
}

interface Product extends AccessClient {
	open(accountId: string): void;
	levelOf(accountId: string): AccessLevel | undefined;
}

/** A product in memory that does what it is told. */
function createProduct(): Product {
	const instances = new Map<string, Instance>();
	const change = (accountId: string, changes: Partial<Instance>) => {
		const instance = instances.get(accountId);
		if (!instance) throw new Error(`${accountId} has no instance`);
		const changed = { ...instance, ...changes };
		instances.set(accountId, changed);
		return { instance: changed, retryAfterMs: null };
	};
	return {
		open: (accountId) =>
			void instances.set(accountId, {
				accountId,
				status: 'ready',
				access: 'full',
				instanceUrl: null,
				plan: null,
				reason: null,
				updatedAt: '',
			}),
		levelOf: (accountId) => instances.get(accountId)?.access,
		get: async (accountId) => {
			const instance = instances.get(accountId);
			return instance && { instance, retryAfterMs: null };
		},
		put: async (accountId) => change(accountId, {}),
		setAccess: async (accountId, body) => {
			const { level, reason } = body as { level: AccessLevel; reason: string };
			return change(accountId, { access: level, reason });
		},
		revoke: async (accountId) => change(accountId, { access: 'none', status: 'revoked' }),
	};
}

/** Whom the nightly comparison with Stripe would name. */
async function atNight({ store, now }: World, people: readonly Someone[]): Promise<string[]> {
	const { accounts } = store.partition({ workspace: 'default', mode: 'test' });
	const doubted: string[] = [];
	for (const { accountId } of people) {
		const account = await accounts.get(accountId);
		if (account && hasOtherAccess(account, DEFAULT_ACCESS_POLICY, now())) doubted.push(accountId);
	}
	return doubted;
}

async function syncAccess(world: World, product: Product, accountId: string) {
	const { store, now } = world;
	const row = await sync.run(
		{ accountId, policy: {}, now: '', mode: 'test', workspace: 'default' } as never,
		{
			access: product,
			store,
			now,
			timeZone: 'UTC',
			executionId: undefined,
			signingSecret: () => '',
			journal: createJournal(
				store,
				{ source: 'accessProvisioning', executionId: undefined },
				{ sleep: async () => undefined, now },
			),
		},
	);
	return row as Record<string, unknown>;
}

/** What billing demands by Stripe's own records, read afresh and without the store. */
async function demandOf({ stripe, now }: World, one: Someone): Promise<AccessDecision> {
	const { data } = await stripe.subscriptions.list({
		customer: one.customer,
		status: 'all',
		limit: 100,
		expand: ['data.customer'],
	});
	const current = currentSubscription(data.map(toSubscription)) ?? null;
	const invoices = current
		? (await stripe.invoices.list({ subscription: current.id, limit: 100 })).data
		: [];
	const facts = {
		hasPaid: invoices.some((raw) => isRealPayment(raw, current?.trial ?? null)),
		failingSince: failingSinceOf(invoices),
	};
	return decideAccess(current, facts, DEFAULT_ACCESS_POLICY, now());
}

function isRealPayment(raw: Stripe.Invoice, trial: Parameters<typeof isAfterTrial>[1]): boolean {
	const invoice = toInvoice(raw);
	return invoice !== null && invoice.paidAt !== null && isAfterTrial(invoice, trial);
}

/** The oldest debt that is still open. */
function failingSinceOf(invoices: readonly Stripe.Invoice[]): Date | null {
	const failed = invoices
		.filter(({ status, attempted }) => status === 'open' && attempted)
		.map(({ status_transitions: { finalized_at: at } }) => at ?? 0);
	return failed.length > 0 ? new Date(Math.min(...failed) * 1000) : null;
}

function chanceFrom(seed: number): Chance {
	let state = seed >>> 0;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

function shuffled<T>(values: readonly T[], chance: Chance): T[] {
	const result = [...values];
	for (let at = result.length - 1; at > 0; at--) {
		const other = chance(at + 1);
		[result[at], result[other]] = [result[other] as T, result[at] as T];
	}
	return result;
}
