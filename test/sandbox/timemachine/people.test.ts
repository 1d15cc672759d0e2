import { afterEvent, type Billing } from '../../../sandbox/timemachine/billing.ts';
import {
	joinPeople,
	timelineOf,
	type ContactView,
	type ProductView,
} from '../../../sandbox/timemachine/people.ts';
import type { TimelineEntry } from '../../../sandbox/timemachine/timeline.ts';
import { aCustomer, anEvent } from './stripe-objects.ts';

function aBilling(overrides: Parameters<typeof aCustomer>[0] = {}): Billing {
	return afterEvent(undefined, anEvent('customer.created', aCustomer(overrides))) as Billing;
}

const aProduct = (overrides: Partial<ProductView> = {}): ProductView => ({
	accountId: 'acct_1',
	email: 'ada@example.com',
	name: 'Ada Lovelace',
	status: 'ready',
	level: 'full',
	url: 'http://127.0.0.1/boards/x',
	milestones: [],
	entries: [],
	...overrides,
});

const aContact = (overrides: Partial<ContactView> = {}): ContactView => ({
	id: 'contact_1',
	accountId: 'acct_1',
	email: 'ada@example.com',
	name: 'Ada Lovelace',
	isUnsubscribed: false,
	lastMessageId: null,
	entries: [],
	...overrides,
});

const anEntry = (id: string, at: string): TimelineEntry => ({
	id,
	at,
	kind: 'access',
	title: id,
	tone: 'neutral',
	isMinor: false,
});

describe('one person in three services', () => {
	it.each([
		['the account id', aBilling({ email: 'other@example.com' }), aContact({ email: 'third@x.io' })],
		['the e-mail where Stripe has no account id', aBilling({ metadata: {} }), aContact()],
		['the e-mail in other case', aBilling({ metadata: {}, email: 'ADA@example.com' }), aContact()],
		['the e-mail where Intercom has no account id', aBilling(), aContact({ accountId: null })],
	])('is known by %s', (_, billing, contact) => {
		const product = aProduct();
		const people = joinPeople([billing], [product], [contact]);
		const stripeAlone = billing.customer.metadata['account_id'] === undefined;
		expect(people.map(({ id }) => id)).toContain('acct_1');
		const ada = people.find(({ id }) => id === 'acct_1');
		expect([ada?.product, ada?.contact]).toEqual([product, contact]);
		if (!stripeAlone) expect(ada?.billing).toBe(billing);
	});

	it('stays two people where neither fits', () => {
		const people = joinPeople(
			[aBilling()],
			[],
			[aContact({ accountId: 'acct_2', email: 'bob@example.com', name: 'Bob' })],
		);
		expect(people.map(({ id, name }) => [id, name])).toEqual([
			['acct_1', 'Ada Lovelace'],
			['acct_2', 'Bob'],
		]);
	});

	it('leaves out whom nothing identifies', () => {
		expect(joinPeople([], [], [aContact({ accountId: null, email: null })])).toEqual([]);
	});

	it('has one timeline, newest first, and what came later at one instant above', () => {
		const product = aProduct({
			entries: [
				anEntry('first', '2027-01-01T00:00:00Z'),
				anEntry('third', '2027-01-03T00:00:00Z'),
				anEntry('fourth', '2027-01-03T00:00:00Z'),
			],
		});
		const contact = aContact({ entries: [anEntry('second', '2027-01-02T00:00:00Z')] });
		const [ada] = joinPeople([], [product], [contact]);
		expect(ada && timelineOf(ada).map(({ id }) => id)).toEqual([
			'fourth',
			'third',
			'second',
			'first',
		]);
	});
});
