import fc from 'fast-check';
import { accountAt, stagesLeadingTo } from '../../lifecycle/account-now.ts';
import { mergeFacts, type AccountFacts } from '../../lifecycle/account.ts';
import { STAGES } from '../../lifecycle/stage.ts';
import {
	MISSING_PAYMENT_METHOD_BEHAVIORS,
	PAUSE_REASONS,
	SUBSCRIPTION_STATUSES,
} from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const WRITTEN = new Date('2026-03-02T00:00:00Z');
const TRIAL_END = new Date('2026-03-15T12:00:00Z');

const written = (facts: Partial<AccountFacts> = {}, now = WRITTEN) =>
	mergeFacts(null, { accountId: 'acme-1', at: now, ...facts }, now);

describe('accountAt', () => {
	it.each([
		['a millisecond before the trial ends', new Date(+TRIAL_END - 1), 'trialing', null],
		['when it has run out', TRIAL_END, 'lapsed', TRIAL_END],
	])('%s', (_name, now, stage, lapsedAt) => {
		const account = written({ subscription: aSubscription() });
		expect(accountAt(account, now)).toEqual({ ...account, stage, lapsedAt });
	});

	it('lets a customer go whose scheduled end has come', () => {
		const subscription = aSubscription({ status: 'active', cancelsAt: TRIAL_END });
		const account = written({ subscription, paidAt: WRITTEN });
		expect(account.stage).toBe('active');
		expect(accountAt(account, TRIAL_END).stage).toBe('churned');
	});

	it('leaves an account on a test clock as it was written', () => {
		const account = written({ subscription: aSubscription({ testClockId: 'clock_1' }) });
		expect(accountAt(account, new Date('2030-01-01'))).toEqual(account);
	});

	it('changes nothing in an account without a subscription', () => {
		const account = written({ email: 'ann@example.com' });
		expect(accountAt(account, TRIAL_END)).toEqual(account);
	});
});

describe('stagesLeadingTo', () => {
	const instant = fc.date({
		min: new Date('2026-03-01'),
		max: new Date('2026-05-01'),
		noInvalidDate: true,
	});
	const anyAccount = fc
		.record({
			status: fc.constantFrom(...SUBSCRIPTION_STATUSES),
			pausedFor: fc.option(fc.constantFrom(...PAUSE_REASONS)),
			withoutPaymentMethod: fc.constantFrom(...MISSING_PAYMENT_METHOD_BEHAVIORS),
			hasPaymentMethod: fc.boolean(),
			cancelsAt: fc.option(instant),
			hasTrial: fc.boolean(),
			paidAt: fc.option(instant),
		})
		.map(({ hasTrial, paidAt, ...subscription }) =>
			written({
				subscription: aSubscription({ ...subscription, ...(hasTrial ? {} : { trial: null }) }),
				...(paidAt ? { paidAt } : {}),
			}),
		);

	it('names every stage that time alone can turn into this one', () => {
		fc.assert(
			fc.property(anyAccount, instant, instant, (account, one, other) => {
				const [earlier, later] = one < other ? [one, other] : [other, one];
				const before = accountAt(account, earlier).stage;
				const after = accountAt(account, later).stage;
				expect([after, ...stagesLeadingTo(after)]).toContain(before);
			}),
			{ numRuns: 2_000 },
		);
	});

	it('names no stage that never does', () => {
		const seen = new Set<string>();
		for (const account of fc.sample(anyAccount, 3_000)) {
			const later = accountAt(account, new Date('2027-01-01')).stage;
			if (later !== account.stage) seen.add(`${account.stage} ${later}`);
		}
		const named = STAGES.flatMap((stage) =>
			stagesLeadingTo(stage).map((before) => `${before} ${stage}`),
		);
		expect([...seen].sort()).toEqual(named.sort());
	});
});
