import { changesBetween, mergeFacts, type AccountFacts } from '../../lifecycle/account.ts';
import { differencesIn } from '../../lifecycle/drift.ts';
import { aSubscription } from '../support/subscription.ts';

const BEFORE = new Date('2026-03-02T00:00:00Z');
const NOW = new Date('2026-03-03T00:00:00Z');

function drift(known: Partial<AccountFacts>, news: Partial<AccountFacts>) {
	const before = mergeFacts(null, { accountId: 'acme-1', at: BEFORE, ...known }, NOW);
	const after = mergeFacts(before, { accountId: 'acme-1', at: NOW, ...news }, NOW);
	return differencesIn(changesBetween(before, after));
}

describe('differencesIn', () => {
	it('names a fact of the account itself', () => {
		expect(drift({ email: 'a@example.com' }, { email: 'b@example.com' })).toEqual([
			{ fact: 'email', from: 'a@example.com', to: 'b@example.com' },
		]);
	});

	it('names the facts of one subscription, however deep, and only those that moved', () => {
		const endsAt = new Date('2026-04-01T12:00:00Z');
		const { trial } = aSubscription();
		expect(
			drift(
				{ subscription: aSubscription() },
				{
					subscription: aSubscription({
						trial: { startedAt: new Date('2026-03-01T12:00:00Z'), endsAt },
						hasPaymentMethod: true,
					}),
				},
			),
		).toEqual(
			expect.arrayContaining([
				{ fact: 'subscription.trial.endsAt', from: trial?.endsAt, to: endsAt },
				{ fact: 'subscription.hasPaymentMethod', from: false, to: true },
				{ fact: 'lastTrialEndsAt', from: trial?.endsAt, to: endsAt },
			]),
		);
	});

	it('tells another subscription by its id alone', () => {
		const newer = aSubscription({ id: 'sub_2', createdAt: new Date('2026-03-02T12:00:00Z') });
		expect(drift({ subscription: aSubscription() }, { subscription: newer })).toEqual([
			{ fact: 'subscription', from: 'sub_1', to: 'sub_2' },
		]);
		expect(drift({}, { subscription: aSubscription() })).toContainEqual({
			fact: 'subscription',
			from: null,
			to: 'sub_1',
		});
	});

	it('is empty where nothing changed', () => {
		expect(drift({ subscription: aSubscription() }, { subscription: aSubscription() })).toEqual([]);
	});
});
