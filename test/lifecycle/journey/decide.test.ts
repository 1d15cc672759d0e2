import {
	decide,
	type Moment,
	type Standing,
	type Verdict,
} from '../../../lifecycle/journey/decide.ts';
import { sendOnceKey } from '../../../lifecycle/journey/send-once-key.ts';
import type { Step } from '../../../lifecycle/journey/step.ts';
import { aSubscription } from '../../support/subscription.ts';
import { aJourney, anAccount, aStep, aTraveller, ENDS, STARTED } from './people.ts';

const SEVEN = aStep({ key: 'seven', amount: 7, usefulForHours: 96 });
const THREE = aStep({ key: 'three', amount: 3, usefulForHours: 72 });
const LAST = aStep({ key: 'last', amount: 0 });
const SYNC = aStep({ key: 'sync', amount: 3, settledBy: 'emission', usefulForHours: 72 });

/** One word for each step: what becomes of it. */
function fates(verdict: Verdict): Record<string, string> {
	return Object.fromEntries([
		...verdict.emit.map(({ step }) => [step.key, 'out']),
		...verdict.end.map(({ step, why }) => [step.key, why]),
		...verdict.superseded.map(({ step }) => [step.key, 'superseded']),
		...verdict.wait.map(({ step, why }) => [step.key, why]),
	]) as Record<string, string>;
}

const moment = (now: string, lastLook?: string): Moment => ({
	now: new Date(now),
	lastLookAt: lastLook === undefined ? null : new Date(lastLook),
	aheadMs: 0,
});

const ledgerOf = (entries: ReadonlyArray<readonly [Step, Standing]>) =>
	new Map(
		entries.map(([step, standing]) => [sendOnceKey(aJourney(), step, anAccount(), ENDS), standing]),
	);

const SENT: Standing = { state: 'settled', hasReached: true };
const SUPPRESSED: Standing = { state: 'settled', hasReached: false };
const AGAIN: Standing = { state: 'repeatable', hasReached: false };

describe('at one moment', () => {
	const journey = aJourney({ steps: [SEVEN, THREE, LAST] });

	it.each<[string, Moment, ReadonlyArray<readonly [Step, Standing]>, Record<string, string>]>([
		[
			'before anything',
			moment('2027-01-12T10:00Z'),
			[],
			{ seven: 'not_yet_due', three: 'not_yet_due', last: 'not_yet_due' },
		],
		[
			'an instant before',
			moment('2027-01-17T08:59:59.999Z'),
			[],
			{ seven: 'not_yet_due', three: 'not_yet_due', last: 'not_yet_due' },
		],
		[
			'when it is due',
			moment('2027-01-17T09:00Z'),
			[],
			{ seven: 'out', three: 'not_yet_due', last: 'not_yet_due' },
		],
		[
			'once it is sent',
			moment('2027-01-17T09:10Z'),
			[[SEVEN, SENT]],
			{ seven: 'settled_before', three: 'not_yet_due', last: 'not_yet_due' },
		],
		[
			'overtaken by the next',
			moment('2027-01-21T08:00Z'),
			[],
			{ seven: 'out', three: 'not_yet_due', last: 'not_yet_due' },
		],
		[
			'left behind and of no use any more',
			moment('2027-01-24T08:59Z'),
			[[SEVEN, AGAIN]],
			{ seven: 'not_delivered', three: 'out', last: 'not_yet_due' },
		],
		[
			'after three days of outage',
			moment('2027-01-23T09:00Z', '2027-01-16T09:00Z'),
			[],
			{ seven: 'missed', three: 'out', last: 'not_yet_due' },
		],
		[
			"what closed before the last look is nobody's loss",
			moment('2027-01-23T09:00Z', '2027-01-22T09:00Z'),
			[],
			{ seven: 'too_late', three: 'out', last: 'not_yet_due' },
		],
		[
			'one that was added before one that was sent',
			moment('2027-01-21T10:00Z'),
			[[THREE, SENT]],
			{ seven: 'too_late', three: 'settled_before', last: 'not_yet_due' },
		],
		[
			'suppressed ones overtake nobody',
			moment('2027-01-21T08:59Z'),
			[[THREE, SUPPRESSED]],
			{ seven: 'out', three: 'settled_before', last: 'not_yet_due' },
		],
	])('%s', (_, at, ledger, expected) => {
		expect(fates(decide(journey, aTraveller(), ledgerOf(ledger), at))).toEqual(expected);
	});

	it('only the last of several that are open comes out', () => {
		const long = [SEVEN, THREE].map((step) => ({ ...step, usefulForHours: 200 }));
		const verdict = decide(
			aJourney({ steps: long }),
			aTraveller(),
			new Map(),
			moment('2027-01-22T09:00Z'),
		);
		expect(fates(verdict)).toEqual({ seven: 'superseded', three: 'out' });
	});

	it('of two that are due together the one further down comes out', () => {
		const both = [aStep({ key: 'one' }), aStep({ key: 'two' })];
		const verdict = decide(
			aJourney({ steps: both }),
			aTraveller(),
			new Map(),
			moment('2027-01-21T09:00Z'),
		);
		expect(fates(verdict)).toEqual({ one: 'superseded', two: 'out' });
	});

	it('actions come out beside the message and overtake none', () => {
		const steps = [{ ...SEVEN, usefulForHours: 200 }, SYNC];
		const verdict = decide(
			aJourney({ steps }),
			aTraveller(),
			new Map(),
			moment('2027-01-21T09:00Z'),
		);
		expect(fates(verdict)).toEqual({ seven: 'out', sync: 'out' });
	});

	it.each([
		['came out and was never sent', 'repeatable', 'not_delivered'],
		['could not come out', 'put_off', 'missed'],
	] as const)('what %s comes again while it is useful, then is written down', (_, state, why) => {
		const ledger = ledgerOf([[SEVEN, { state, hasReached: false }]]);
		const at = (text: string) => fates(decide(journey, aTraveller(), ledger, moment(text)));
		expect(at('2027-01-21T08:59Z')).toMatchObject({ seven: 'out' });
		expect(at('2027-01-21T09:00Z')).toMatchObject({ seven: why });
	});

	it('quiet hours inside the window let nothing out', () => {
		const pacing = { quiet: { from: 1200, to: 480 }, weekdays: [], gapHours: 0, timeZone: 'UTC' };
		const night = decide(
			aJourney({ pacing }),
			aTraveller(),
			new Map(),
			moment('2027-01-21T21:00Z'),
		);
		expect(fates(night)).toEqual({ three_days_left: 'quiet_hours' });
		const dawn = decide(aJourney({ pacing }), aTraveller(), new Map(), moment('2027-01-22T08:00Z'));
		expect(fates(dawn)).toEqual({ three_days_left: 'out' });
	});

	it('an extended trial counts anew', () => {
		const endsAt = new Date('2027-01-31T10:00Z');
		const subscription = aSubscription({ trial: { startedAt: STARTED, endsAt } });
		const ledger = ledgerOf([[THREE, SENT]]);
		const at = moment('2027-01-28T09:00Z');
		expect(fates(decide(journey, aTraveller({ subscription }), ledger, at))).toMatchObject({
			three: 'out',
		});
	});

	it('who has left the audience gets nothing, and nothing is written down', () => {
		const trial = { startedAt: STARTED, endsAt: ENDS };
		const active = aTraveller({ subscription: aSubscription({ trial, status: 'active' }) });
		const verdict = decide(journey, active, new Map(), moment('2027-01-21T09:00Z'));
		expect(verdict).toMatchObject({ emit: [], end: [], superseded: [] });
		expect(fates(verdict)).toEqual({ seven: 'converted', three: 'converted', last: 'converted' });
	});
});
