import type { AccountFacts } from '../../../lifecycle/account.ts';
import { isMeantFor, reasonOf } from '../../../lifecycle/journey/conditions.ts';
import { exitFor } from '../../../lifecycle/journey/exits.ts';
import { sendOnceKey } from '../../../lifecycle/journey/send-once-key.ts';
import { variantOf } from '../../../lifecycle/journey/split.ts';
import type { Exits, Journey, Step, StepConditions } from '../../../lifecycle/journey/step.ts';
import { aSubscription } from '../../support/subscription.ts';
import { aJourney, anAccount, ANYBODY, aStep, aTraveller, ENDS, STARTED } from './people.ts';

const trial = { startedAt: STARTED, endsAt: ENDS };
const withCard = { subscription: aSubscription({ trial, hasPaymentMethod: true }) };
const tooExpensive = { reason: 'cancellation_requested', feedback: 'too_expensive', comment: null };
const canceled = {
	subscription: aSubscription({
		trial,
		status: 'canceled',
		cancelRequestedAt: new Date('2027-01-20T10:00Z'),
		endedAt: new Date('2027-01-20T10:00Z'),
		cancellation: tooExpensive,
	}),
};

describe('whom a step is meant for', () => {
	it.each<[string, Partial<StepConditions>, Partial<AccountFacts>, string[], boolean]>([
		['anybody', {}, {}, [], true],
		['people with a card', { cardOnFile: 'yes' }, withCard, [], true],
		['people with a card, not those without', { cardOnFile: 'yes' }, {}, [], false],
		['people without a card', { cardOnFile: 'no' }, withCard, [], false],
		['who has done it', { milestonesDone: ['a'] }, {}, ['a', 'b'], true],
		['who has done all of it', { milestonesDone: ['a', 'c'] }, {}, ['a', 'b'], false],
		['who has not done it', { milestonesMissing: ['a'] }, {}, ['b'], true],
		['who has done none of it', { milestonesMissing: ['a', 'c'] }, {}, ['a'], false],
		['who left for this', { reasons: ['unused', 'too_expensive'] }, canceled, [], true],
		['who left like this', { reasons: ['canceled'] }, canceled, [], true],
		['who left for something else', { reasons: ['unused'] }, canceled, [], false],
		['nobody who is here', { reasons: ['unused'] }, {}, [], false],
		['who is on this plan', { plans: ['price_other'] }, {}, [], false],
		['who reads this', { languages: ['hu'] }, { language: 'hu-HU' }, [], true],
		['who reads it somewhere', { languages: ['pt-BR'] }, { language: 'pt' }, [], true],
		['who reads something else', { languages: ['hu'] }, { language: 'en' }, [], false],
		['nobody whose language is unknown', { languages: ['hu'] }, {}, [], false],
	])('%s', (_, conditions, facts, milestones, meant) => {
		const step = { ...ANYBODY, ...conditions };
		expect(isMeantFor(step, aTraveller(facts, milestones))).toBe(meant);
	});

	it('tells why they left by their own word first', () => {
		expect(reasonOf(anAccount(canceled))).toBe('too_expensive');
		expect(reasonOf(anAccount())).toBeNull();
	});
});

describe('what ends a journey', () => {
	const NOW = new Date('2027-01-22T10:00Z');
	const active = { subscription: aSubscription({ trial, status: 'active' }) };
	const leaving = { subscription: aSubscription({ trial, cancelsAt: ENDS }) };
	const consent = { isUnsubscribed: false, hasHardBounced: false, hasReportedSpam: false };
	const unsubscribed = { consent: { ...consent, isUnsubscribed: true } };
	const bounced = { consent: { ...consent, hasHardBounced: true } };
	const replied = { lastRepliedAt: new Date('2027-01-21T12:00Z') };

	it.each<
		[string, Partial<AccountFacts>, Partial<Exits>, Partial<Step>, Partial<Journey>, string | null]
	>([
		['nothing', {}, {}, {}, {}, null],
		['paying', active, {}, {}, {}, 'converted'],
		['paying, not where it is switched off', active, { converted: false }, {}, {}, null],
		['paying, not where only customers are meant', active, {}, {}, { audience: ['active'] }, null],
		['asking to leave', leaving, {}, {}, {}, 'cancellation_scheduled'],
		[
			'asking to leave, not for steps that answer it',
			leaving,
			{},
			{ anchor: 'cancellation' },
			{},
			null,
		],
		[
			'asking to leave, not for steps about the end',
			leaving,
			{},
			{ anchor: 'subscriptionEnd' },
			{},
			null,
		],
		[
			'asking to leave, not for steps about a debt',
			leaving,
			{},
			{ anchor: 'firstFailedPayment' },
			{},
			null,
		],
		['asking to leave, not for actions', leaving, {}, { settledBy: 'emission' }, {}, null],
		['a reply since the first step', replied, {}, {}, {}, 'replied'],
		['a reply, not where it is switched off', replied, { replied: false }, {}, {}, null],
		[
			'a reply, not for what is about the account itself',
			replied,
			{},
			{ category: 'transactional' },
			{},
			null,
		],
		['a reply, not one before the first step', { lastRepliedAt: STARTED }, {}, {}, {}, null],
		['unsubscribing', unsubscribed, {}, {}, {}, 'unsubscribed'],
		['a dead mailbox', bounced, {}, {}, {}, 'hard_bounce'],
		[
			'unsubscribing, not where it is switched off',
			unsubscribed,
			{ unsubscribed: false },
			{},
			{},
			null,
		],
		[
			'unsubscribing, not for what is about the account itself',
			unsubscribed,
			{},
			{ category: 'transactional' },
			{},
			null,
		],
		['a milestone', {}, { milestones: ['x', 'called'] }, {}, {}, 'milestone_reached'],
		[
			'time',
			{},
			{ afterDays: 12 },
			{ anchor: 'trialStart', direction: 'after' },
			{},
			'journey_over',
		],
		[
			'time, not a day before',
			{},
			{ afterDays: 13 },
			{ anchor: 'trialStart', direction: 'after' },
			{},
			null,
		],
	])('%s', (_, facts, exits, more, journey, reason) => {
		const step = aStep(more);
		const base = aJourney();
		const whole = { ...base, steps: [step], exits: { ...base.exits, ...exits }, ...journey };
		const anchorAt = step.anchor === 'trialStart' ? STARTED : ENDS;
		expect(
			exitFor(step, anchorAt, whole, aTraveller(facts, ['called']), { now: NOW, aheadMs: 0 }),
		).toBe(reason);
	});
});

describe('the split', () => {
	const halves = [
		{ name: 'A', percent: 50 },
		{ name: 'B', percent: 30 },
	];
	const arms = (journey: string) =>
		Array.from({ length: 2_000 }, (_, one) => variantOf(halves, journey, `acme-${one}`));

	it('is the same in every run, and another one in another journey', () => {
		expect(arms('conversion')).toEqual(arms('conversion'));
		expect(arms('conversion')).not.toEqual(arms('onboarding'));
	});

	it('gives each arm its share', () => {
		const found = arms('conversion');
		const share = (arm: string | null) => found.filter((one) => one === arm).length / found.length;
		expect(share('A')).toBeCloseTo(0.5, 1);
		expect(share('B')).toBeCloseTo(0.3, 1);
		expect(share(null)).toBeCloseTo(0.2, 1);
	});

	it('keeps everybody in their arm when an arm after it is added', () => {
		const before = arms('conversion');
		const more = [...halves, { name: 'C', percent: 20 }];
		before.forEach((arm, one) => {
			expect(variantOf(more, 'conversion', `acme-${one}`)).toBe(arm ?? 'C');
		});
	});
});

describe('the send-once key', () => {
	it.each<[Step['anchor'], string]>([
		['signUp', 'conversion/s/acme-1'],
		['trialStart', 'conversion/s/acme-1/sub_1'],
		['trialEnd', 'conversion/s/acme-1/sub_1/2027-01-24T10:00:00.000Z'],
		['lapse', 'conversion/s/acme-1/sub_1/2027-01-24T10:00:00.000Z'],
	])('of a step after %s', (anchor, key) => {
		const account = anAccount({ subscription: aSubscription({ id: 'sub_1', trial }) });
		expect(sendOnceKey(aJourney(), aStep({ key: 's', anchor }), account, ENDS)).toBe(key);
	});
});
