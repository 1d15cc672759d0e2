import type { AccountFacts } from '../../../lifecycle/account.ts';
import type {
	AccountQuery,
	DueQuery,
	LifecycleStore,
	StorePartition,
} from '../../../services/store/index.ts';
import { aSubscription } from '../../support/subscription.ts';
import { onBothDatabases } from './databases.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const day = (dayOfMarch: number) => new Date(Date.UTC(2026, 2, dayOfMarch, 12));

const ann: AccountFacts = {
	accountId: 'acme-1',
	at: NOW,
	email: 'Ann+trial@Example.com',
	name: "Ann O'Neil",
	customerId: 'cus_1',
	contactId: 'contact-1',
	subscription: aSubscription(),
	signedUpAt: day(1),
};

onBothDatabases((database) => {
	let store: LifecycleStore;
	let partition: StorePartition;
	beforeAll(async () => {
		store = await database.freshStore();
	});
	let workspaces = 0;
	beforeEach(() => {
		partition = store.partition({ workspace: `workspace ${workspaces++}`, mode: 'test' });
	});

	const learn = async (...facts: readonly AccountFacts[]) => {
		for (const fact of facts) await partition.accounts.upsert(fact, NOW);
	};

	describe('upsertAll', () => {
		it('does for several, in their order, what upsert does for one', async () => {
			await learn({ ...ann, accountId: 'known' });
			const at = day(11);
			const results = await partition.accounts.upsertAll([
				{ facts: { accountId: 'known', at, name: 'Anna' }, now: NOW },
				{ facts: { accountId: 'new', at, name: 'Bob' }, now: NOW },
				{ facts: { ...ann, accountId: 'known', name: 'Anna', at }, now: NOW },
			]);
			expect(results.map(({ outcome, account }) => [outcome, account.name])).toEqual([
				['changed', 'Anna'],
				['created', 'Bob'],
				['unchanged', 'Anna'],
			]);
			expect(await partition.accounts.get('known')).toMatchObject({ name: 'Anna' });
			expect(await partition.accounts.get('new')).toMatchObject({ name: 'Bob' });
		});

		it('does nothing for nobody', async () => {
			expect(await partition.accounts.upsertAll([])).toEqual([]);
		});
	});

	describe('upsert', () => {
		it('stores a new account with everything that was learnt', async () => {
			const { outcome } = await partition.accounts.upsert(ann, NOW);

			expect(outcome).toBe('created');
			expect(await partition.accounts.get('acme-1')).toMatchObject({
				...{ accountId: 'acme-1', email: 'Ann+trial@Example.com', name: "Ann O'Neil" },
				subscription: aSubscription(),
				signedUpAt: day(1),
				stage: 'trialing',
				knownAt: { email: NOW },
			});
		});

		it('says what changed, and that a repetition changes nothing', async () => {
			await learn(ann);
			expect(await partition.accounts.upsert(ann, NOW)).toMatchObject({
				outcome: 'unchanged',
				changes: [],
			});
			const renamed = { accountId: 'acme-1', at: day(11), name: 'Anna' };
			expect(await partition.accounts.upsert(renamed, NOW)).toMatchObject({
				outcome: 'changed',
				changes: [{ field: 'name', from: "Ann O'Neil", to: 'Anna' }],
			});
		});

		it('never lets older facts overwrite newer ones', async () => {
			await learn(ann, { accountId: 'acme-1', at: day(5), name: 'Old', language: 'hu' });
			expect(await partition.accounts.get('acme-1')).toMatchObject({
				name: "Ann O'Neil",
				language: 'hu',
			});
		});

		it('loses no fact when many are learnt at once', async () => {
			const facts = Array.from({ length: 20 }, (_, index) => ({
				accountId: 'acme-1',
				at: new Date(NOW.getTime() + index),
				name: `Name ${index}`,
				...(index === 7 ? { language: 'hu' } : {}),
			}));
			const results = await Promise.all(
				facts.map(async (fact) => await partition.accounts.upsert(fact, NOW)),
			);
			expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
			expect(await partition.accounts.get('acme-1')).toMatchObject({
				name: 'Name 19',
				language: 'hu',
			});
		});
	});

	describe('find', () => {
		it.each([
			['any spelling of the e-mail', { email: ' ANN@example.com' }],
			['the customer', { customerId: 'cus_1' }],
			['the subscription', { subscriptionId: 'sub_1' }],
			['the contact', { contactId: 'contact-1' }],
		])('by %s', async (_, sign) => {
			await learn(ann);
			expect(await partition.accounts.find(sign)).toMatchObject({ accountId: 'acme-1' });
		});

		it('finds nobody where there is nobody, nor in another partition', async () => {
			await learn(ann);
			expect(await partition.accounts.find({ email: 'bob@example.com' })).toBeNull();
			const live = store.partition({ workspace: `workspace ${workspaces - 1}`, mode: 'live' });
			expect(await live.accounts.find({ customerId: 'cus_1' })).toBeNull();
			expect(await live.accounts.get('acme-1')).toBeNull();
		});

		it('gives the younger of two accounts of one person', async () => {
			await learn(ann);
			await partition.accounts.upsert({ ...ann, accountId: 'acme-2' }, day(11));
			expect(await partition.accounts.find({ customerId: 'cus_1' })).toMatchObject({
				accountId: 'acme-2',
			});
		});
	});

	describe('list', () => {
		const trialUntil = (accountId: string, endsAt: Date, more: Partial<AccountFacts> = {}) => ({
			accountId,
			at: NOW,
			subscription: aSubscription({ trial: { startedAt: day(1), endsAt } }),
			...more,
		});
		beforeEach(async () => {
			await learn(
				trialUntil('c', day(20), { lastActiveAt: day(9) }),
				trialUntil('a', day(30), { signedUpAt: day(2) }),
				trialUntil('b', day(20), { lastActiveAt: day(3) }),
				{ accountId: 'd', at: NOW, signedUpAt: day(9) },
				{ accountId: 'e', at: NOW, subscription: aSubscription({ status: 'active', trial: null }) },
			);
		});
		const ids = async (query: Partial<AccountQuery>) => {
			const page = await partition.accounts.list({ limit: 100, ...query });
			return page.accounts.map(({ accountId }) => accountId).join('');
		};

		it.each([
			['everybody', {}, 'abcde'],
			['by stage', { stages: ['active', 'none'] }, 'de'],
			['by no stage', { stages: [] }, ''],
			['by plan', { plan: 'price_pro' }, 'abce'],
			['by a plan that nobody has', { plan: 'price_basic' }, ''],
			['by the end of the trial, from', { trialEndsFrom: day(30) }, 'a'],
			['by the end of the trial, before', { trialEndsBefore: day(30) }, 'bc'],
			['by inactivity', { inactiveSince: day(5) }, 'ab'],
			['sorted by the end of the trial', { sortBy: 'trialEndsAt' }, 'bca'],
			['sorted by it, latest first', { sortBy: 'trialEndsAt', direction: 'desc' }, 'acb'],
			['sorted by sign-up', { sortBy: 'signedUpAt' }, 'ad'],
			['sorted by activity, latest first', { sortBy: 'lastActiveAt', direction: 'desc' }, 'cb'],
		] as const)('%s', async (_, query, expected) => {
			expect(await ids(query)).toBe(expected);
		});

		it.each(['asc', 'desc'] as const)(
			'gives every account once over pages of any size, %s',
			async (direction) => {
				for (const limit of [1, 2, 3, 5]) {
					const seen: string[] = [];
					let cursor: string | null | undefined;
					while (cursor !== null) {
						const page = await partition.accounts.list({
							limit,
							direction,
							sortBy: 'trialEndsAt',
							...(cursor === undefined ? {} : { cursor }),
						});
						seen.push(...page.accounts.map(({ accountId }) => accountId));
						cursor = page.nextCursor;
					}
					expect(seen.join('')).toBe(direction === 'asc' ? 'bca' : 'acb');
				}
			},
		);

		it.each(['nonsense', '', Buffer.from('[1]').toString('base64url')])(
			'refuses the cursor "%s"',
			async (cursor) => {
				await expect(partition.accounts.list({ limit: 1, cursor })).rejects.toThrow(/cursor/);
			},
		);
	});

	describe('due', () => {
		const trialEnding: DueQuery = { anchor: 'trialEndsAt', from: day(15), to: day(18), limit: 100 };
		beforeEach(async () => {
			await learn(
				...[14, 15, 16, 17, 18].map((dayOfMarch) => ({
					accountId: `ends-${dayOfMarch}`,
					at: NOW,
					subscription: aSubscription({ trial: { startedAt: day(1), endsAt: day(dayOfMarch) } }),
				})),
			);
		});
		const ids = async (query: Partial<DueQuery>) =>
			(await partition.accounts.due({ ...trialEnding, ...query })).map(
				({ accountId }) => accountId,
			);

		it('gives the accounts of the window, its start included, its end not, oldest first', async () => {
			expect(await ids({})).toEqual(['ends-15', 'ends-16', 'ends-17']);
		});

		it('goes on after the last one', async () => {
			const [first, second] = await partition.accounts.due({ ...trialEnding, limit: 2 });
			expect(first?.accountId).toBe('ends-15');
			expect(await ids({ ...(second ? { after: second } : {}) })).toEqual(['ends-17']);
		});

		it('filters by stage', async () => {
			await learn({
				accountId: 'ends-16',
				at: day(11),
				subscription: aSubscription({ status: 'canceled' }),
			});
			expect(await ids({ stages: ['trialing'] })).toEqual(['ends-15', 'ends-17']);
		});

		it('leaves out who was handled, and takes them up again when the trial was extended', async () => {
			const step = { journey: 'conversion', step: 'last-day' };
			await partition.sends.claim(
				{
					key: 'k',
					accountId: 'ends-16',
					channel: 'email',
					category: 'marketing',
					...step,
					anchorAt: day(16),
					leaseMs: 1,
				},
				NOW,
			);
			expect(await ids({ notYetClaimed: step })).toEqual(['ends-15', 'ends-17']);
			expect(await ids({ notYetClaimed: { ...step, step: 'other' } })).toHaveLength(3);

			await learn({
				accountId: 'ends-16',
				at: day(11),
				subscription: aSubscription({ trial: { startedAt: day(1), endsAt: day(17) } }),
			});
			expect(await ids({ notYetClaimed: step })).toEqual(['ends-15', 'ends-16', 'ends-17']);
		});

		it.each([
			['signedUpAt', { signedUpAt: day(16) }],
			[
				'trialStartedAt',
				{ subscription: aSubscription({ trial: { startedAt: day(16), endsAt: day(30) } }) },
			],
			[
				'lapsedAt',
				{
					subscription: aSubscription({
						status: 'canceled',
						endedAt: day(16),
						trial: { startedAt: day(1), endsAt: day(20) },
					}),
				},
			],
			[
				'canceledAt',
				{
					subscription: aSubscription({
						cancelRequestedAt: day(16),
						cancelsAt: day(28),
						trial: null,
					}),
				},
			],
			[
				'subscriptionEndsAt',
				{
					subscription: aSubscription({
						cancelRequestedAt: day(2),
						cancelsAt: day(16),
						trial: null,
					}),
				},
			],
			[
				'subscriptionEndsAt',
				{
					subscription: aSubscription({
						status: 'canceled',
						cancelRequestedAt: day(2),
						cancelsAt: day(20),
						endedAt: day(16),
						trial: null,
					}),
				},
			],
			[
				'failingSince',
				{ subscription: aSubscription({ status: 'past_due' }), failingSince: day(16) },
			],
		] as const)('knows the anchor %s', async (anchor, facts) => {
			await learn({ accountId: 'one', at: day(17), ...facts });
			expect(await ids({ anchor })).toEqual(['one']);
		});
	});
});
