import { mergeFacts } from '../../../lifecycle/account.ts';
import type {
	LifecycleStore,
	ReserveRequest,
	StorePartition,
} from '../../../services/store/index.ts';
import { aSubscription } from '../../support/subscription.ts';
import { onBothDatabases } from './databases.ts';
import { runScript } from './processes/run.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of a step that came out once, and of a claim. */
const LEASE_MS = 5 * MINUTE;
const after = (ms: number) => new Date(NOW.getTime() + ms);

const step: ReserveRequest = {
	key: 'conversion/three/acme-1/sub_1/2026-04-04T12:00:00.000Z',
	accountId: 'acme-1',
	category: 'marketing',
	journey: 'conversion',
	step: 'three',
	anchorAt: new Date('2026-04-04T12:00:00Z'),
	variant: 'A',
	at: NOW,
	settledBy: 'message',
};

onBothDatabases((database) => {
	let store: LifecycleStore;
	let partition: StorePartition;
	beforeEach(async () => {
		store = await database.freshStore();
		partition = store.partition({ workspace: 'default', mode: 'test' });
	});

	const reserve = async (more: Partial<ReserveRequest> = {}, now = NOW) =>
		await partition.sends.reserve({ ...step, ...more }, now);
	const claim = async (now = NOW, category: 'marketing' | 'transactional' = 'marketing') =>
		await partition.sends.claim(
			{ key: step.key, accountId: 'acme-1', channel: 'email', category, leaseMs: LEASE_MS },
			now,
		);
	const standing = async (now = NOW) =>
		(await partition.sends.standings(['acme-1'], now)).get('acme-1')?.get(step.key);
	const leftBehind = async (now: Date) => await partition.sends.leftBehind('conversion', 10, now);

	describe('reserve', () => {
		it('is won once', async () => {
			expect(await reserve()).toBe('won');
			expect(await reserve()).toBe('taken');
			expect(await standing()).toEqual({ state: 'under_way', hasReached: true });
			expect(await partition.sends.list('acme-1', 5)).toMatchObject([
				{ key: step.key, journey: 'conversion', step: 'three', state: 'reserved' },
			]);
		});

		it('is won by one of many that ask at once', async () => {
			const results = await Promise.all(Array.from({ length: 12 }, async () => await reserve()));
			expect(results.filter((result) => result === 'won')).toHaveLength(1);
		});

		it('of an action settles it', async () => {
			expect(await reserve({ settledBy: 'emission' })).toBe('won');
			expect(await reserve({ settledBy: 'emission' }, after(10 * LEASE_MS))).toBe('taken');
			expect(await standing(after(10 * LEASE_MS))).toEqual({ state: 'settled', hasReached: true });
			expect(await claim()).toEqual({ won: false, state: 'emitted', reason: null });
		});

		it('keeps the gap to what came out of any journey, on either side', async () => {
			const paced = { key: 'other', journey: 'onboarding', minGapMs: 20 * HOUR };
			await reserve();
			expect(await reserve({ ...paced, at: after(HOUR) })).toBe('paced');
			expect(await reserve({ ...paced, at: after(-HOUR) })).toBe('paced');
			expect(await reserve({ ...paced, accountId: 'acme-2' })).toBe('won');
			expect(await reserve({ ...paced, key: 'later', at: after(20 * HOUR) })).toBe('won');
		});

		it('lets one of many steps of one account through when all ask at once', async () => {
			const results = await Promise.all(
				Array.from(
					{ length: 8 },
					async (_, one) => await reserve({ key: `key-${one}`, minGapMs: 20 * HOUR }),
				),
			);
			expect(results.filter((result) => result === 'won')).toHaveLength(1);
		});
	});

	describe('a message', () => {
		it('takes the reservation over and keeps its place', async () => {
			await reserve({ at: after(-5 * HOUR) });
			const result = await claim();
			expect(result).toEqual({
				won: true,
				claim: { key: step.key, attempt: 1 },
				footing: null,
			});
			expect(await claim()).toMatchObject({ won: false, state: 'claimed' });
			expect(await partition.sends.list('acme-1', 5)).toMatchObject([
				{
					journey: 'conversion',
					step: 'three',
					channel: 'email',
					state: 'claimed',
					claimedAt: after(-5 * HOUR),
				},
			]);
		});

		it('takes it over after its lease, too, and then it does not come again', async () => {
			await reserve();
			const result = await claim(after(10 * LEASE_MS));
			if (!result.won) throw new Error('Lost');
			await partition.sends.settle(result.claim, { state: 'sent' }, after(10 * LEASE_MS));
			expect(await leftBehind(after(20 * LEASE_MS))).toEqual([]);
			expect(await reserve({}, after(20 * LEASE_MS))).toBe('taken');
		});
	});

	describe('the footing on which a step was given out', () => {
		const footingNow = async (now: Date) => {
			const result = await claim(now);
			if (!result.won) throw new Error('Lost');
			const refused = { state: 'failed', reason: 'x' } as const;
			await partition.sends.settle(result.claim, refused, now);
			return result.footing;
		};

		it('is told to each message that takes it, until it is given out anew', async () => {
			await reserve({ footing: 'trialing' });
			expect(await footingNow(NOW)).toBe('trialing');
			expect(await footingNow(NOW)).toBe('trialing');
			expect(await reserve({ footing: 'active' }, after(LEASE_MS))).toBe('won');
			expect(await footingNow(after(LEASE_MS))).toBe('active');
		});
	});

	describe('what nobody took', () => {
		/** How long it waits after it came out the first, second, ... time. */
		const WAITS = [5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR];

		it.each(['taken by nobody', 'refused'] as const)(
			'can be given out again after its lease, which grows: %s',
			async (how) => {
				let now = NOW;
				expect(await reserve()).toBe('won');
				for (const wait of WAITS) {
					if (how === 'refused') {
						const result = await claim(now);
						if (!result.won) throw new Error('Lost');
						const refused = { state: 'failed', reason: 'HTTP 400' } as const;
						await partition.sends.settle(result.claim, refused, now);
					}
					const justBefore = new Date(now.getTime() + wait - 1);
					expect([wait, await leftBehind(justBefore)]).toEqual([wait, []]);
					expect(await reserve({}, justBefore)).toBe('taken');
					now = new Date(now.getTime() + wait);
					expect(await standing(now)).toEqual({ state: 'repeatable', hasReached: false });
					expect(await leftBehind(now)).toEqual([
						{ key: step.key, accountId: 'acme-1', step: 'three' },
					]);
					expect(await reserve({}, now)).toBe('won');
				}
			},
		);

		it('is not given out again once it is given up', async () => {
			await reserve();
			await partition.sends.giveUp(step.key, 'not_delivered', after(LEASE_MS));
			expect(await leftBehind(after(24 * HOUR))).toEqual([]);
			expect(await reserve({}, after(24 * HOUR))).toBe('taken');
			expect(await partition.sends.list('acme-1', 5)).toMatchObject([
				{ state: 'suppressed', reason: 'not_delivered' },
			]);
		});

		it('can be given out again when the message was refused', async () => {
			await reserve();
			const result = await claim();
			if (!result.won) throw new Error('Lost');
			await partition.sends.settle(result.claim, { state: 'failed', reason: 'HTTP 401' }, NOW);
			expect(await standing()).toEqual({ state: 'under_way', hasReached: false });
			expect(await leftBehind(after(LEASE_MS))).toHaveLength(1);
			expect(await reserve({}, after(LEASE_MS))).toBe('won');
		});

		it.each([
			['marketing', { state: 'settled', hasReached: true }, 0],
			['transactional', { state: 'repeatable', hasReached: true }, 1],
		] as const)(
			'whose message died while it was sent: %s',
			async (category, expected, comesAgain) => {
				await reserve({ category });
				await claim(NOW, category);
				expect(await standing(after(LEASE_MS))).toEqual(expected);
				expect(await leftBehind(after(LEASE_MS))).toHaveLength(comesAgain);
				expect(await reserve({ category }, after(LEASE_MS))).toBe(comesAgain ? 'won' : 'taken');
				await claim(after(LEASE_MS), category);
				expect(await reserve({ category }, after(3 * LEASE_MS))).toBe('taken');
			},
		);

		it('stays unknown when it is given up and may have been sent', async () => {
			await reserve({ category: 'transactional' });
			await claim(NOW, 'transactional');
			await partition.sends.giveUp(step.key, 'missed', after(LEASE_MS));
			expect(await leftBehind(after(LEASE_MS))).toEqual([]);
			expect(await reserve({ category: 'transactional' }, after(24 * HOUR))).toBe('taken');
			expect(await partition.sends.list('acme-1', 5)).toMatchObject([{ state: 'unknown' }]);
		});
	});

	describe('what was put off', () => {
		it('is left behind at once, counts as no message, and comes out like the first time', async () => {
			await partition.sends.putOff(step, NOW);
			await partition.sends.putOff(step, after(1));
			expect(await standing()).toEqual({ state: 'put_off', hasReached: false });
			expect(await leftBehind(NOW)).toEqual([
				{ key: step.key, accountId: 'acme-1', step: 'three' },
			]);
			const since = after(-HOUR);
			const asked = { accountId: 'acme-1', category: 'marketing', since } as const;
			expect(await partition.sends.frequency(asked)).toMatchObject({ count: 0 });
			expect(await reserve()).toBe('won');
			expect(await leftBehind(after(LEASE_MS - 1))).toEqual([]);
			expect(await leftBehind(after(LEASE_MS))).toHaveLength(1);
		});

		it('changes nothing about what came out before', async () => {
			await reserve();
			await partition.sends.putOff(step, after(1));
			expect(await standing(after(1))).toEqual({ state: 'under_way', hasReached: true });
		});
	});

	describe('end', () => {
		const end = async (now = NOW) =>
			await partition.sends.end({ ...step, reason: 'converted' }, now);

		it('writes down once why a step never comes', async () => {
			expect(await end()).toBe(true);
			expect(await end()).toBe(false);
			expect(await standing()).toEqual({ state: 'settled', hasReached: false });
			expect(await reserve({}, after(10 * LEASE_MS))).toBe('taken');
			expect(await claim()).toEqual({ won: false, state: 'suppressed', reason: 'converted' });
		});

		it('does not touch what is under way or sent', async () => {
			await reserve();
			expect(await end()).toBe(false);
			const result = await claim();
			if (!result.won) throw new Error('Lost');
			expect(await end(after(10 * LEASE_MS))).toBe(false);
			await partition.sends.settle(result.claim, { state: 'sent' }, NOW);
			expect(await end(after(10 * LEASE_MS))).toBe(false);
		});

		it('ends what nobody took', async () => {
			await reserve();
			expect(await end(after(LEASE_MS))).toBe(true);
		});
	});

	it('of accounts on several clocks those of one are due', async () => {
		const on = async (accountId: string, testClockId: string | null) => {
			const subscription = aSubscription({ id: `sub_${accountId}`, testClockId });
			await partition.accounts.upsert({ accountId, at: NOW, subscription }, NOW);
		};
		await on('real', null);
		await on('one', 'clock_1');
		await on('two', 'clock_2');
		const due = async (clock: { testClockId?: string | null }) => {
			const { subscription } = mergeFacts(
				null,
				{ accountId: 'x', at: NOW, subscription: aSubscription() },
				NOW,
			);
			const endsAt = subscription?.trial?.endsAt ?? NOW;
			const found = await partition.accounts.due({
				anchor: 'trialEndsAt',
				from: endsAt,
				to: new Date(endsAt.getTime() + 1),
				limit: 10,
				...clock,
			});
			return found.map(({ accountId }) => accountId).sort();
		};
		expect(await due({})).toEqual(['one', 'real', 'two']);
		expect(await due({ testClockId: null })).toEqual(['real']);
		expect(await due({ testClockId: 'clock_2' })).toEqual(['two']);
		expect([...(await partition.accounts.testClocks())].sort()).toEqual(['clock_1', 'clock_2']);
	});

	it('lets each of many steps come out of exactly one of several processes', async () => {
		const location = database.freshLocation();
		const reservers = [0, 1, 2].map((seed) => runScript('reserver.ts', location, seed, 300));
		for (const reserver of reservers) expect(await reserver.nextLine()).toBe('ready');
		for (const { child } of reservers) child.stdin.end();
		const won = await Promise.all(reservers.map(async (reserver) => await reserver.nextLine()));
		const keys = won.flatMap((line) => (line ? line.split(' ') : []));
		expect(keys).toHaveLength(300);
		expect(new Set(keys).size).toBe(300);
		for (const { exited } of reservers) expect(await exited).toBe(0);
	}, 120_000);
});
