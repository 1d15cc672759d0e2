import type {
	AccessChangeRequest,
	LifecycleStore,
	StorePartition,
} from '../../../services/store/index.ts';
import { aSubscription } from '../../support/subscription.ts';
import { onBothDatabases } from './databases.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const after = (ms: number) => new Date(NOW.getTime() + ms);

onBothDatabases((database) => {
	let store: LifecycleStore;
	let partition: StorePartition;
	let workspaces = 0;
	beforeAll(async () => {
		store = await database.freshStore();
	});
	beforeEach(() => {
		partition = store.partition({ workspace: `workspace ${workspaces++}`, mode: 'test' });
	});

	describe('milestones', () => {
		it('are recorded once each, at their earliest instant', async () => {
			expect(await partition.milestones.record('acme-1', 'invited_teammate', after(5))).toBe(true);
			expect(await partition.milestones.record('acme-1', 'created_project', after(1))).toBe(true);
			expect(await partition.milestones.record('acme-1', 'invited_teammate', after(9))).toBe(false);
			expect(await partition.milestones.record('acme-1', 'invited_teammate', after(3))).toBe(false);
			expect(await partition.milestones.list('acme-1')).toEqual([
				{ name: 'created_project', reachedAt: after(1) },
				{ name: 'invited_teammate', reachedAt: after(3) },
			]);
			expect(await partition.milestones.list('acme-2')).toEqual([]);
		});
	});

	describe('timeline', () => {
		const entry = { accountId: 'acme-1', kind: 'message_sent', source: 'Intercom Message' };

		it('tells everything, newest first, page by page', async () => {
			for (const ms of [2, 1, 3, 3]) await partition.timeline.append({ ...entry, at: after(ms) });
			await partition.timeline.append({ ...entry, accountId: 'acme-2', at: NOW });

			const first = await partition.timeline.list({ accountId: 'acme-1', limit: 3 });
			expect(first.entries.map(({ at }) => at)).toEqual([after(3), after(3), after(2)]);
			const rest = await partition.timeline.list({
				accountId: 'acme-1',
				limit: 3,
				cursor: first.nextCursor ?? 'none',
			});
			expect(rest).toMatchObject({ entries: [{ at: after(1) }], nextCursor: null });
		});

		it('keeps cause, execution and data', async () => {
			const told = {
				...entry,
				at: NOW,
				cause: 'evt_1',
				executionId: '42',
				data: { amount: 2900, until: after(9), looksLikeADate: '2026-04-01T12:00:00.000Z' },
			};
			await partition.timeline.append(told);
			expect((await partition.timeline.list({ accountId: 'acme-1', limit: 9 })).entries).toEqual([
				told,
			]);
		});

		it('tells once what comes with a key', async () => {
			expect(await partition.timeline.append({ ...entry, at: NOW, key: 'evt_1/sent' })).toBe(true);
			expect(await partition.timeline.append({ ...entry, at: NOW, key: 'evt_1/sent' })).toBe(false);
			expect(
				(await partition.timeline.list({ accountId: 'acme-1', limit: 9 })).entries,
			).toHaveLength(1);
		});

		describe('of one deed that two tell', () => {
			const deed = { accountId: 'acme-1', kind: 'trial_extended' };
			const byDoer = {
				...deed,
				key: 'trial_extended/sub_1/9',
				source: 'stripeTrial',
				at: after(700),
				executionId: '42',
				data: { subscriptionId: 'sub_1', reason: 'asked', charge: null, until: after(9) },
			};
			const byWitness = {
				...deed,
				key: byDoer.key,
				source: 'stripeTrialTrigger',
				at: NOW,
				cause: 'evt_1',
				data: { subscriptionId: 'sub_1', reason: null, invoiceId: null, amount: 2900 },
			};
			const WHOLE = {
				...{ ...deed, source: 'stripeTrial', at: NOW, cause: 'evt_1', executionId: '42' },
				data: {
					...{ subscriptionId: 'sub_1', reason: 'asked', charge: null, until: after(9) },
					...{ invoiceId: null, amount: 2900 },
				},
			};
			const entries = async () =>
				(await partition.timeline.list({ accountId: 'acme-1', limit: 9 })).entries;

			it.each([
				['who did it first', [byDoer, byWitness]],
				['who heard of it first', [byWitness, byDoer]],
				['both again and again', [byDoer, byDoer, byWitness, byDoer, byWitness, byWitness]],
			])('makes one entry that knows what both know: %s', async (_, order) => {
				for (const entry of order) await partition.timeline.append(entry);
				expect(await entries()).toEqual([WHOLE]);
			});

			it('makes one entry of what is told at once', async () => {
				const both = [byDoer, byWitness, byDoer, byWitness];
				const added = await Promise.all(
					both.map(async (entry) => await partition.timeline.append(entry)),
				);
				expect(added.filter(Boolean)).toHaveLength(1);
				expect(await entries()).toEqual([WHOLE]);
			});

			it('counts only what is new of several', async () => {
				await partition.timeline.append(byDoer);
				const other = { ...byWitness, key: 'trial_extended/sub_1/10' };
				expect(await partition.timeline.appendAll([byWitness, other])).toBe(1);
				expect(await entries()).toHaveLength(2);
			});

			it('leaves it to the first who did it, and to the first cause', async () => {
				await partition.timeline.appendAll([byDoer, byWitness]);
				await partition.timeline.append({ ...byDoer, source: 'other', executionId: '43' });
				await partition.timeline.append({ ...byWitness, at: after(5), cause: 'evt_2' });
				expect(await entries()).toEqual([WHOLE]);
			});
		});

		it('filters by kind', async () => {
			await partition.timeline.append({ ...entry, at: NOW });
			await partition.timeline.append({ ...entry, at: NOW, kind: 'trial_started' });
			const page = await partition.timeline.list({
				accountId: 'acme-1',
				kinds: ['trial_started'],
				limit: 9,
			});
			expect(page.entries).toMatchObject([{ kind: 'trial_started' }]);
		});
	});

	describe('access changes', () => {
		const suspend: AccessChangeRequest = {
			accountId: 'acme-1',
			level: 'suspended',
			reason: 'payment_failed',
			billingAt: NOW,
			leaseMs: 60_000,
			cause: 'evt_1',
			executionId: '42',
		};
		const begun = async (request: Partial<AccessChangeRequest> = {}, now = NOW) => {
			const result = await partition.accessChanges.begin({ ...suspend, ...request }, now);
			if (!result.begun) throw new Error(result.because);
			return result.id;
		};

		it('are recorded with their cause', async () => {
			const id = await begun();
			expect(await partition.accessChanges.latest('acme-1')).toBeNull();
			await partition.accessChanges.settle(id, { state: 'applied' }, after(5));
			const change = {
				...{
					id,
					accountId: 'acme-1',
					level: 'suspended',
					reason: 'payment_failed',
					billingAt: NOW,
				},
				...{ state: 'applied', startedAt: NOW, settledAt: after(5) },
				...{ cause: 'evt_1', executionId: '42', error: null },
			};
			expect(await partition.accessChanges.latest('acme-1')).toEqual(change);
			expect(await partition.accessChanges.list('acme-1', 10)).toEqual([change]);
		});

		it('happen one at a time for one account', async () => {
			const asked = Array.from(
				{ length: 6 },
				async () => await partition.accessChanges.begin(suspend, NOW),
			);
			const results = await Promise.all(asked);
			expect(results.filter((result) => result.begun)).toHaveLength(1);
			expect(results.filter((result) => !result.begun && result.because === 'busy')).toHaveLength(
				5,
			);
			await begun({ accountId: 'acme-2' });
		});

		it('do not wait for one whose process died', async () => {
			await begun();
			await expect(begun({}, after(59_999))).rejects.toThrow('busy');
			await begun({}, after(60_000));
		});

		it('lose to a change that a newer billing fact demanded', async () => {
			await partition.accessChanges.settle(
				await begun({ billingAt: after(10) }),
				{ state: 'applied' },
				NOW,
			);
			await expect(begun({ billingAt: after(9) })).rejects.toThrow('outdated');
			await begun({ billingAt: after(10) });
		});

		it('do not lose to one that failed', async () => {
			const failed = await begun({ billingAt: after(10) });
			await partition.accessChanges.settle(failed, { state: 'failed', error: 'HTTP 500' }, NOW);
			await begun({ billingAt: after(9) });
			expect(await partition.accessChanges.list('acme-1', 10)).toMatchObject([
				{ state: 'pending' },
				{ state: 'failed', error: 'HTTP 500' },
			]);
		});

		it('are settled once', async () => {
			const id = await begun();
			expect(await partition.accessChanges.settle(id, { state: 'applied' }, NOW)).toBe(true);
			expect(await partition.accessChanges.settle(id, { state: 'failed', error: 'x' }, NOW)).toBe(
				false,
			);
		});
	});

	describe('bookmarks', () => {
		it('keep the last value until they are removed', async () => {
			expect(await partition.bookmarks.get('import')).toBeNull();
			await partition.bookmarks.set('import', 'sub_1', NOW);
			await partition.bookmarks.set('import', 'sub_2', NOW);
			expect(await partition.bookmarks.get('import')).toBe('sub_2');
			await partition.bookmarks.remove('import');
			expect(await partition.bookmarks.get('import')).toBeNull();
		});
	});

	describe('leases', () => {
		it('have one holder, who may renew, until they run out or are released', async () => {
			const { leases } = partition;
			expect(await leases.take('endpoint', 'one', 100, NOW)).toBe(true);
			expect(await leases.take('endpoint', 'two', 100, after(99))).toBe(false);
			expect(await leases.take('endpoint', 'one', 100, after(50))).toBe(true);
			expect(await leases.holderOf('endpoint', after(149))).toBe('one');
			expect(await leases.holderOf('endpoint', after(150))).toBeNull();
			expect(await leases.take('endpoint', 'two', 100, after(150))).toBe(true);
			await leases.release('endpoint', 'one');
			expect(await leases.holderOf('endpoint', after(151))).toBe('two');
			await leases.release('endpoint', 'two');
			expect(await leases.holderOf('endpoint', after(151))).toBeNull();
		});

		it('go to one of many that ask at once', async () => {
			const asked = Array.from(
				{ length: 10 },
				async (_, index) => await partition.leases.take('x', `${index}`, 100, NOW),
			);
			expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
		});
	});

	describe('trial hashes', () => {
		it('remember signs without showing them, with the latest end', async () => {
			const card = { kind: 'card', value: 'fp_1' } as const;
			await partition.trialHashes.remember(card, after(2));
			await partition.trialHashes.remember(card, after(1));
			expect(
				await partition.trialHashes.find([card, { kind: 'email', value: 'ann@example.com' }]),
			).toEqual([{ sharedBy: 'card', endedAt: after(2) }]);
			expect(await partition.trialHashes.find([{ kind: 'fingerprint', value: 'fp_1' }])).toEqual(
				[],
			);
			expect(await partition.trialHashes.find([])).toEqual([]);
		});
	});

	describe('erase', () => {
		beforeEach(async () => {
			for (const accountId of ['acme-1', 'acme-2']) {
				const customerId = `cus_${accountId}`;
				await partition.accounts.upsert(
					{
						accountId,
						at: NOW,
						email: `${accountId}@example.com`,
						customerId,
						subscription: aSubscription({ customerId }),
					},
					NOW,
				);
				await partition.milestones.record(accountId, 'created_project', NOW);
				await partition.timeline.append({
					accountId,
					at: NOW,
					kind: 'trial_started',
					source: 'Stripe Trial',
				});
				await partition.sends.claim(
					{ key: `k/${accountId}`, accountId, channel: 'email', category: 'marketing', leaseMs: 1 },
					NOW,
				);
				await partition.accessChanges.begin(
					{ accountId, level: 'full', reason: 'trial', billingAt: NOW, leaseMs: 1 },
					NOW,
				);
				for (const [inbox, accountKey] of [
					[partition.inbox, customerId],
					[partition.notifications, accountId],
				] as const) {
					const id = `evt_${accountId}`;
					const event = { id, type: 'invoice.paid', accountKey, createdAt: NOW, payload: {} };
					await inbox.subscribe('trigger', { types: ['invoice.paid'], from: NOW });
					await inbox.receive([{ ...event, via: 'pull' }], NOW);
				}
			}
		});
		const EVERYTHING = {
			...{ accounts: 1, sends: 1, accessChanges: 1, milestones: 1, timeline: 1 },
			...{ stripeEvents: ['evt_acme-1'], intercomNotifications: ['evt_acme-1'] },
			keepsTrialHash: true,
		};
		const NOTHING = {
			...{ accounts: 0, sends: 0, accessChanges: 0, milestones: 0, timeline: 0 },
			...{ stripeEvents: [], intercomNotifications: [] },
			keepsTrialHash: false,
		};

		it('says in a dry run what would go, and keeps it', async () => {
			expect(await partition.erase('acme-1', { isDryRun: true }, NOW)).toEqual(EVERYTHING);
			expect(await partition.erase('acme-1', { isDryRun: true }, NOW)).toEqual(EVERYTHING);
		});

		it('leaves nothing of the person and everything of others', async () => {
			expect(await partition.erase('acme-1', { isDryRun: false }, NOW)).toEqual(EVERYTHING);
			expect(await partition.erase('acme-1', { isDryRun: true }, NOW)).toEqual(NOTHING);
			expect(await partition.accounts.get('acme-1')).toBeNull();
			expect(await partition.inbox.counts('trigger')).toMatchObject({ pending: 1 });
			expect(await partition.notifications.counts('trigger')).toMatchObject({ pending: 1 });
			expect(await partition.erase('acme-2', { isDryRun: true }, NOW)).toEqual({
				...EVERYTHING,
				...{ stripeEvents: ['evt_acme-2'], intercomNotifications: ['evt_acme-2'] },
			});
		});

		it('keeps a hash, so that a trial is not given twice', async () => {
			await partition.erase('acme-1', { isDryRun: false }, NOW);
			expect(
				await partition.trialHashes.find([{ kind: 'email', value: 'acme-1@example.com' }]),
			).toEqual([{ sharedBy: 'email', endedAt: new Date('2026-03-15T12:00:00Z') }]);
		});

		it('holds against an import of the past, and gives way to a new beginning', async () => {
			await partition.erase('acme-1', { isDryRun: false }, NOW);
			const past = { accountId: 'acme-1', at: after(5), subscription: aSubscription() };
			expect(await partition.accounts.upsert(past, after(5))).toMatchObject({ outcome: 'erased' });
			const words = { kind: 'trial_canceled', source: 'stripeTrial', at: after(6) };
			const told = ['acme-1', 'acme-2'].map((accountId) => ({ ...words, accountId }));
			expect(await partition.timeline.appendAll(told)).toBe(1);
			expect(await partition.accounts.get('acme-1')).toBeNull();
			const anew = { accountId: 'acme-1', at: after(9), signedUpAt: after(9) };
			expect(await partition.accounts.upsert(anew, after(9))).toMatchObject({ outcome: 'created' });
			expect(await partition.timeline.appendAll(told)).toBe(2);
		});
	});
});
