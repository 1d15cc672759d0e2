import fc from 'fast-check';
import { decideAccess, DEFAULT_ACCESS_POLICY } from '../../../lifecycle/access.ts';
import { hasPaid, type AccountFacts } from '../../../lifecycle/account.ts';
import type { Subscription } from '../../../lifecycle/subscription.ts';
import { aSubscription } from '../../support/subscription.ts';
import { waitFor } from '../../support/wait-for.ts';
import { access, get, provision, useProduct } from './harness.ts';

const DAY_MS = 86_400_000;
const SET_ACCESS = 'PUT /instances/:accountId/access';

const product = useProduct();
const { run } = product;

const sync = (accountId: string, more = {}) => access('sync', accountId, more);
const decide = (accountId: string, more = {}) => access('decide', accountId, more);
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

const TRIAL_OF_LATE = { startedAt: daysAgo(20), endsAt: daysAgo(6) };
const LAPSED: Partial<Subscription> = {
	status: 'paused',
	pausedFor: 'trial_end_without_payment_method',
	trial: TRIAL_OF_LATE,
	createdAt: TRIAL_OF_LATE.startedAt,
};
const PAYING: Partial<Subscription> = { ...LAPSED, status: 'active', pausedFor: null };
const PAST_DUE: Partial<Subscription> = {
	...PAYING,
	status: 'past_due',
	hasPaymentMethod: true,
};

async function learn(accountId: string, facts: Omit<AccountFacts, 'accountId'>) {
	const { accounts } = await product.ledger();
	await accounts.upsert({ accountId, ...facts }, new Date());
}

const reading = (
	subscription: Partial<Subscription>,
	at: Date,
): Omit<AccountFacts, 'accountId'> => ({
	at,
	subscription: aSubscription(subscription),
});

describe('Access > Decide', () => {
	it('says what billing demands, by the policy given, and changes nothing', async () => {
		await run([provision('acct_1'), provision('acct_2')]);
		await learn('acct_1', reading(LAPSED, daysAgo(5)));
		await learn('acct_2', {
			...reading(PAST_DUE, daysAgo(1)),
			failingSince: daysAgo(3),
			paidAt: daysAgo(6),
		});
		const written = product.writes().length;
		const items = [
			decide('acct_1'),
			decide('acct_2'),
			decide('acct_2', { policy: { graceDays: 2 } }),
		];
		const rows = await run(items);
		expect(rows).toMatchObject([
			{ level: 'read_only', reason: 'trial_lapsed', knownAccess: 'full', differs: true },
			{ level: 'grace', reason: 'past_due', differs: true },
			{ level: 'read_only', reason: 'past_due', until: null },
		]);
		expect(rows[0]?.['until']).toBe(new Date(+TRIAL_OF_LATE.endsAt + 14 * DAY_MS).toISOString());
		expect(await run(items)).toEqual(rows);
		expect(product.writes()).toHaveLength(written);
	});

	it('decides by the time it is given', async () => {
		await learn('acct_1', reading(LAPSED, daysAgo(5)));
		const later = new Date(+TRIAL_OF_LATE.endsAt + 15 * DAY_MS).toISOString();
		expect(await run([decide('acct_1', { now: later })])).toMatchObject([{ level: 'suspended' }]);
	});

	it('fails where nothing is known about billing, and goes on with the others', async () => {
		await run([provision('acct_1')]);
		await learn('acct_2', reading(LAPSED, daysAgo(5)));
		const rows = await run([decide('acct_1'), decide('acct_2')], { continueOnFail: true });
		expect(rows).toMatchObject([{ error: { code: 'billing_unknown' } }, { level: 'read_only' }]);
	});
});

describe('Access > Sync', () => {
	beforeEach(async () => void (await run([provision('acct_1'), provision('acct_2')])));

	it('changes the accounts that differ, once', async () => {
		await learn('acct_1', reading(LAPSED, daysAgo(5)));
		await learn('acct_2', { ...reading(PAYING, daysAgo(5)), paidAt: daysAgo(6) });
		expect(await run([sync('acct_1'), sync('acct_2')])).toMatchObject([
			{ access: 'read_only', reason: 'trial_lapsed', changed: true, decidedAccess: 'read_only' },
			{ access: 'full', changed: false, decidedReason: 'active' },
		]);
		const written = product.writes().length;
		expect(await run([sync('acct_1')])).toMatchObject([{ changed: false, skipped: null }]);
		expect(product.writes()).toHaveLength(written);
	});

	it('climbs down the ladder by time alone, and up again after a payment', async () => {
		await learn('acct_1', reading(LAPSED, daysAgo(5)));
		const levels = [];
		for (const policy of [{}, { lapsedReadOnlyDays: 3 }]) {
			levels.push(...(await run([sync('acct_1', { policy })])));
		}
		await learn('acct_1', { ...reading(PAYING, new Date()), paidAt: new Date() });
		levels.push(...(await run([sync('acct_1')])));
		expect(levels.map((row) => row['access'])).toEqual(['read_only', 'suspended', 'full']);
	});

	it('leaves an account that is held for a reason of your own, until it is restored', async () => {
		const abuse = { reason: 'other', otherReason: 'abuse' };
		await run([access('suspend', 'acct_1', abuse)]);
		await learn('acct_1', { ...reading(PAYING, new Date()), paidAt: new Date() });
		expect(await run([sync('acct_1')])).toMatchObject([
			{ access: 'suspended', changed: false, skipped: 'other_reason' },
		]);
		await run([access('restore', 'acct_1', abuse)]);
		expect(await run([sync('acct_1')])).toMatchObject([{ access: 'full' }]);
	});

	it('never cuts off an account of whose billing nothing is known', async () => {
		const rows = await run([sync('acct_1'), sync('acct_2')], { continueOnFail: true });
		expect(rows).toMatchObject([
			{ error: { code: 'billing_unknown' } },
			{ error: { code: 'billing_unknown' } },
		]);
		expect(await run([get('acct_1')])).toMatchObject([{ access: 'full' }]);
	});

	it('waits out a product that is down for a moment, and writes the level down', async () => {
		await learn('acct_1', reading(LAPSED, daysAgo(5)));
		product.standIn().faults.add({ route: SET_ACCESS, kind: 'status', status: 503, times: 2 });
		await run([sync('acct_1')]);
		const { accounts } = await product.ledger();
		expect(await accounts.get('acct_1')).toMatchObject({ accessLevel: 'read_only' });
	});

	it('learns the level of an instance that was opened elsewhere', async () => {
		const { accounts } = await product.ledger();
		await learn('acct_1', {
			...reading(PAYING, daysAgo(1)),
			paidAt: daysAgo(1),
			accessLevel: 'grace',
		});
		await run([sync('acct_1')]);
		expect(await accounts.get('acct_1')).toMatchObject({ accessLevel: 'full' });
		await learn('acct_404', { ...reading(LAPSED, daysAgo(5)), accessLevel: null });
		await run([sync('acct_404')]);
		expect(await accounts.get('acct_404')).toMatchObject({ accessLevel: null });
	});

	it('takes back what was granted before the newest fact', async () => {
		await learn('acct_1', reading(LAPSED, daysAgo(5)));
		await run([sync('acct_1')]);
		await run([access('grant', 'acct_1', { options: { asOf: new Date().toISOString() } })]);
		await learn('acct_1', reading(LAPSED, new Date(Date.now() + 1000)));
		expect(await run([sync('acct_1')])).toMatchObject([{ access: 'read_only', changed: true }]);
	});

	it('passes over an account that never subscribed, and one that was revoked', async () => {
		await learn('acct_1', { at: new Date(), subscription: null });
		await learn('acct_2', reading(LAPSED, daysAgo(5)));
		await run([access('revoke', 'acct_2')]);
		expect(await run([sync('acct_1'), sync('acct_2')])).toMatchObject([
			{ access: 'full', changed: false, skipped: 'no_subscription' },
			{ access: 'none', changed: false, skipped: 'revoked' },
		]);
	});

	it('passes over an account without an instance', async () => {
		await learn('acct_404', reading(LAPSED, daysAgo(5)));
		expect(await run([sync('acct_404')])).toMatchObject([{ skipped: 'absent', status: 'absent' }]);
	});

	it('calls no account right while an older change of it is under way', async () => {
		await learn('acct_1', reading(LAPSED, daysAgo(5)));
		product.standIn().faults.add({ route: SET_ACCESS, kind: 'slow', delayMs: 500 });
		const older = run([sync('acct_1')]);
		const { accessChanges } = await product.ledger();
		await waitFor('the older change to begin', async () =>
			(await accessChanges.list('acct_1', 1)).at(0),
		);
		await learn('acct_1', { ...reading(PAYING, new Date()), paidAt: new Date() });
		expect(await run([sync('acct_1')])).toMatchObject([{ access: 'full', changed: true }]);
		expect(await older).toMatchObject([{ access: 'read_only' }]);
		expect(await run([get('acct_1')])).toMatchObject([{ access: 'full' }]);
	});

	it('ends in what the newest fact demands, whatever is repeated, late or at once', async () => {
		const states = [LAPSED, PAYING, PAST_DUE, { ...PAYING, status: 'unpaid' as const }];
		const history = fc.array(fc.nat({ max: states.length - 1 }), { minLength: 1, maxLength: 5 });
		let account = 0;
		await fc.assert(
			fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (versions, dice) => {
				const accountId = `generated_${account++}`;
				await run([provision(accountId)]);
				const facts = versions.map((version, index) =>
					reading(states[version] ?? LAPSED, daysAgo(versions.length - index)),
				);
				const disorder = [...facts, ...facts]
					.map((fact) => ({ fact, place: dice.next().value ?? 0 }))
					.sort((one, other) => one.place - other.place);
				product.standIn().faults.add({
					route: SET_ACCESS,
					kind: 'slow',
					delayMs: 20,
					times: 99,
					probability: 0.5,
				});
				await Promise.all(
					disorder.map(async ({ fact }) => {
						await learn(accountId, fact);
						await run([sync(accountId)]);
					}),
				);
				product.standIn().faults.clear();
				const { accounts } = await product.ledger();
				const known = await accounts.get(accountId);
				const paid = known !== null && hasPaid(known);
				const { level } = decideAccess(
					aSubscription(facts.at(-1)?.subscription ?? {}),
					{ hasPaid: paid, failingSince: known?.failingSince ?? null },
					DEFAULT_ACCESS_POLICY,
					new Date(),
				);
				expect(await run([get(accountId)])).toMatchObject([{ access: level }]);
			}),
			{ numRuns: 10 },
		);
	}, 60_000);
});
