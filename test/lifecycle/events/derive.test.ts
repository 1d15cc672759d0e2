import {
	deriveEvents,
	type BillingEvent,
	type BillingNews,
	type Invoice,
	type Situation,
	type SubscriptionBefore,
} from '../../../lifecycle/events/index.ts';
import type { Subscription } from '../../../lifecycle/subscription.ts';
import { aSubscription } from '../../support/subscription.ts';

const START = new Date('2026-03-01T12:00:00Z');
const IN_TRIAL = new Date('2026-03-10T12:00:00Z');
const TRIAL_END = new Date('2026-03-15T12:00:00Z');
const AFTER_TRIAL = new Date('2026-03-15T13:00:00Z');
const RETURN = new Date('2026-03-20T12:00:00Z');
const LATER = new Date('2026-04-15T12:00:00Z');

const ON_TRIAL = aSubscription();
const WITH_CARD = aSubscription({ hasPaymentMethod: true });
const ACTIVE = aSubscription({ status: 'active', hasPaymentMethod: true });
const PAST_DUE = aSubscription({ status: 'past_due', hasPaymentMethod: true });
const PAUSED = aSubscription({ status: 'paused', pausedFor: 'trial_end_without_payment_method' });
const CANCELING = aSubscription({ cancelsAt: TRIAL_END, cancelRequestedAt: IN_TRIAL });
const ENDED_IN_TRIAL = aSubscription({
	status: 'canceled',
	cancelRequestedAt: IN_TRIAL,
	endedAt: IN_TRIAL,
});
const ENDED_LATER = aSubscription({
	status: 'canceled',
	endedAt: LATER,
	cancellation: { reason: 'payment_failed', feedback: null, comment: null },
});
const PAUSED_LATER = { ...PAUSED, trial: { startedAt: START, endsAt: LATER } };
const NEW_ONE = aSubscription({ id: 'sub_2', status: 'active', trial: null, createdAt: LATER });

function anInvoice(overrides: Partial<Invoice> = {}): Invoice {
	return {
		id: 'in_1',
		subscriptionId: 'sub_1',
		status: 'paid',
		currency: 'eur',
		amountDue: 2900,
		amountPaid: 2900,
		attempt: 1,
		nextAttemptAt: null,
		declineCode: null,
		hadPaymentMethod: null,
		createdAt: TRIAL_END,
		paidAt: AFTER_TRIAL,
		url: null,
		isFirst: false,
		periods: [{ startsAt: TRIAL_END, endsAt: LATER, amount: 2900 }],
		...overrides,
	};
}

const FIRST_PAID = anInvoice();
const TRIAL_INVOICE = anInvoice({
	id: 'in_0',
	amountDue: 0,
	amountPaid: 0,
	createdAt: START,
	paidAt: START,
	isFirst: true,
	periods: [{ startsAt: START, endsAt: TRIAL_END, amount: 0 }],
});
const RENEWAL = anInvoice({
	id: 'in_2',
	createdAt: LATER,
	paidAt: LATER,
	periods: [{ startsAt: LATER, endsAt: new Date('2026-05-15T12:00:00Z'), amount: 2900 }],
});
const OPEN_RENEWAL: Invoice = { ...RENEWAL, status: 'open', amountPaid: 0, paidAt: null };
const FAILED = anInvoice({
	status: 'open',
	amountPaid: 0,
	paidAt: null,
	nextAttemptAt: new Date('2026-03-18T12:00:00Z'),
	declineCode: 'insufficient_funds',
});

/** The bill with which a paused trial goes on. */
const RETURN_BILL = anInvoice({
	id: 'in_3',
	status: 'open',
	amountPaid: 0,
	paidAt: null,
	createdAt: RETURN,
	periods: [{ startsAt: RETURN, endsAt: LATER, amount: 2900 }],
});
const ENDED_AFTER_RETURN = { ...ENDED_LATER, hasPaymentMethod: true };
const UNPAID = aSubscription({ status: 'unpaid', hasPaymentMethod: true });
const GIVEN_UP = aSubscription({
	status: 'paused',
	pausedFor: 'final_payment_failure',
	hasPaymentMethod: true,
});

let count = 0;
function event(news: BillingNews, at = IN_TRIAL, id = `evt_${count++}`): BillingEvent {
	return { id, type: 'some.type', at, customerId: 'cus_1', requestId: null, news };
}
const created = (subscription: Subscription) =>
	event({ kind: 'subscription_created', subscription }, START);
const updated = (subscription: Subscription, before: SubscriptionBefore, at = IN_TRIAL) =>
	event({ kind: 'subscription_updated', subscription, before }, at);
const change = (before: SubscriptionBefore): BillingNews => ({
	kind: 'subscription_updated',
	subscription: ON_TRIAL,
	before,
});
const ended = (subscription: Subscription) =>
	event({ kind: 'subscription_ended', subscription }, subscription.endedAt ?? LATER);
const paid = (invoice: Invoice) =>
	event({ kind: 'invoice_paid', invoice }, invoice.paidAt ?? AFTER_TRIAL);
const failed = (invoice: Invoice) => event({ kind: 'payment_failed', invoice }, AFTER_TRIAL);
const willEnd = (subscription: Subscription, at = new Date('2026-03-12T12:00:00Z')) =>
	event({ kind: 'trial_will_end', subscription }, at);
const saved = (isFirst: boolean) => event({ kind: 'payment_method_saved', isFirst });

interface Present {
	readonly now?: Date;
	readonly invoices?: readonly Invoice[];
}

function situation(
	subscriptions: readonly Subscription[],
	{ now = LATER, invoices = [] }: Present = {},
): Situation {
	return { now, subscriptions, invoices: new Map([['sub_1', invoices]]) };
}

const tell = (told: readonly BillingEvent[], present: Situation) =>
	deriveEvents(told, present).map(({ name, reason, isStale, isSuperseded }) =>
		[name, reason, isStale && 'stale', isSuperseded && 'superseded'].filter(Boolean).join(' '),
	);

const pausedAtEnd = event({ kind: 'subscription_paused', subscription: PAUSED }, TRIAL_END);

const moved = (to: Date) => aSubscription({ trial: { startedAt: START, endsAt: to } });

/** What Stripe told, how it is now, what that means. */
const TABLE: Array<[string, BillingEvent[], Situation, string[]]> = [
	['a trial starts', [created(ON_TRIAL)], situation([ON_TRIAL]), ['trial_started']],
	[
		'a trial starts with a card',
		[created(ON_TRIAL)],
		situation([WITH_CARD]),
		['trial_started', 'payment_method_added'],
	],
	[
		'a trial that has been converted since had started',
		[created(ON_TRIAL)],
		situation([aSubscription({ status: 'active' })]),
		['trial_started stale'],
	],
	['no trial, no start', [created(NEW_ONE)], situation([NEW_ONE]), []],

	[
		'three days are left',
		[willEnd(ON_TRIAL)],
		situation([ON_TRIAL], { now: new Date('2026-03-12T12:00:05Z') }),
		['trial_ending'],
	],
	[
		'three days are left, but it was canceled',
		[willEnd(CANCELING)],
		situation([CANCELING], { now: IN_TRIAL }),
		[],
	],
	[
		'the word of the end arrives after it was canceled',
		[willEnd(ON_TRIAL)],
		situation([CANCELING], { now: IN_TRIAL }),
		[],
	],
	['the word of the end arrives after the end', [willEnd(ON_TRIAL)], situation([ON_TRIAL]), []],
	[
		'the word of the end arrives after the customer has upgraded',
		[willEnd(ON_TRIAL)],
		situation([ACTIVE], { now: IN_TRIAL }),
		[],
	],
	[
		'the word of the end arrives after the end was moved',
		[willEnd(ON_TRIAL)],
		situation([moved(LATER)], { now: IN_TRIAL }),
		[],
	],
	[
		'the trial is being ended, which Stripe announces as an end to come',
		[willEnd(moved(IN_TRIAL), IN_TRIAL)],
		situation([moved(IN_TRIAL)], { now: IN_TRIAL }),
		[],
	],

	[
		'the end moves later',
		[updated(moved(LATER), { trialEndsAt: TRIAL_END })],
		situation([moved(LATER)]),
		['trial_extended'],
	],
	[
		'the end moves later, then later still',
		[updated(moved(AFTER_TRIAL), { trialEndsAt: TRIAL_END })],
		situation([moved(LATER)]),
		['trial_extended stale'],
	],
	[
		'the end moves earlier',
		[updated(moved(TRIAL_END), { trialEndsAt: LATER })],
		situation([moved(TRIAL_END)]),
		[],
	],
	[
		'a paused trial gets a second chance',
		[updated(moved(LATER), { trialEndsAt: TRIAL_END, status: 'paused' })],
		situation([moved(LATER)], { now: AFTER_TRIAL }),
		['trial_extended'],
	],

	['a first card on the customer', [saved(true)], situation([WITH_CARD]), ['payment_method_added']],
	['a card by checkout', [saved(false)], situation([WITH_CARD]), ['payment_method_added']],
	['a card that no charge would use', [saved(false)], situation([ON_TRIAL]), []],
	[
		'one card, told three times',
		[saved(false), saved(true), saved(false)],
		situation([WITH_CARD]),
		['payment_method_added'],
	],
	[
		'a card on the subscription itself',
		[updated(WITH_CARD, { hasPaymentMethod: false })],
		situation([WITH_CARD]),
		['payment_method_added'],
	],
	[
		'another card of somebody who has paid before',
		[event({ kind: 'payment_method_saved', isFirst: false }, LATER)],
		situation([ACTIVE], { invoices: [TRIAL_INVOICE, FIRST_PAID] }),
		[],
	],
	[
		'a card that was removed since',
		[saved(true)],
		situation([ON_TRIAL]),
		['payment_method_added stale'],
	],

	[
		'the empty invoice of the trial is no conversion',
		[paid(TRIAL_INVOICE)],
		situation([ON_TRIAL], { invoices: [TRIAL_INVOICE] }),
		[],
	],
	[
		'neither is the mere switch to active',
		[updated(ACTIVE, { status: 'trialing' }, TRIAL_END)],
		situation([ACTIVE], { invoices: [TRIAL_INVOICE, FAILED] }),
		[],
	],
	[
		'the first invoice after the trial is',
		[paid(FIRST_PAID)],
		situation([ACTIVE], { invoices: [TRIAL_INVOICE, FIRST_PAID] }),
		['trial_converted'],
	],
	[
		'even where credit pays all of it',
		[paid(anInvoice({ amountDue: 0, amountPaid: 0 }))],
		situation([ACTIVE], { invoices: [TRIAL_INVOICE] }),
		['trial_converted'],
	],
	[
		'even where the plan is free',
		[paid(anInvoice({ periods: [{ startsAt: TRIAL_END, endsAt: LATER, amount: 0 }] }))],
		situation([ACTIVE], { invoices: [TRIAL_INVOICE] }),
		['trial_converted'],
	],
	[
		'a charge beside the subscription is not',
		[paid(anInvoice({ periods: [] }))],
		situation([ON_TRIAL], { invoices: [TRIAL_INVOICE] }),
		[],
	],
	[
		'the empty invoice is none either when the trial was cut short afterwards',
		[paid(TRIAL_INVOICE)],
		situation([{ ...ACTIVE, trial: { startedAt: START, endsAt: IN_TRIAL } }], {
			invoices: [TRIAL_INVOICE],
		}),
		[],
	],
	[
		'a renewal is none',
		[paid(RENEWAL)],
		situation([ACTIVE], { invoices: [TRIAL_INVOICE, FIRST_PAID, RENEWAL] }),
		[],
	],
	[
		'a customer who has left since had converted',
		[paid(FIRST_PAID)],
		situation([ENDED_LATER], { invoices: [FIRST_PAID] }),
		['trial_converted stale'],
	],

	[
		'the trial pauses for want of a card, told by two events',
		[
			updated(PAUSED, { status: 'trialing' }, TRIAL_END),
			event({ kind: 'subscription_paused', subscription: PAUSED }, TRIAL_END),
		],
		situation([PAUSED]),
		['trial_lapsed no_payment_method'],
	],
	[
		'the paused trial is ended for good',
		[event({ kind: 'subscription_paused', subscription: PAUSED }, TRIAL_END), ended(ENDED_LATER)],
		situation([ENDED_LATER]),
		['trial_lapsed no_payment_method'],
	],
	[
		'the trial ends for want of a card',
		[
			ended(
				aSubscription({ status: 'canceled', cancelRequestedAt: TRIAL_END, endedAt: TRIAL_END }),
			),
		],
		situation([]),
		['trial_lapsed no_payment_method'],
	],
	[
		'the trial is canceled at once',
		[ended(ENDED_IN_TRIAL)],
		situation([ENDED_IN_TRIAL]),
		['trial_lapsed canceled'],
	],
	[
		'no card was ever charged successfully',
		[ended(ENDED_LATER)],
		situation([{ ...ENDED_LATER, hasPaymentMethod: true }], { invoices: [TRIAL_INVOICE, FAILED] }),
		['trial_lapsed payment_failed'],
	],
	[
		'the card is refused: not over yet',
		[updated(PAST_DUE, { status: 'active' }, AFTER_TRIAL)],
		situation([PAST_DUE], { invoices: [TRIAL_INVOICE, FAILED] }),
		[],
	],
	[
		'the first invoice is open and there is no card to try',
		[updated({ ...PAST_DUE, hasPaymentMethod: false }, { status: 'active' }, AFTER_TRIAL)],
		situation([{ ...PAST_DUE, hasPaymentMethod: false }], { invoices: [FAILED] }),
		['trial_lapsed no_payment_method'],
	],
	[
		'there was no card to try, and there is one now: it had lapsed',
		[updated({ ...PAST_DUE, hasPaymentMethod: false }, { status: 'active' }, AFTER_TRIAL)],
		situation([PAST_DUE], { invoices: [{ ...FAILED, hadPaymentMethod: false }] }),
		['trial_lapsed no_payment_method stale'],
	],
	[
		'there was a card, which was refused, and there is none now: it had not lapsed yet',
		[updated({ ...PAST_DUE, hasPaymentMethod: false }, { status: 'active' }, AFTER_TRIAL)],
		situation([{ ...PAST_DUE, hasPaymentMethod: false }], {
			invoices: [{ ...FAILED, hadPaymentMethod: true }],
		}),
		[],
	],
	[
		'it lapsed without a card to try, and nothing came of the one that came later',
		[ended(ENDED_AFTER_RETURN)],
		situation([ENDED_AFTER_RETURN], { invoices: [{ ...FAILED, hadPaymentMethod: false }] }),
		['trial_lapsed no_payment_method'],
	],
	[
		'a pause that was asked for is no lapse',
		[
			updated(aSubscription({ status: 'paused', pausedFor: 'pause_requested' }), {
				status: 'trialing',
			}),
		],
		situation([ON_TRIAL]),
		[],
	],
	[
		'a lapsed trial that pays after all',
		[
			event({ kind: 'subscription_paused', subscription: PAUSED }, TRIAL_END),
			paid(anInvoice({ paidAt: LATER, createdAt: LATER })),
		],
		situation([ACTIVE], { invoices: [anInvoice({ paidAt: LATER, createdAt: LATER })] }),
		['trial_lapsed no_payment_method stale', 'trial_converted came_back'],
	],
	[
		'a refused card that pays after all was never away',
		[paid({ ...FIRST_PAID, attempt: 3, paidAt: LATER })],
		situation([ACTIVE], { invoices: [{ ...FIRST_PAID, attempt: 3, paidAt: LATER }] }),
		['trial_converted', 'payment_recovered'],
	],
	[
		'neither was somebody whose first bill was voided',
		[paid(RENEWAL)],
		situation([ACTIVE], { invoices: [{ ...FAILED, status: 'void' }, RENEWAL] }),
		['trial_converted'],
	],
	[
		'a trial that came back without paying lapses again',
		[pausedAtEnd, ended(ENDED_AFTER_RETURN)],
		situation([ENDED_AFTER_RETURN], { invoices: [TRIAL_INVOICE, RETURN_BILL] }),
		['trial_lapsed no_payment_method stale', 'trial_lapsed payment_failed'],
	],
	[
		'a trial that came back and is unpaid now is ended for good',
		[
			updated({ ...UNPAID }, { status: 'past_due' }, LATER),
			ended({ ...ENDED_AFTER_RETURN, endedAt: new Date('2026-05-15T12:00:00Z') }),
		],
		situation([ENDED_AFTER_RETURN], { invoices: [TRIAL_INVOICE, RETURN_BILL] }),
		['trial_lapsed payment_failed'],
	],
	[
		'a return that was never paid for is none',
		[pausedAtEnd, ended(ENDED_LATER)],
		situation([ENDED_LATER], { invoices: [{ ...RETURN_BILL, status: 'void' }] }),
		['trial_lapsed no_payment_method'],
	],
	[
		'a return that waits for its payment is none yet',
		[pausedAtEnd],
		situation([PAUSED], { invoices: [RETURN_BILL] }),
		['trial_lapsed no_payment_method'],
	],
	[
		'a debt from the end of the trial grows',
		[
			updated(UNPAID, { status: 'past_due' }, RETURN),
			ended({ ...ENDED_AFTER_RETURN, endedAt: new Date('2026-05-15T12:00:00Z') }),
		],
		situation([ENDED_AFTER_RETURN], { invoices: [FAILED, { ...RETURN_BILL, createdAt: LATER }] }),
		['trial_lapsed payment_failed'],
	],
	[
		'a trial that got more time lapses at the new end, too',
		[pausedAtEnd, event({ kind: 'subscription_paused', subscription: PAUSED_LATER }, LATER)],
		situation([PAUSED_LATER]),
		['trial_lapsed no_payment_method stale', 'trial_lapsed no_payment_method'],
	],

	[
		'a payment fails',
		[failed(FAILED)],
		situation([PAST_DUE]),
		['payment_failed insufficient_funds'],
	],
	[
		'a payment fails because there is nothing to charge',
		[failed({ ...FAILED, declineCode: null })],
		situation([{ ...PAST_DUE, hasPaymentMethod: false }]),
		['payment_failed no_payment_method'],
	],
	[
		'a payment failed because there was nothing to charge, and now there is',
		[failed({ ...FAILED, declineCode: null, hadPaymentMethod: false })],
		situation([PAST_DUE]),
		['payment_failed no_payment_method'],
	],
	[
		'a payment that failed was made since',
		[failed(FAILED)],
		situation([ACTIVE]),
		['payment_failed insufficient_funds stale'],
	],
	[
		'each attempt fails',
		[failed(FAILED), failed({ ...FAILED, attempt: 2 }), failed({ ...FAILED, attempt: 2 })],
		situation([PAST_DUE]),
		['payment_failed insufficient_funds', 'payment_failed insufficient_funds'],
	],
	[
		'an attempt has failed after which others have',
		[failed(FAILED), event({ kind: 'payment_failed', invoice: { ...FAILED, attempt: 3 } }, LATER)],
		situation([PAST_DUE], { invoices: [{ ...FAILED, attempt: 3 }] }),
		['payment_failed insufficient_funds stale', 'payment_failed insufficient_funds'],
	],
	[
		'the turns of a card that is not tried again count, but nobody hears of them',
		[failed({ ...FAILED, declineCode: 'lost_card' })],
		situation([PAST_DUE], { invoices: [{ ...FAILED, attempt: 3 }] }),
		['payment_failed lost_card'],
	],
	[
		'neither does anybody hear of turns without a card',
		[failed({ ...FAILED, declineCode: null })],
		situation([{ ...PAST_DUE, hasPaymentMethod: false }], {
			invoices: [{ ...FAILED, attempt: 3 }],
		}),
		['payment_failed no_payment_method'],
	],
	[
		'a payment that failed is owed no more, another one is',
		[failed({ ...FAILED, id: 'in_2' })],
		situation([PAST_DUE], { invoices: [FIRST_PAID, { ...RENEWAL, attempt: 2 }] }),
		['payment_failed insufficient_funds stale'],
	],
	[
		'the last attempt has failed, and the subscription stays',
		[updated(UNPAID, { status: 'past_due' }, LATER)],
		situation([UNPAID], { invoices: [FIRST_PAID, OPEN_RENEWAL] }),
		['payment_given_up'],
	],
	[
		'the last attempt has failed, and the subscription pauses, told by two events',
		[
			updated(GIVEN_UP, { status: 'past_due' }, LATER),
			event({ kind: 'subscription_paused', subscription: GIVEN_UP }, LATER),
		],
		situation([GIVEN_UP], { invoices: [FIRST_PAID, OPEN_RENEWAL] }),
		['payment_given_up'],
	],
	[
		'the last attempt has failed, and the customer paid since',
		[updated(UNPAID, { status: 'past_due' }, LATER)],
		situation([ACTIVE], { invoices: [FIRST_PAID, RENEWAL] }),
		['payment_given_up stale'],
	],
	[
		'the last attempt for what follows a trial has failed: that is a lapse',
		[updated(UNPAID, { status: 'past_due' }, LATER)],
		situation([UNPAID], { invoices: [FAILED] }),
		['trial_lapsed payment_failed'],
	],
	[
		'the bank asks',
		[event({ kind: 'payment_action_required', invoice: { ...FAILED, declineCode: null } })],
		situation([PAST_DUE]),
		['payment_action_required'],
	],
	[
		'a later attempt succeeds',
		[paid(anInvoice({ id: 'in_2', attempt: 2, paidAt: LATER }))],
		situation([ACTIVE], { invoices: [FIRST_PAID] }),
		['payment_recovered'],
	],
	[
		'the customer pays by hand, told by the status',
		[updated(ACTIVE, { status: 'past_due' }, LATER), paid(RENEWAL)],
		situation([ACTIVE], { invoices: [FIRST_PAID, RENEWAL] }),
		['payment_recovered'],
	],
	[
		'the debt is forgiven',
		[updated(ACTIVE, { status: 'past_due' }, LATER)],
		situation([ACTIVE], { invoices: [FIRST_PAID] }),
		[],
	],

	[
		'a cancellation in the trial is scheduled first and a lapse later',
		[
			updated(CANCELING, { cancelsAt: null }),
			ended({ ...CANCELING, status: 'canceled', endedAt: TRIAL_END }),
		],
		situation([{ ...CANCELING, status: 'canceled', endedAt: TRIAL_END }]),
		['cancellation_scheduled stale', 'trial_lapsed canceled'],
	],
	[
		'a cancellation is undone',
		[
			updated(CANCELING, { cancelsAt: null }),
			updated(ON_TRIAL, { cancelsAt: TRIAL_END }, TRIAL_END),
		],
		situation([ON_TRIAL]),
		['cancellation_scheduled stale', 'cancellation_undone'],
	],
	[
		'the customer says why, a moment after',
		[updated(CANCELING, { cancelsAt: null })],
		situation([
			{
				...CANCELING,
				cancellation: { reason: 'cancellation_requested', feedback: 'too_expensive', comment: '!' },
			},
		]),
		['cancellation_scheduled too_expensive'],
	],
	[
		'somebody who has paid leaves',
		[ended(ENDED_LATER)],
		situation([ENDED_LATER], { invoices: [FIRST_PAID] }),
		['subscription_canceled payment_failed'],
	],
	[
		'somebody who never had or paid anything leaves',
		[ended({ ...NEW_ONE, status: 'canceled' })],
		situation([]),
		[],
	],
	[
		'a paused subscription goes on',
		[event({ kind: 'subscription_resumed', subscription: ACTIVE })],
		situation([ACTIVE]),
		['subscription_resumed resumed'],
	],
	[
		'somebody comes back with a new subscription',
		[paid(anInvoice({ subscriptionId: 'sub_2', isFirst: true, paidAt: LATER }))],
		situation([{ ...ENDED_LATER, endedAt: TRIAL_END }, NEW_ONE]),
		['subscription_resumed new_subscription'],
	],
	[
		'a switch from one subscription to another is no comeback',
		[paid(anInvoice({ subscriptionId: 'sub_2', isFirst: true, paidAt: LATER }))],
		situation([{ ...ENDED_LATER, endedAt: new Date('2026-04-16T12:00:00Z') }, NEW_ONE]),
		[],
	],
	[
		'another plan',
		[
			updated(
				{ ...ACTIVE, plans: [{ ...planOf(ACTIVE), priceId: 'price_team' }] },
				{ plans: ACTIVE.plans },
			),
		],
		situation([{ ...ACTIVE, plans: [{ ...planOf(ACTIVE), priceId: 'price_team' }] }]),
		['plan_changed'],
	],
	[
		'more seats are no other plan',
		[updated({ ...ACTIVE, plans: [{ ...planOf(ACTIVE), quantity: 5 }] }, { plans: ACTIVE.plans })],
		situation([ACTIVE]),
		[],
	],
	['a payment page is left', [abandoned('subscription')], situation([]), ['checkout_abandoned']],
	[
		'a payment page is left by somebody who has subscribed since',
		[abandoned('subscription')],
		situation([ON_TRIAL]),
		['checkout_abandoned stale'],
	],
	[
		'a card form is left by somebody on trial',
		[abandoned('setup')],
		situation([ON_TRIAL]),
		['checkout_abandoned'],
	],

	[
		'a switch to another one is no comeback, even for somebody who was away before',
		[paid(anInvoice({ subscriptionId: 'sub_3', isFirst: true, paidAt: LATER }))],
		situation([
			{ ...ENDED_LATER, endedAt: TRIAL_END },
			{ ...NEW_ONE, createdAt: RETURN },
			{ ...NEW_ONE, id: 'sub_3' },
		]),
		[],
	],

	[
		'what became of the old subscription before the new one came is history',
		[paid(FIRST_PAID), ended({ ...ENDED_LATER, endedAt: RETURN })],
		situation([{ ...ENDED_LATER, endedAt: RETURN }, NEW_ONE], { invoices: [FIRST_PAID] }),
		['trial_converted stale superseded', 'subscription_canceled payment_failed superseded'],
	],
	[
		"the old subscription's end does not touch the new one",
		[ended(ENDED_LATER)],
		situation([ENDED_LATER, NEW_ONE], { invoices: [FIRST_PAID] }),
		[],
	],
	[
		'an attempt to subscribe that came to nothing does not speak for the account',
		[ended(ENDED_LATER)],
		situation([ENDED_LATER, { ...NEW_ONE, status: 'incomplete_expired' }], {
			invoices: [FIRST_PAID],
		}),
		['subscription_canceled payment_failed'],
	],
	['what no trial depends on', [event({ kind: 'other' })], situation([ON_TRIAL]), []],
];

function planOf({ plans }: Subscription) {
	const [plan] = plans;
	if (!plan) throw new Error('No plan');
	return plan;
}

function abandoned(mode: string): BillingEvent {
	return event({
		kind: 'checkout_expired',
		checkout: { id: 'cs_1', mode, accountId: null, email: null, recoveryUrl: null, metadata: {} },
	});
}

describe('deriveEvents', () => {
	it.each(TABLE)('%s', (_, told, present, expected) => {
		expect(tell(told, present)).toEqual(expected);
	});

	it.each([
		['a plan', { plans: [] }],
		['a cancellation undone', { cancelsAt: TRIAL_END }],
	] satisfies Array<[string, SubscriptionBefore]>)(
		'knows a change that leaves no date by the request that made it, else by its event: %s',
		(_, before) => {
			const keyOf = (id: string, requestId: string | null) => {
				const told = { ...event(change(before), IN_TRIAL, id), requestId };
				return deriveEvents([told], situation([ON_TRIAL]))[0]?.key;
			};
			const byRequest = keyOf('evt_a', 'req_1');
			expect(byRequest).toBeDefined();
			expect(keyOf('evt_b', 'req_1')).toBe(byRequest);
			expect(keyOf('evt_a', 'req_2')).not.toBe(byRequest);
			expect(keyOf('evt_a', null)).not.toBe(keyOf('evt_b', null));
		},
	);

	it('tells the moment of a payment, of a lapse and of a request, not of the event about it', () => {
		const present = situation([PAUSED], { invoices: [] });
		const late = event({ kind: 'subscription_paused', subscription: PAUSED }, LATER);
		expect(deriveEvents([late], present)[0]?.occurredAt).toEqual(TRIAL_END);

		const [conversion] = deriveEvents(
			[event({ kind: 'invoice_paid', invoice: FIRST_PAID }, LATER)],
			situation([ACTIVE], { invoices: [FIRST_PAID] }),
		);
		expect(conversion?.occurredAt).toEqual(AFTER_TRIAL);
	});

	it.each([
		['is open', OPEN_RENEWAL],
		['was open then, and has been paid since', { ...RENEWAL, paidAt: new Date('2026-04-20') }],
	])('tells of a payment that was given up with the bill that %s', (_, bill) => {
		const [givenUp] = deriveEvents(
			[updated(UNPAID, { status: 'past_due' }, LATER)],
			situation([UNPAID], { invoices: [FIRST_PAID, bill] }),
		);
		expect(givenUp?.invoice).toEqual(bill);
	});

	it('dates a second lapse to the bill that was not paid', () => {
		const [again] = deriveEvents(
			[ended(ENDED_LATER)],
			situation([ENDED_LATER], { invoices: [RETURN_BILL] }),
		);
		expect(again?.occurredAt).toEqual(RETURN);
	});

	it.each([
		['right after the trial', [FAILED]],
		['after a return', [RETURN_BILL]],
	])('dates a lapse to when Stripe gave up the card: %s', (_, invoices) => {
		// An event shows the card of the customer by its id only.
		const [lapse] = deriveEvents(
			[ended(ENDED_LATER)],
			situation([ENDED_AFTER_RETURN], { invoices }),
		);
		expect([lapse?.name, lapse?.occurredAt]).toEqual(['trial_lapsed', LATER]);
	});

	it('keeps what was, beside what is', () => {
		const [extension] = deriveEvents(
			[updated(moved(LATER), { trialEndsAt: TRIAL_END })],
			situation([moved(LATER)]),
		);
		expect(extension?.before).toEqual({ trialEndsAt: TRIAL_END });
		expect(extension?.subscription?.trial?.endsAt).toEqual(LATER);
	});

	it('lists what happened in the order in which it did', () => {
		const told = [
			paid(FIRST_PAID),
			saved(true),
			updated(CANCELING, { cancelsAt: null }),
			created(ON_TRIAL),
		];
		expect(tell(told, situation([ACTIVE], { invoices: [FIRST_PAID] }))).toEqual([
			'trial_started stale',
			'payment_method_added',
			'cancellation_scheduled stale',
			'trial_converted',
		]);
	});
});
