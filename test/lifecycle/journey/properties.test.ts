import fc from 'fast-check';
import { mergeFacts, type Account } from '../../../lifecycle/account.ts';
import { decide, type Standing } from '../../../lifecycle/journey/decide.ts';
import { isAllowed } from '../../../lifecycle/journey/pacing.ts';
import { isMarketing, type Journey, type Step } from '../../../lifecycle/journey/step.ts';
import { anchorsDue, windowOf, zoneOf } from '../../../lifecycle/journey/timing.ts';
import { SEED } from '../../support/seed.ts';
import { aSubscription } from '../../support/subscription.ts';
import { aJourney, anAccount, aStep, ENDS, STARTED } from './people.ts';

const RUNS = 60;
/** A life is long: what is broken would be made smaller for an hour. */
const LONGEST_MS = 90_000;
const HOUR_MS = 3_600_000;
const ZONES = ['UTC', 'Europe/Budapest', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia'];

const minutes = fc.integer({ min: 0, max: 1439 });

const anyStep: fc.Arbitrary<Omit<Step, 'key' | 'name' | 'conditions'>> = fc.record({
	anchor: fc.constantFrom('trialStart', 'trialEnd', 'signUp'),
	direction: fc.constantFrom('before', 'after'),
	amount: fc.integer({ min: 0, max: 14 }),
	unit: fc.constantFrom('days', 'hours'),
	timeOfDay: fc.option(minutes),
	category: fc.constantFrom('marketing', 'transactional'),
	usefulForHours: fc.integer({ min: 1, max: 100 }),
	settledBy: fc.constantFrom('message', 'message', 'emission'),
});

const anyJourney: fc.Arbitrary<Journey> = fc
	.record({
		steps: fc.array(anyStep, { minLength: 3, maxLength: 6 }),
		quiet: fc.option(fc.constantFrom({ from: 1200, to: 480 }, { from: 720, to: 780 })),
		weekdays: fc.constantFrom([], [1, 2, 3, 4, 5], [6]),
		timeZone: fc.constantFrom(...ZONES),
	})
	.map(({ steps, quiet, weekdays, timeZone }) =>
		aJourney({
			steps: steps.map((step, index) => aStep({ ...step, key: `s${index}` })),
			pacing: { quiet, weekdays, gapHours: 0, timeZone },
		}),
	);

/** What happens between two looks of the journey. */
type Happening = 'nothing' | 'reply' | 'unsubscribe' | 'convert' | 'cancel' | 'extend';

interface Look {
	/** Since the last one: mostly soon, sometimes after an outage. */
	readonly afterHours: number;
	readonly before: Happening;
	/** What becomes of a message that comes out. */
	readonly outcome: 'sent' | 'died' | 'refused';
}

const anyLook: fc.Arbitrary<Look> = fc.record({
	afterHours: fc.oneof(
		{ weight: 8, arbitrary: fc.double({ min: 0.05, max: 6, noNaN: true }) },
		{ weight: 1, arbitrary: fc.double({ min: 20, max: 90, noNaN: true }) },
	),
	before: fc.oneof(
		{ weight: 40, arbitrary: fc.constant('nothing' as const) },
		{
			weight: 1,
			arbitrary: fc.constantFrom('reply', 'unsubscribe', 'convert', 'cancel', 'extend'),
		},
	),
	outcome: fc.constantFrom('sent', 'sent', 'sent', 'died', 'refused'),
});

interface Out {
	readonly step: Step;
	readonly key: string;
	readonly at: Date;
	readonly account: Account;
	readonly look: number;
	readonly delivered: boolean;
}

/** Lives through all looks as the node does: the ledger remembers, the bookmark moves on. */
function play(journey: Journey, looks: readonly Look[]): Out[] {
	const out: Out[] = [];
	const ledger = new Map<string, Standing>();
	let account = anAccount({ signedUpAt: STARTED });
	let now = new Date(STARTED.getTime() - HOUR_MS);
	let lastLookAt: Date | null = null;
	looks.forEach(({ afterHours, before, outcome }, look) => {
		now = new Date(now.getTime() + afterHours * HOUR_MS);
		account = happen(account, before, now);
		const traveller = {
			account: mergeFacts(account, { accountId: 'acme-1', at: now }, now),
			milestones: [],
		};
		const verdict = decide(journey, traveller, ledger, { now, lastLookAt, aheadMs: 0 });
		for (const { step, key } of verdict.emit) {
			const delivered = step.settledBy === 'emission' || outcome === 'sent';
			out.push({ step, key, at: now, account: traveller.account, look, delivered });
			ledger.set(
				key,
				delivered
					? { state: 'settled', hasReached: true }
					: { state: 'repeatable', hasReached: false },
			);
		}
		for (const { key } of [
			...verdict.end,
			...(verdict.emit.length > 0 ? verdict.superseded : []),
		]) {
			ledger.set(key, { state: 'settled', hasReached: false });
		}
		lastLookAt = now;
	});
	return out;
}

function happen(account: Account, happening: Happening, at: Date): Account {
	const know = (facts: object) => mergeFacts(account, { accountId: 'acme-1', at, ...facts }, at);
	const { subscription } = account;
	const endsAt = subscription?.trial?.endsAt ?? ENDS;
	const changed = (more: object) =>
		know({ subscription: { ...(subscription ?? aSubscription()), ...more } });
	switch (happening) {
		case 'nothing':
			return account;
		case 'reply':
			return know({ lastRepliedAt: at });
		case 'unsubscribe':
			return know({
				consent: { isUnsubscribed: true, hasHardBounced: false, hasReportedSpam: false },
			});
		case 'convert':
			return changed({ status: 'active' });
		case 'cancel':
			return changed({ cancelsAt: endsAt, cancelRequestedAt: at });
		case 'extend':
			return at < endsAt
				? changed({
						trial: { startedAt: STARTED, endsAt: new Date(endsAt.getTime() + 168 * HOUR_MS) },
					})
				: account;
	}
}

function trialEnd({ account }: Pick<Out, 'account'>): number | undefined {
	return account.subscription?.trial?.endsAt.getTime();
}

const anyLife = fc.tuple(anyJourney, fc.array(anyLook, { minLength: 60, maxLength: 120 }));

const PROMISES: Readonly<Record<string, (out: readonly Out[], journey: Journey) => void>> = {
	'every step arrives at most once for one anchor': (out) => {
		const delivered = out.filter(({ delivered: has }) => has).map(({ key }) => key);
		expect(new Set(delivered).size).toBe(delivered.length);
	},

	'nothing comes out outside its window': (out, journey) => {
		for (const { step, at, account } of out) {
			const window = windowOf(step, account, journey);
			expect(window && window.dueAt <= at && window.opensAt <= at && at < window.closesAt).toBe(
				true,
			);
		}
	},

	'whoever gets something is among those whom the store is asked for': (out, journey) => {
		for (const { step, at, account } of out) {
			const anchorAt = windowOf(step, account, journey)?.anchorAt ?? new Date(NaN);
			const { from, to } = anchorsDue(step, journey, at, null);
			expect([step, from <= anchorAt && anchorAt < to]).toEqual([step, true]);
		}
	},

	'marketing keeps to the hours and days that are allowed': (out, journey) => {
		for (const { step, at, account } of out.filter((one) => isMarketing(one.step))) {
			expect([step.key, isAllowed(at, journey.pacing, zoneOf(account, journey))]).toEqual([
				step.key,
				true,
			]);
		}
	},

	'nothing comes out after an exit': (out) => {
		for (const { step, at, account } of out) {
			expect(account.stage).toBe('trialing');
			if (step.settledBy === 'message') expect(account.subscription?.cancelsAt).toBeNull();
			if (!isMarketing(step)) continue;
			expect(account.consent?.isUnsubscribed ?? false).toBe(false);
			// Only a reply before the journey's first step goes by; an extended trial is counted down anew.
			const countdown = out.filter((one) => trialEnd(one) === trialEnd({ account }));
			const first = Math.min(...countdown.map((one) => one.at.getTime()));
			if (account.lastRepliedAt && at.getTime() > first) {
				expect(account.lastRepliedAt.getTime()).toBeLessThan(first);
			}
		}
	},

	'one message at most comes out at a time': (out) => {
		const looks = out.filter(({ step }) => step.settledBy === 'message').map(({ look }) => look);
		expect(new Set(looks).size).toBe(looks.length);
	},

	'no message comes out after a later one of the same anchor has arrived': (out, journey) => {
		const messages = out.filter(({ step }) => step.settledBy === 'message');
		messages.forEach((one, index) => {
			for (const earlier of messages.slice(0, index).filter(({ delivered }) => delivered)) {
				if (trialEnd(earlier) !== trialEnd(one)) continue;
				const dueOf = ({ step, account }: Out) =>
					windowOf(step, account, journey)?.dueAt.getTime() ?? NaN;
				expect(dueOf(earlier)).toBeLessThanOrEqual(dueOf(one));
			}
		});
	},
};

it(`keeps in any life: ${Object.keys(PROMISES).join('; ')}`, () => {
	process.stdout.write(`TEST_SEED=${SEED}\n`);
	let seen = 0;
	fc.assert(
		fc.property(anyLife, ([journey, looks]) => {
			const out = play(journey, looks);
			seen += out.length;
			for (const [promise, holds] of Object.entries(PROMISES)) {
				try {
					holds(out, journey);
				} catch (error) {
					throw new Error(`Broken: ${promise}`, { cause: error });
				}
			}
		}),
		{ numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: LONGEST_MS },
	);
	// Lives in which nothing ever comes out would prove nothing.
	expect(seen).toBeGreaterThan(RUNS);
}, 120_000);
