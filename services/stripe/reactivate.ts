import type Stripe from 'stripe';
import { wayBack, type ReactivationRefusal, type StepBack } from '../../lifecycle/reactivation.ts';
import { Failure } from '../failure.ts';
import {
	owesLatestInvoice,
	payLatestInvoice,
	resumeCollection,
	resumePaused,
	undoCancellation,
} from './revive.ts';
import { subscribeAgain, type NewSubscription } from './subscribe-again.ts';
import { findHistory, type ChangedFound, type Found } from './subscriptions.ts';

export interface ReactivationOrder extends NewSubscription {
	/** Without a card the customer owes an invoice, and is active once it is paid. */
	readonly withoutCard: boolean;
}

export interface Reactivation extends ChangedFound {
	/** The step that made the difference; `none` when it was running anyway. */
	readonly way: StepBack | 'none';
	/** Each with how it left the subscription. */
	readonly steps: ReadonlyArray<ChangedFound & { readonly step: StepBack }>;
}

/** Brings a customer back by whatever way fits, and never to a second live subscription. */
export async function reactivate(
	stripe: Stripe,
	reference: string,
	order: ReactivationOrder,
): Promise<Reactivation> {
	const history = await findHistory(stripe, reference);
	const way = wayBack(
		history.map(({ subscription, raw }) => ({
			subscription,
			isCollectionPaused: raw.pause_collection !== null,
			owesLatestInvoice: owesLatestInvoice(raw),
		})),
	);
	if (way.kind === 'refused') throw refusal(way.reason, reference);
	const found = history.find(({ subscription }) => subscription.id === way.id);
	if (!found) throw refusal('never_subscribed', reference);
	if (way.kind === 'waiting') {
		return { ...found, way: 'subscribe_again', changed: false, steps: [] };
	}

	const steps: Array<Reactivation['steps'][number]> = [];
	for (const step of way.steps) {
		const after = await take(step, stripe, steps.at(-1) ?? found, history, order);
		steps.push({ ...after, step });
	}
	const changed = steps.some((step) => step.changed);
	return { ...(steps.at(-1) ?? found), way: way.steps.at(-1) ?? 'none', changed, steps };
}

async function take(
	step: StepBack,
	stripe: Stripe,
	found: Found,
	history: readonly Found[],
	order: ReactivationOrder,
): Promise<ChangedFound> {
	switch (step) {
		case 'undo_cancellation':
			return await undoCancellation(stripe, found);
		case 'resume_collection':
			return await resumeCollection(stripe, found);
		case 'pay_open_invoice':
			return await payLatestInvoice(stripe, found);
		case 'resume':
			checkCard(found, order);
			return await resumePaused(stripe, found);
		case 'subscribe_again':
			checkCard(found, order);
			return await subscribeAgain(stripe, found, history, order);
	}
}

function checkCard({ subscription }: Found, { withoutCard }: ReactivationOrder): void {
	if (subscription.hasPaymentMethod || withoutCard) return;
	throw new Failure(`There is no card to charge for the return of ${subscription.customerId}`, {
		code: 'no_payment_method',
		hint: 'Send the customer a link (Link > Create Portal), or switch on "Even Without a Card": the first invoice then has to be paid by its link.',
	});
}

function refusal(reason: ReactivationRefusal, reference: string): Failure {
	switch (reason) {
		case 'never_subscribed': {
			const who = reference.includes('@') ? 'This person' : `"${reference}"`;
			return new Failure(`${who} never had a subscription`, {
				code: reason,
				httpCode: 404,
				hint: 'Start one with Trial > Start or Link > Create Checkout.',
			});
		}
		case 'payment_due':
			return new Failure('The subscription is live, but a payment is due', {
				code: reason,
				hint: 'It goes on when the open invoice is paid: send the customer a link (Link > Create Portal).',
			});
	}
}
