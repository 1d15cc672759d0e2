import fc from 'fast-check';
import {
	changesBetween,
	isOfErasedLife,
	mergeFacts,
	type Account,
	type AccountFacts,
} from '../../lifecycle/account.ts';
import type { SubscriptionStatus } from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const NOW = new Date('2026-04-20T12:00:00Z');
const T1 = new Date('2026-04-01T00:00:00Z');
const T2 = new Date('2026-04-02T00:00:00Z');
const T3 = new Date('2026-04-03T00:00:00Z');

type Word = Omit<AccountFacts, 'accountId'>;

function learn(...words: readonly Word[]): Account {
	return words.reduce<Account | null>(
		(account, word) => mergeFacts(account, { accountId: 'acme-1', ...word }, NOW),
		null,
	) as Account;
}

describe('mergeFacts', () => {
	it('lets a newer fact replace an older one, field by field', () => {
		expect(
			learn({ at: T1, name: 'Ann', email: 'ann@example.com' }, { at: T2, name: 'Anna' }),
		).toMatchObject({
			name: 'Anna',
			email: 'ann@example.com',
			knownAt: { name: T2, email: T1 },
		});
	});

	it('never lets an older fact replace a newer one, and still learns from it what was unknown', () => {
		expect(learn({ at: T2, name: 'Anna' }, { at: T1, name: 'Ann', language: 'hu' })).toMatchObject({
			name: 'Anna',
			language: 'hu',
		});
	});

	it('takes null as a fact: what is gone stays gone', () => {
		expect(
			learn({ at: T1, contactId: 'c1' }, { at: T3, contactId: null }, { at: T2, contactId: 'c1' })
				.contactId,
		).toBeNull();
	});

	it('keeps the first sign-up and payment, the last activity, reply and payment', () => {
		const words = [
			{ at: T3, signedUpAt: T2, lastActiveAt: T2, lastRepliedAt: T2, paidAt: T2 },
			{ at: T1, signedUpAt: T1, lastActiveAt: T3, lastRepliedAt: T3, paidAt: T3 },
		];
		expect(learn(...words)).toMatchObject({
			signedUpAt: T1,
			lastActiveAt: T3,
			lastRepliedAt: T3,
			firstPaidAt: T2,
			lastPaidAt: T3,
		});
	});

	it('derives the stage from subscription and payments', () => {
		const canceled = aSubscription({ status: 'canceled', endedAt: T1 });
		expect(learn({ at: T1, subscription: aSubscription() }).stage).toBe('lapsed');
		expect(learn({ at: T2, subscription: canceled })).toMatchObject({
			stage: 'lapsed',
			lapsedAt: new Date('2026-03-15T12:00:00Z'),
		});
		expect(learn({ at: T2, subscription: canceled, paidAt: T1 })).toMatchObject({
			stage: 'churned',
			lapsedAt: null,
		});
	});

	it('dates a lapse to when Stripe gave up a card, and lets nothing older change that', () => {
		const pastDue = aSubscription({ status: 'past_due', hasPaymentMethod: true });
		const givenUp = aSubscription({
			status: 'canceled',
			hasPaymentMethod: true,
			endedAt: T2,
			cancellation: { reason: 'payment_failed', feedback: null, comment: null },
		});
		const words = [
			{ at: T1, subscription: pastDue },
			{ at: T3, subscription: givenUp },
		];
		for (const told of [words, words.toReversed()]) {
			expect(learn(...told)).toMatchObject({ stage: 'lapsed', lapsedAt: T2 });
		}
		expect(learn({ at: T1, subscription: pastDue })).toMatchObject({
			stage: 'past_due',
			lapsedAt: null,
		});
	});

	it('counts a payment only for the subscription that was made before it', () => {
		const second = aSubscription({ id: 'sub_2', status: 'canceled', createdAt: T2, endedAt: T3 });
		expect(learn({ at: T1, paidAt: T1 }, { at: T3, subscription: second }).stage).toBe('lapsed');
	});

	it.each([
		['noticed', {}, T2],
		['told', { failingSince: T1 }, T1],
	])('knows since when a subscription is past due: as %s', (_, told, since) => {
		const pastDue = aSubscription({ status: 'past_due' });
		expect(
			learn({ at: T2, subscription: pastDue, ...told }, { at: T3, subscription: pastDue })
				.failingSince,
		).toEqual(since);
	});

	it.each([
		['stays with the first debt when the next one fails too', {}, T1],
		['begins with the next debt when the first one was paid', { paidAt: T2 }, T3],
	])('%s', (_, between, since) => {
		const subscription = aSubscription({ status: 'past_due' });
		const words = [
			{ at: T1, subscription, failingSince: T1 },
			{ at: T2, ...between },
			{ at: T3, subscription, failingSince: T3 },
		];
		expect(learn(...words).failingSince).toEqual(since);
	});

	it('forgets that when it is paid', () => {
		const words = [
			{ at: T1, subscription: aSubscription({ status: 'past_due' }) },
			{ at: T2, subscription: aSubscription({ status: 'active' }) },
		];
		expect(learn(...words).failingSince).toBeNull();
	});
});

describe('mergeFacts with several subscriptions', () => {
	const old = (status: SubscriptionStatus) =>
		aSubscription({ id: 'sub_old', status, createdAt: new Date('2026-01-01') });
	const next = (status: SubscriptionStatus) =>
		aSubscription({ id: 'sub_new', status, createdAt: new Date('2026-03-01') });

	it.each([
		['the new one takes over', old('active'), next('trialing'), 'sub_new'],
		['a late end of the old one is about the past', next('active'), old('canceled'), 'sub_new'],
		['the new one ended, the old one still lives', next('canceled'), old('active'), 'sub_old'],
		['an attempt to come back that was not paid', old('canceled'), next('incomplete'), 'sub_old'],
	] as const)('%s', (_, first, second, id) => {
		expect(
			learn({ at: T1, subscription: first }, { at: T2, subscription: second }).subscription?.id,
		).toBe(id);
	});

	it('does not believe an old reading that calls the old one alive', () => {
		const words = [
			{ at: T2, subscription: next('canceled') },
			{ at: T1, subscription: old('active') },
		];
		expect(learn(...words).subscription?.id).toBe('sub_new');
	});

	it('believes whoever has read all of them, whatever was known of the other one', () => {
		const words = [
			{ at: T1, subscription: old('active') },
			{ at: T2, subscription: next('canceled'), isCurrent: true },
		];
		expect(learn(...words).subscription?.id).toBe('sub_new');
		expect(learn(...words.toReversed()).subscription?.id).toBe('sub_new');
	});

	it('keeps the latest end that any trial ever had', () => {
		const words = [
			{ at: T1, trialEndsAt: T2 },
			{ at: T2, trialEndsAt: T3 },
			{ at: T3, trialEndsAt: T1 },
		];
		expect(learn(...words).lastTrialEndsAt).toEqual(T3);
	});

	it('believes an old reading of a new one', () => {
		const words = [
			{ at: T2, subscription: old('canceled') },
			{ at: T1, subscription: next('active') },
		];
		expect(learn(...words).subscription?.id).toBe('sub_new');
	});
});

describe('mergeFacts in disorder', () => {
	const aWord: fc.Arbitrary<Word> = fc.record(
		{
			at: fc.integer({ min: 0, max: 1_000_000 }).map((ms) => new Date(T1.getTime() + ms)),
			name: fc.constantFrom('Ann', 'Anna', null),
			contactId: fc.constantFrom('c1', 'c2', null),
			subscription: fc
				.constantFrom<SubscriptionStatus>('trialing', 'active', 'canceled', 'paused')
				.map((status) => aSubscription({ status })),
			lastActiveAt: fc.constantFrom(T1, T2, T3),
			lastRepliedAt: fc.constantFrom(T1, T2, T3),
			paidAt: fc.constantFrom(T1, T2, T3),
		},
		{ requiredKeys: ['at'] },
	);
	const aHistory = fc
		.uniqueArray(aWord, { selector: ({ at }) => at.getTime(), minLength: 1, maxLength: 12 })
		.chain((words) =>
			fc.tuple(fc.constant(words), fc.shuffledSubarray(words, { minLength: words.length })),
		);

	it('ends in the same account, whatever the order and however often each word is said', () => {
		fc.assert(
			fc.property(aHistory, ([words, shuffled]) => {
				const inOrder = words.toSorted((a, b) => a.at.getTime() - b.at.getTime());
				expect(learn(...shuffled, ...shuffled.slice(0, 3))).toEqual(learn(...inOrder));
			}),
		);
	});
});

describe('changesBetween', () => {
	it('names what a reader would notice and nothing else', () => {
		const before = learn({ at: T1, name: 'Ann', subscription: aSubscription() });
		const confirmed = mergeFacts(before, { accountId: 'acme-1', at: T2, name: 'Ann' }, NOW);
		const renamed = mergeFacts(before, { accountId: 'acme-1', at: T2, name: 'Anna' }, NOW);

		expect(changesBetween(before, confirmed)).toEqual([]);
		expect(changesBetween(before, renamed)).toEqual([{ field: 'name', from: 'Ann', to: 'Anna' }]);
	});
});

describe('isOfErasedLife', () => {
	const erasedAt = T2;

	it.each([
		[
			'an old subscription read again',
			{ at: T3, subscription: aSubscription({ createdAt: T1 }) },
			true,
		],
		['a name', { at: T3, name: 'Ann' }, true],
		['a new sign-up', { at: T3, signedUpAt: T3 }, false],
		['a new subscription', { at: T3, subscription: aSubscription({ createdAt: T3 }) }, false],
	])('%s: %s', (_, word, isErased) => {
		expect(isOfErasedLife({ accountId: 'acme-1', ...word }, erasedAt)).toBe(isErased);
	});
});
