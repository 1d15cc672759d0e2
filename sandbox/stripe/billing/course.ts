import type { Account } from '../account.ts';
import { currentPeriod, isOver, type Subscription } from '../resources/subscriptions.ts';
import type { Seconds } from '../state/stored.ts';
import { PATIENCE } from './periods.ts';
import { cancelSubscription } from './cancellation.ts';
import { voidInvoice } from './collection.ts';
import { announceRenewal, renew, upcomingNoticeDueAt } from './renewals.ts';
import { setStatus } from './standing.ts';
import { announceTrialEnd, endTrial, trialNoticeDueAt } from './trials.ts';

interface Step {
	readonly at: Seconds | null;
	readonly run: (account: Account, subscription: Subscription) => unknown;
}

/** Everything that time still has in store for a subscription, soonest first. */
function stepsOf(account: Account, subscription: Subscription): Step[] {
	const { pause_collection: collection } = subscription;
	const resuming = { at: collection?.resumes_at ?? null, run: resumeCollection };
	switch (subscription.status) {
		case 'trialing':
			return [
				{ at: trialNoticeDueAt(subscription), run: announceTrialEnd },
				{ at: subscription.cancel_at, run: cancelAsAsked },
				{ at: subscription.trial_end, run: (own, one) => endTrial(own, one, 'came') },
			];
		case 'active':
		case 'past_due':
		case 'unpaid':
			return [
				{ at: upcomingNoticeDueAt(account, subscription), run: announceRenewal },
				resuming,
				{ at: subscription.cancel_at, run: cancelAsAsked },
				{ at: currentPeriod(subscription).end, run: renew },
			];
		case 'incomplete':
			return [{ at: subscription.created + PATIENCE, run: expire }];
		case 'paused':
			return [
				{ at: subscription.hidden.resumption?.until ?? null, run: giveUpResuming },
				{ at: subscription.cancel_at, run: cancelAsAsked },
			];
		default:
			return [];
	}
}

function nextStep(account: Account, subscription: Subscription): Step | undefined {
	return stepsOf(account, subscription)
		.filter(({ at }) => at !== null)
		.reduce<Step | undefined>(
			(soonest, step) => (soonest && Number(soonest.at) <= Number(step.at) ? soonest : step),
			undefined,
		);
}

export function subscriptionDueAt(account: Account, subscription: Subscription): Seconds | null {
	return nextStep(account, subscription)?.at ?? null;
}

export function runSubscription(account: Account, subscription: Subscription): void {
	nextStep(account, subscription)?.run(account, subscription);
}

function cancelAsAsked(account: Account, subscription: Subscription) {
	cancelSubscription(account, subscription, { reason: 'cancellation_requested' });
}

/** The first invoice was not paid in time. */
function expire(account: Account, subscription: Subscription) {
	const invoice = account.invoices.get(subscription.latest_invoice ?? '');
	if (invoice?.status === 'open') voidInvoice(account, invoice);
	setStatus(account, subscription, 'incomplete_expired', {
		ended_at: account.now(subscription.test_clock),
	});
}

function giveUpResuming(account: Account, subscription: Subscription) {
	const invoice = account.invoices.get(subscription.hidden.resumption?.invoice ?? '');
	account.subscriptions.put({
		...subscription,
		hidden: { ...subscription.hidden, resumption: null },
	});
	if (invoice?.status === 'open') voidInvoice(account, invoice);
}

function resumeCollection(account: Account, subscription: Subscription) {
	if (isOver(subscription)) return;
	setStatus(account, subscription, subscription.status as 'active', { pause_collection: null });
}
