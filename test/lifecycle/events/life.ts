import type {
	BillingEvent,
	BillingNews,
	Invoice,
	LifecycleEventName,
	Situation,
	SubscriptionBefore,
} from '../../../lifecycle/events/index.ts';
import type {
	MissingPaymentMethodBehavior,
	Subscription,
} from '../../../lifecycle/subscription.ts';
import { aSubscription } from '../../support/subscription.ts';

/**
 * A model of Stripe small enough to be read, for one customer: what people do and what time does to them,
 * what Stripe tells of it, and beside that, in the model's own words, what really happened.
 */
export interface Life {
	readonly events: readonly BillingEvent[];
	/** What happened, in order, as the model knows it without looking at any event. */
	readonly truth: readonly Happening[];
	/** Everything as it stood at that moment, at the end unless another is given. */
	situation(at?: Date): Situation;
	/** The subscription that spoke for the account at that moment. */
	speaker(at: Date): Subscription | undefined;
}

export interface Happening {
	readonly name: LifecycleEventName;
	readonly subscriptionId: string;
	readonly reason: string | null;
}

export type Step =
	| { readonly do: 'wait'; readonly days: number }
	| { readonly do: 'start'; readonly days: number; readonly without: MissingPaymentMethodBehavior }
	| { readonly do: 'extend'; readonly days: number }
	| {
			readonly do:
				| 'add card'
				| 'remove card'
				| 'block card'
				| 'unblock card'
				| 'schedule cancellation'
				| 'undo cancellation'
				| 'cancel now'
				| 'convert now'
				| 'pay by hand'
				| 'change plan'
				| 'come back'
				/** A new subscription instead of the one that runs. */
				| 'switch';
	  };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;
const RETRY_DAYS = 3;
const LAST_ATTEMPT = 4;

export interface LivingOptions {
	/** What Stripe does when the last attempt has failed. */
	readonly afterRetries: 'cancel' | 'unpaid';
}

export function live(steps: readonly Step[], options: LivingOptions): Life {
	const life = createLife(options);
	for (const step of steps) life.take(step);
	return life;
}

export function createLife({ afterRetries }: LivingOptions): Life & { take(step: Step): void } {
	let now = Date.parse('2026-03-01T12:00:00Z');
	const events: BillingEvent[] = [];
	const truth: Happening[] = [];
	let subscriptions: readonly Subscription[] = [];
	let invoices: ReadonlyMap<string, readonly Invoice[]> = new Map();
	/** How everything stood from then on. */
	const past: Array<Pick<Situation, 'subscriptions' | 'invoices'> & { readonly since: number }> =
		[];
	/** Subscriptions that were resumed after the end of their trial. */
	const returned = new Set<string>();
	/** Subscriptions whose trial is over without a payment. */
	const lapsed = new Set<string>();
	const dues: Array<{ at: number; subscriptionId: string; run: () => void }> = [];
	let hasCard = false;
	let isBlocked = false;

	const current = () => subscriptions.at(-1);
	const find = (id: string) => {
		const found = subscriptions.find((subscription) => subscription.id === id);
		if (!found) throw new Error(`No ${id}`);
		return found;
	};
	const date = (ms: number) => new Date(ms);

	/** After each change: two of the same moment are one. */
	function remember() {
		if (past.at(-1)?.since === now) past.pop();
		past.push({
			since: now,
			subscriptions: subscriptions.map((one) => ({ ...one, hasPaymentMethod: hasCard })),
			invoices,
		});
	}

	function situation(at = date(now)): Situation {
		const then = past.findLast(({ since }) => since <= at.getTime());
		return { subscriptions: [], invoices: new Map(), ...then, now: at };
	}

	function tell(type: string, news: BillingNews) {
		const id = `evt_${String(events.length).padStart(4, '0')}`;
		remember();
		events.push({ id, type, at: date(now), customerId: 'cus_1', requestId: null, news });
	}

	function happened(
		name: LifecycleEventName,
		subscriptionId: string,
		reason: string | null = null,
	) {
		// Of one that was left for another nobody wants to hear.
		if (subscriptionId !== current()?.id) return;
		truth.push({ name, subscriptionId, reason });
	}

	function put(changed: Subscription) {
		subscriptions = subscriptions.map((one) => (one.id === changed.id ? changed : one));
		remember();
	}

	function update(id: string, changes: Partial<Subscription>, before: SubscriptionBefore) {
		put({ ...find(id), ...changes });
		tell('customer.subscription.updated', {
			kind: 'subscription_updated',
			subscription: snapshot(id),
			before,
		});
	}

	/** An event shows the card of the customer by its id only. */
	const snapshot = (id: string): Subscription => ({ ...find(id), hasPaymentMethod: false });

	function plan(at: number, subscriptionId: string, run: () => void) {
		dues.push({ at, subscriptionId, run });
	}

	function forget(subscriptionId: string) {
		for (let index = dues.length - 1; index >= 0; index--) {
			if (dues[index]?.subscriptionId === subscriptionId) dues.splice(index, 1);
		}
	}

	function wait(days: number) {
		const until = now + days * DAY;
		for (;;) {
			dues.sort((a, b) => a.at - b.at);
			const due = dues[0];
			if (!due || due.at > until) break;
			dues.shift();
			now = due.at;
			due.run();
		}
		now = until;
	}

	function planTrialEnd(id: string) {
		const end = find(id).trial?.endsAt.getTime() ?? now;
		plan(Math.max(now, end - 3 * DAY), id, () => {
			tell('customer.subscription.trial_will_end', {
				kind: 'trial_will_end',
				subscription: snapshot(id),
			});
		});
		plan(end, id, () => endTrial(id));
	}

	function endTrial(id: string) {
		const subscription = find(id);
		const requested = subscription.cancelsAt !== null;
		if (requested) return end(id);
		if (!hasCard && subscription.withoutPaymentMethod === 'cancel') {
			put({ ...subscription, cancelRequestedAt: date(now) });
			return end(id);
		}
		if (!hasCard && subscription.withoutPaymentMethod === 'pause') {
			update(
				id,
				{ status: 'paused', pausedFor: 'trial_end_without_payment_method' },
				{ status: 'trialing' },
			);
			tell('customer.subscription.paused', {
				kind: 'subscription_paused',
				subscription: snapshot(id),
			});
			return lapse(id, 'no_payment_method');
		}
		update(id, { status: 'active' }, { status: 'trialing' });
		bill(id, 1);
	}

	/** An hour after it was made an invoice is charged. */
	function bill(id: string, delayHours: number) {
		const invoice: Invoice = {
			id: `in_${id}_${invoices.get(id)?.length ?? 0}`,
			subscriptionId: id,
			status: 'open',
			currency: 'eur',
			amountDue: 2900,
			amountPaid: 0,
			attempt: 0,
			nextAttemptAt: null,
			declineCode: null,
			hadPaymentMethod: null,
			createdAt: date(now),
			paidAt: null,
			url: null,
			isFirst: (invoices.get(id)?.length ?? 0) === 0,
			periods: [{ startsAt: date(now), endsAt: date(now + MONTH), amount: 2900 }],
		};
		addInvoice(invoice);
		plan(now + delayHours * HOUR, id, () => charge(id, invoice.id));
		plan(now + MONTH, id, () => {
			if (find(id).status === 'active') bill(id, 1);
		});
	}

	const invoiceOf = (id: string, invoiceId: string) => {
		const found = invoices.get(id)?.find((invoice) => invoice.id === invoiceId);
		if (!found) throw new Error(`No ${invoiceId}`);
		return found;
	};

	function putInvoice(id: string, changed: Invoice) {
		const others = invoices.get(id) ?? [];
		invoices = new Map(invoices).set(
			id,
			others.map((invoice) => (invoice.id === changed.id ? changed : invoice)),
		);
		remember();
	}

	function addInvoice(invoice: Invoice) {
		const id = invoice.subscriptionId;
		invoices = new Map(invoices).set(id, [...(invoices.get(id) ?? []), invoice]);
		remember();
	}

	function charge(id: string, invoiceId: string) {
		const invoice = invoiceOf(id, invoiceId);
		if (invoice.status !== 'open') return;
		const attempt = invoice.attempt + 1;
		const hadPaymentMethod = invoice.hadPaymentMethod ?? hasCard;
		if (hasCard && !isBlocked) return pay(id, { ...invoice, attempt, hadPaymentMethod });
		const isFinal = attempt === LAST_ATTEMPT;
		const nextAttemptAt = isFinal ? null : date(now + RETRY_DAYS * DAY);
		const failed = { ...invoice, attempt, nextAttemptAt, hadPaymentMethod };
		putInvoice(id, failed);
		// A turn without a card is passed over in silence.
		if (attempt === 1 || hasCard) {
			tell('invoice.payment_failed', { kind: 'payment_failed', invoice: failed });
			happened('payment_failed', id, hasCard ? null : 'no_payment_method');
		}
		const { status } = find(id);
		if (status === 'active') {
			update(id, { status: 'past_due' }, { status: 'active' });
			if (!hadPaymentMethod && !hasEverPaid(id)) lapse(id, 'no_payment_method');
		}
		if (isFinal) giveUp(id, hadPaymentMethod);
		else plan(now + RETRY_DAYS * DAY, id, () => charge(id, invoiceId));
	}

	function pay(id: string, invoice: Invoice) {
		const wasOwing = ['past_due', 'unpaid'].includes(find(id).status);
		const isConversion = find(id).trial !== null && !hasEverPaid(id);
		const isComeback = returned.has(id) && find(id).trial === null && !hasEverPaid(id);
		const paid = {
			...invoice,
			status: 'paid',
			amountPaid: invoice.amountDue,
			paidAt: date(now),
			nextAttemptAt: null,
		};
		putInvoice(id, paid);
		tell('invoice.paid', { kind: 'invoice_paid', invoice: paid });
		if (isConversion) happened('trial_converted', id, returned.has(id) ? 'came_back' : null);
		if (isComeback) happened('subscription_resumed', id, 'new_subscription');
		if (wasOwing) {
			happened('payment_recovered', id);
			update(id, { status: 'active' }, { status: find(id).status });
		}
	}

	const hasEverPaid = (id: string) =>
		(invoices.get(id) ?? []).some(({ paidAt, amountDue }) => paidAt !== null && amountDue > 0);

	function giveUp(id: string, hadPaymentMethod: boolean) {
		const wasCustomer = hasEverPaid(id);
		if (afterRetries === 'unpaid') {
			update(id, { status: 'unpaid' }, { status: 'past_due' });
			if (find(id).trial && !wasCustomer)
				lapse(id, hadPaymentMethod ? 'payment_failed' : 'no_payment_method');
			else happened('payment_given_up', id);
		} else {
			put({ ...find(id), cancellation: { ...find(id).cancellation, reason: 'payment_failed' } });
			end(id);
		}
	}

	function lapse(id: string, reason: string) {
		if (!find(id).trial || lapsed.has(id)) return;
		lapsed.add(id);
		happened('trial_lapsed', id, reason);
	}

	function end(id: string) {
		const subscription = find(id);
		const { trial, cancelRequestedAt, cancellation } = subscription;
		forget(id);
		put({
			...subscription,
			status: 'canceled',
			endedAt: date(now),
			cancelsAt: null,
			pausedFor: null,
		});
		tell('customer.subscription.deleted', {
			kind: 'subscription_ended',
			subscription: snapshot(id),
		});
		if (hasEverPaid(id)) return happened('subscription_canceled', id, cancellation.reason);
		const inTrial = trial && cancelRequestedAt && cancelRequestedAt < trial.endsAt;
		const wasTried = (invoices.get(id) ?? []).some(({ hadPaymentMethod }) => hadPaymentMethod);
		lapse(id, inTrial ? 'canceled' : wasTried ? 'payment_failed' : 'no_payment_method');
	}

	function start(days: number, without: MissingPaymentMethodBehavior) {
		const id = `sub_${subscriptions.length}`;
		add(
			aSubscription({
				id,
				createdAt: date(now),
				trial: { startedAt: date(now), endsAt: date(now + days * DAY) },
				currentPeriodEndsAt: date(now + days * DAY),
				withoutPaymentMethod: without,
			}),
		);
		tell('customer.subscription.created', {
			kind: 'subscription_created',
			subscription: snapshot(id),
		});
		billTrial(id, true);
		happened('trial_started', id);
		planTrialEnd(id);
	}

	function add(subscription: Subscription) {
		subscriptions = [...subscriptions, subscription];
		remember();
	}

	/** Time of a trial is billed, too: nothing, and paid at once. */
	function billTrial(id: string, isFirst: boolean) {
		const endsAt = find(id).trial?.endsAt ?? date(now);
		const empty: Invoice = {
			id: `in_${id}_${invoices.get(id)?.length ?? 0}`,
			subscriptionId: id,
			status: 'paid',
			currency: 'eur',
			amountDue: 0,
			amountPaid: 0,
			attempt: 0,
			nextAttemptAt: null,
			declineCode: null,
			hadPaymentMethod: null,
			createdAt: date(now),
			paidAt: date(now),
			url: null,
			isFirst,
			periods: [{ startsAt: date(now), endsAt, amount: 0 }],
		};
		addInvoice(empty);
		tell('invoice.paid', { kind: 'invoice_paid', invoice: empty });
	}

	function comeBack() {
		const last = current();
		if (!last) return;
		if (last.status === 'paused' && hasCard) {
			now += 2 * HOUR;
			update(last.id, { status: 'active', pausedFor: null }, { status: 'paused' });
			tell('customer.subscription.resumed', {
				kind: 'subscription_resumed',
				subscription: snapshot(last.id),
			});
			happened('subscription_resumed', last.id, 'resumed');
			returned.add(last.id);
			lapsed.delete(last.id);
			bill(last.id, 1);
		} else if (last.status === 'canceled') {
			returned.add(subscribe());
		}
	}

	function subscribe(): string {
		const id = `sub_${subscriptions.length}`;
		add(aSubscription({ id, status: 'active', createdAt: date(now), trial: null }));
		tell('customer.subscription.created', {
			kind: 'subscription_created',
			subscription: snapshot(id),
		});
		bill(id, 0);
		return id;
	}

	/** The old one is ended when the new one is there. */
	function switchOver() {
		const old = current();
		if (!old || old.status === 'canceled') return;
		subscribe();
		now += MINUTE;
		end(old.id);
	}

	function take(step: Step) {
		now += MINUTE;
		const subscription = current();
		switch (step.do) {
			case 'wait':
				return wait(step.days);
			case 'start':
				if (!subscription || subscription.status === 'canceled') start(step.days, step.without);
				return;
			case 'add card': {
				if (hasCard) return;
				hasCard = true;
				tell('payment_method.attached', { kind: 'payment_method_saved', isFirst: false });
				tell('customer.updated', { kind: 'payment_method_saved', isFirst: true });
				return;
			}
			case 'remove card':
				if (!hasCard) return;
				hasCard = false;
				return tell('customer.updated', { kind: 'other' });
			case 'block card':
				isBlocked = true;
				return;
			case 'unblock card':
				isBlocked = false;
				return;
			case 'come back':
				return comeBack();
			case 'switch':
				return switchOver();
			default:
				if (subscription) change(step.do, subscription, step);
		}
	}

	/** Running, or paused at its end: there it may get more time. */
	const isOnTrial = ({ status, pausedFor }: Subscription) =>
		status === 'trialing' || pausedFor === 'trial_end_without_payment_method';

	function change(what: Step['do'], subscription: Subscription, step: Step) {
		const { id, status, trial, cancelsAt } = subscription;
		if (what === 'extend' && step.do === 'extend' && isOnTrial(subscription) && trial) {
			forget(id);
			const endsAt = date(Math.max(now, trial.endsAt.getTime()) + step.days * DAY);
			update(
				id,
				{
					status: 'trialing',
					pausedFor: null,
					trial: { ...trial, endsAt },
					...(cancelsAt ? { cancelsAt: endsAt } : {}),
				},
				{ trialEndsAt: trial.endsAt, ...(status === 'paused' ? { status } : {}) },
			);
			happened('trial_extended', id);
			lapsed.delete(id);
			billTrial(id, false);
			planTrialEnd(id);
		} else if (what === 'schedule cancellation' && cancelsAt === null && status === 'trialing') {
			update(
				id,
				{ cancelsAt: trial?.endsAt ?? null, cancelRequestedAt: date(now) },
				{ cancelsAt: null },
			);
			happened('cancellation_scheduled', id);
		} else if (what === 'undo cancellation' && cancelsAt !== null && status !== 'canceled') {
			update(id, { cancelsAt: null, cancelRequestedAt: null }, { cancelsAt });
			happened('cancellation_undone', id);
		} else if (what === 'cancel now' && status !== 'canceled') {
			// Within the hour before the first charge nobody can tell a refusal from a change of mind.
			if (status !== 'trialing') wait(1 / 12);
			if (find(id).status === 'canceled') return;
			put({ ...find(id), cancelRequestedAt: date(now) });
			end(id);
		} else if (what === 'convert now' && status === 'trialing' && trial && hasCard && !cancelsAt) {
			forget(id);
			update(
				id,
				{ status: 'active', trial: { ...trial, endsAt: date(now) } },
				{ status: 'trialing', trialEndsAt: trial.endsAt },
			);
			bill(id, 0);
			wait(0);
		} else if (what === 'pay by hand') {
			const open = (invoices.get(id) ?? []).find((invoice) => invoice.status === 'open');
			if (open && open.attempt > 0 && status !== 'canceled') pay(id, open);
		} else if (what === 'change plan' && status !== 'canceled') {
			const [plan] = subscription.plans;
			if (!plan) return;
			const priceId = `${plan.priceId}+`;
			update(id, { plans: [{ ...plan, priceId }] }, { plans: subscription.plans });
			happened('plan_changed', id);
		}
	}

	return {
		events,
		truth,
		take,
		situation,
		speaker: (at) => situation(at).subscriptions.at(-1),
	};
}
