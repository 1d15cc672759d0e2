import { mergeFacts } from '../../../lifecycle/account.ts';
import type { StorePartition } from '../../../services/store/index.ts';
import { aSubscription } from '../../support/subscription.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import { funnel, partitionOf, run } from './harness.ts';

useTemporaryUserFolder();

/** A Monday; the trials of that week ended two weeks later. */
const MONDAY = Date.UTC(2026, 2, 2, 9);
const DAY_MS = 86_400_000;
const day = (days: number) => new Date(MONDAY + days * DAY_MS);
const THREE_WEEKS = { weeks: 3, options: { until: '2026-03-20' } };

describe('Report > Funnel', () => {
	let partition: StorePartition;
	beforeEach(async () => {
		partition = await partitionOf();
	});

	async function signUp(accountId: string, joined: number, paid?: number) {
		const subscription = aSubscription({
			id: `sub_${accountId}`,
			createdAt: day(joined),
			trial: { startedAt: day(joined), endsAt: day(joined + 14) },
			...(paid === undefined ? {} : { status: 'active', hasPaymentMethod: true }),
		});
		const facts = {
			accountId,
			at: day(joined),
			subscription,
			signedUpAt: day(joined),
			...(paid === undefined ? {} : { paidAt: day(paid) }),
		};
		await partition.accounts.upsert(facts, day(joined));
		// Nobody has written since, so the lapse of a trial is not in the store.
		expect(mergeFacts(null, facts, day(joined)).stage).not.toBe('lapsed');
	}

	async function send(key: string, accountId: string, journey: string, suppressed?: string) {
		const result = await partition.sends.claim(
			{ key, accountId, channel: 'email', category: 'marketing', journey, leaseMs: 1 },
			day(10),
		);
		if (!result.won) throw new Error('Lost');
		await partition.sends.settle(
			result.claim,
			suppressed ? { state: 'suppressed', reason: suppressed } : { state: 'sent' },
			day(10),
		);
	}

	beforeEach(async () => {
		await signUp('converts', 0, 14);
		await signUp('converts-late', 1, 31);
		await signUp('lapses', 2);
		await signUp('next-week', 7, 21);
		await signUp('long-ago', -30);
		await partition.milestones.record('converts', 'created_project', day(1));
		await partition.milestones.record('lapses', 'invited_teammate', day(3));
		await send('1', 'converts', 'conversion');
		await send('2', 'lapses', 'onboarding');
		await send('3', 'lapses', 'conversion', 'unsubscribed');
		await partition.timeline.append({
			accountId: 'converts-late',
			at: day(15),
			kind: 'trial_lapsed',
			source: 'test',
			data: { reason: 'payment_failed' },
		});
		await partition.timeline.append({
			accountId: 'converts-late',
			at: day(31),
			kind: 'trial_converted',
			source: 'test',
			data: { invoiceId: 'in_1', amountPaid: 2900, currency: 'eur' },
		});
	});

	it('gives a row per week of sign-up, empty ones too', async () => {
		const rows = await run([
			funnel({ ...THREE_WEEKS, activationMilestone: 'created_project' }),
			funnel({ weeks: 1, options: { until: '2026-03-02' } }),
		]);
		expect(rows).toEqual([
			{
				week: '2026-W10',
				startsAt: '2026-03-02T00:00:00.000Z',
				joined: 3,
				started: 3,
				activated: 1,
				reminded: 2,
				converted: 2,
				medianDaysToConvert: 14,
				lapsed: 2,
				lapsedBy: { no_payment_method: 1, payment_failed: 1, canceled: 0 },
				recovered: 1,
				revenueRecovered: { EUR: 29 },
				sends: { sent: 2, suppressed: 1 },
				suppressedBy: { unsubscribed: 1 },
			},
			expect.objectContaining({ week: '2026-W11', joined: 1, converted: 1, sends: {} }),
			expect.objectContaining({ week: '2026-W12', joined: 0, medianDaysToConvert: null }),
			expect.objectContaining({ week: '2026-W10', joined: 3, activated: null }),
		]);
	});

	it('says the same when asked again, and may count the messages of one journey only', async () => {
		const item = funnel({
			...THREE_WEEKS,
			options: { until: '2026-03-20', journey: 'conversion' },
		});
		const [first, again] = [await run([item]), await run([item])];
		expect(again).toEqual(first);
		expect(first).toMatchObject([{ reminded: 1 }, {}, {}]);
	});

	it('goes by the start of the trial when asked to, in the weeks of the time zone', async () => {
		await partition.accounts.upsert(
			{ accountId: 'no-trial', at: day(0), signedUpAt: day(0) },
			day(0),
		);
		const midnight = new Date('2026-03-08T23:30:00Z');
		const trial = { startedAt: midnight, endsAt: day(30) };
		const subscription = aSubscription({ createdAt: midnight, trial });
		await partition.accounts.upsert(
			{ accountId: 'at-midnight', at: midnight, subscription },
			midnight,
		);
		const joined = async (timeZone: string) => {
			const rows = await run([funnel({ ...THREE_WEEKS, weeksBy: 'trialStartedAt' })], { timeZone });
			return rows.map((row) => row['joined']);
		};
		expect(await joined('UTC')).toEqual([4, 1, 0]);
		expect(await joined('Europe/Budapest')).toEqual([3, 2, 0]);
	});

	it('counts more accounts than one page', async () => {
		for (let number = 0; number < 1_100; number++) {
			const signedUpAt = new Date(MONDAY + Math.floor(number / 2));
			await partition.accounts.upsert(
				{ accountId: `account-${number}`, at: day(0), signedUpAt },
				day(0),
			);
		}
		expect(await run([funnel(THREE_WEEKS)])).toMatchObject([{ joined: 1_103 }, {}, {}]);
	});

	it('refuses nonsense and goes on', async () => {
		const rows = await run(
			[
				funnel({ weeks: 0 }),
				funnel({ weeks: 1.5 }),
				funnel({ weeks: 1, options: { until: 'soon' } }),
				funnel({ weeks: 1 }),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { message: '"Number of Weeks" is not a whole number from 1 to 520' } },
			{ error: { message: '"Number of Weeks" is not a whole number from 1 to 520' } },
			{ error: { message: '"Until" is not a date' } },
			{ joined: 0 },
		]);
	});
});
