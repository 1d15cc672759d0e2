import type Stripe from 'stripe';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { Failure } from '../failure.ts';
import { bringAbout } from './bring-about.ts';
import {
	retrieveFound,
	toFound,
	WITH_INVOICE,
	type ChangedFound,
	type Found,
} from './subscriptions.ts';

export interface CollectionPause {
	/** What becomes of the invoices of that time. */
	readonly invoices: 'keep_as_draft' | 'mark_uncollectible' | 'void';
	/** Null until somebody resumes it. */
	readonly resumesAt: Date | null;
}

/** No service, no invoices, until it is resumed. https://docs.stripe.com/billing/subscriptions/pause */
export async function pauseSubscription(
	stripe: Stripe,
	found: Found,
	{ creditsUnusedTime }: { readonly creditsUnusedTime: boolean },
): Promise<ChangedFound> {
	const { subscription, raw } = found;
	const { id, status, currentPeriodEndsAt } = subscription;
	if (status === 'paused') return { ...found, changed: false };
	if (status !== 'active' && status !== 'trialing') throw notRunning(found);
	if (raw.billing_mode.type !== 'flexible') {
		throw new Failure(`Stripe pauses only subscriptions in flexible billing mode, ${id} is not`, {
			code: 'classic_billing_mode',
			hint: 'Move it to flexible billing mode in Stripe, or pause the collection of payments instead.',
		});
	}
	const { object, changed } = await bringAbout({
		key: idempotencyKey('pause', id, String(currentPeriodEndsAt?.getTime())),
		make: async (options) =>
			await stripe.subscriptions.pause(
				id,
				{
					type: 'subscription',
					bill_for: { unused_time_from: { type: creditsUnusedTime ? 'now' : 'none' } },
					expand: WITH_INVOICE,
				},
				options,
			),
		read: async () => (await retrieveFound(stripe, id)).raw,
		isSo: ({ status: present }) => present === 'paused',
	});
	return { ...toFound(object), changed };
}

/** Service goes on, payments are not collected. https://docs.stripe.com/billing/subscriptions/pause-payment */
export async function pauseCollection(
	stripe: Stripe,
	found: Found,
	pause: CollectionPause,
): Promise<ChangedFound> {
	const { id, status } = found.subscription;
	if (isPaused(found.raw, pause)) return { ...found, changed: false };
	if (status === 'canceled' || status === 'incomplete_expired') throw notRunning(found);
	const { object, changed } = await bringAbout({
		key: idempotencyKey('pause_collection', id, JSON.stringify(pause)),
		make: async (options) =>
			await stripe.subscriptions.update(
				id,
				{
					pause_collection: {
						behavior: pause.invoices,
						...(pause.resumesAt ? { resumes_at: toSeconds(pause.resumesAt) } : {}),
					},
					expand: WITH_INVOICE,
				},
				options,
			),
		read: async () => (await retrieveFound(stripe, id)).raw,
		isSo: (raw) => isPaused(raw, pause),
	});
	return { ...toFound(object), changed };
}

function isPaused(
	{ pause_collection: present }: Stripe.Subscription,
	{ invoices, resumesAt }: CollectionPause,
): boolean {
	return (
		present?.behavior === invoices &&
		(present.resumes_at ?? null) === (resumesAt && toSeconds(resumesAt))
	);
}

function toSeconds(instant: Date): number {
	return Math.round(instant.getTime() / 1000);
}

function notRunning({ subscription: { id, status } }: Found): Failure {
	return new Failure(
		`The subscription ${id} does not run, so it cannot be paused: it is ${status}`,
		{
			code: 'not_running',
			hint: 'Only a subscription that is active or in a trial can be paused.',
		},
	);
}
