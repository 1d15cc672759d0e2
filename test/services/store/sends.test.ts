import type { LifecycleStore, SendRequest, StorePartition } from '../../../services/store/index.ts';
import { onBothDatabases } from './databases.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const LEASE_MS = 60_000;
const after = (ms: number) => new Date(NOW.getTime() + ms);

const reminder: SendRequest = {
	key: 'acme-1/conversion/3-days/trial-1',
	accountId: 'acme-1',
	channel: 'email',
	category: 'marketing',
	journey: 'conversion',
	step: '3-days',
	anchorAt: new Date('2026-04-04T12:00:00Z'),
	leaseMs: LEASE_MS,
};

onBothDatabases((database) => {
	let store: LifecycleStore;
	let partition: StorePartition;
	beforeEach(async () => {
		store = await database.freshStore();
		partition = store.partition({ workspace: 'default', mode: 'test' });
	});

	async function won(request: Partial<SendRequest> = {}, now = NOW) {
		const result = await partition.sends.claim({ ...reminder, ...request }, now);
		if (!result.won) throw new Error(`Lost: ${result.state}`);
		return result.claim;
	}

	describe('claim', () => {
		it('is won once', async () => {
			expect(await partition.sends.claim(reminder, NOW)).toEqual({
				won: true,
				claim: { key: reminder.key, attempt: 1 },
				footing: null,
			});
			expect(await partition.sends.claim(reminder, NOW)).toEqual({
				won: false,
				state: 'claimed',
				reason: null,
			});
		});

		it.each([
			['sent', { state: 'sent', messageId: 'm1' }, null],
			['suppressed', { state: 'suppressed', reason: 'unsubscribed' }, 'unsubscribed'],
			['unknown', { state: 'unknown', reason: 'timeout' }, 'timeout'],
		] as const)('is lost for ever once %s', async (state, outcome, reason) => {
			await partition.sends.settle(await won(), outcome, NOW);
			expect(await partition.sends.claim(reminder, after(1e12))).toEqual({
				won: false,
				state,
				reason,
			});
		});

		it('may be won again after a send that surely failed', async () => {
			const first = await won();
			await partition.sends.settle(first, { state: 'failed', reason: 'HTTP 400' }, NOW);
			expect(await won()).toEqual({ key: reminder.key, attempt: 2 });
		});

		it('does not meet the same key of another workspace or mode', async () => {
			await won();
			for (const other of [
				{ workspace: 'default', mode: 'live' },
				{ workspace: 'client', mode: 'test' },
			] as const) {
				expect((await store.partition(other).sends.claim(reminder, NOW)).won).toBe(true);
			}
		});
	});

	describe('a claim whose process died', () => {
		it('is claimed until the end of its lease, then unknown', async () => {
			await won();
			expect(await partition.sends.claim(reminder, after(LEASE_MS - 1))).toMatchObject({
				state: 'claimed',
			});
			expect(await partition.sends.claim(reminder, after(LEASE_MS))).toMatchObject({
				won: false,
				state: 'unknown',
			});
		});

		it('is repeated once when transactional', async () => {
			const transactional = { ...reminder, category: 'transactional' } as const;
			await partition.sends.claim(transactional, NOW);
			expect(await partition.sends.claim(transactional, after(LEASE_MS))).toEqual({
				won: true,
				claim: { key: reminder.key, attempt: 2 },
				footing: null,
			});
			expect(await partition.sends.claim(transactional, after(2 * LEASE_MS))).toMatchObject({
				won: false,
				state: 'unknown',
			});
		});

		it('is repeated once when transactional, also when it had failed before and was shown as unknown', async () => {
			const transactional = { category: 'transactional' } as const;
			await partition.sends.settle(await won(transactional), { state: 'failed', reason: 'x' }, NOW);
			await won(transactional);
			await partition.sends.expire(after(LEASE_MS));
			expect(await won(transactional, after(LEASE_MS))).toMatchObject({ attempt: 3 });
			await partition.sends.expire(after(3 * LEASE_MS));
			await expect(won(transactional, after(3 * LEASE_MS))).rejects.toThrow('Lost: unknown');
		});

		it('is shown once', async () => {
			await won();
			await won({ key: 'other', accountId: 'acme-2' }, after(30_000));
			expect(await partition.sends.expire(after(LEASE_MS))).toEqual([
				expect.objectContaining({
					key: reminder.key,
					accountId: 'acme-1',
					state: 'unknown',
					reason: 'lease_expired',
					claimedAt: NOW,
				}),
			]);
			expect(await partition.sends.expire(after(LEASE_MS))).toEqual([]);
		});
	});

	describe('settle', () => {
		it('writes down the outcome', async () => {
			await partition.sends.settle(
				await won({ executionId: '42' }),
				{ state: 'sent', messageId: 'm1' },
				after(5),
			);
			expect(await partition.sends.list('acme-1', 10)).toEqual([
				{
					key: reminder.key,
					accountId: 'acme-1',
					channel: 'email',
					category: 'marketing',
					journey: 'conversion',
					step: '3-days',
					state: 'sent',
					attempt: 1,
					claimedAt: NOW,
					settledAt: after(5),
					reason: null,
					messageId: 'm1',
					executionId: '42',
				},
			]);
		});

		it('accepts the truth after the lease, once', async () => {
			const claim = await won();
			await partition.sends.expire(after(LEASE_MS));
			expect(await partition.sends.settle(claim, { state: 'sent' }, after(LEASE_MS))).toBe(true);
			expect(
				await partition.sends.settle(claim, { state: 'failed', reason: 'x' }, after(LEASE_MS)),
			).toBe(false);
			expect(await partition.sends.list('acme-1', 10)).toMatchObject([{ state: 'sent' }]);
		});

		it('refuses whoever lost the claim to a repeat', async () => {
			const first = await won({ category: 'transactional' });
			const second = await won({ category: 'transactional' }, after(LEASE_MS));
			expect(
				await partition.sends.settle(first, { state: 'failed', reason: 'x' }, after(LEASE_MS)),
			).toBe(false);
			expect(await partition.sends.settle(second, { state: 'sent' }, after(LEASE_MS))).toBe(true);
		});
	});

	describe('pacing', () => {
		const HOUR = 3_600_000;
		const paced = (key: string, now: Date, more: Partial<SendRequest> = {}) =>
			partition.sends.claim({ ...reminder, key, minGapMs: 24 * HOUR, ...more }, now);

		it('keeps a gap between two messages of any journeys, and says until when', async () => {
			await paced('one', NOW);
			expect(await paced('two', after(HOUR), { journey: 'onboarding' })).toEqual({
				won: false,
				state: 'paced',
				until: after(24 * HOUR),
			});
			expect((await paced('two', after(24 * HOUR))).won).toBe(true);
		});

		it.each([
			['another account', { accountId: 'acme-2' }],
			['another category', { category: 'transactional' }],
		] as const)('does not count %s', async (_, more) => {
			await paced('one', NOW, more);
			expect((await paced('two', after(HOUR))).won).toBe(true);
		});

		it.each(['suppressed', 'failed'] as const)('does not count what was %s', async (state) => {
			const first = await paced('one', NOW);
			if (first.won) await partition.sends.settle(first.claim, { state, reason: 'x' }, NOW);
			expect((await paced('two', after(HOUR))).won).toBe(true);
		});

		it('lets one of many steps of one account through when all ask at once', async () => {
			const asked = Array.from(
				{ length: 12 },
				async (_, index) => await paced(`step-${index}`, NOW),
			);
			const results = await Promise.all(asked);
			expect(results.filter(({ won: hasWon }) => hasWon)).toHaveLength(1);
			expect(await partition.sends.list('acme-1', 20)).toHaveLength(1);
		});
	});

	describe('frequency', () => {
		it('counts claims of the account and category since then', async () => {
			await won({ key: 'old' }, after(-10_000));
			await won({ key: 'one' });
			await won({ key: 'two' }, after(5_000));
			await won({ key: 'else', accountId: 'acme-2' }, after(6_000));
			await won({ key: 'invoice', category: 'transactional' }, after(7_000));
			await partition.sends.settle(
				await won({ key: 'no' }, after(8_000)),
				{ state: 'suppressed', reason: 'x' },
				NOW,
			);

			expect(
				await partition.sends.frequency({ accountId: 'acme-1', category: 'marketing', since: NOW }),
			).toEqual({ count: 2, lastAt: after(5_000) });
		});

		it('of nobody is nothing', async () => {
			expect(
				await partition.sends.frequency({ accountId: 'x', category: 'marketing', since: NOW }),
			).toEqual({ count: 0, lastAt: null });
		});
	});
});
