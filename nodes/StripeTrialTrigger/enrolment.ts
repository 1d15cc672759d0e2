import { Failure } from '../../services/failure.ts';
import { createPresences, type Presences } from '../../services/n8n/inbox/presence.ts';
import type { Consumer } from './consumer.ts';
import { restartPullFrom } from './pull.ts';
import { wantedTypes } from './settings.ts';

/** What the triggers of one Stripe account tell each other of themselves. */
export interface Enrolment {
	readonly stripeAccount: string | null;
	/** Null for one that only polls. */
	readonly webhookUrl: string | null;
}

/** Joins the readers of the inbox, or goes on after a pause. */
export async function enrol(consumer: Consumer, enrolment: Enrolment): Promise<void> {
	const { id, settings, now } = consumer;
	const presences = presencesOf(consumer);
	const others = await presentOthers(consumer);
	refuseSecondAccount(enrolment, others);
	if (others.length === 0 && !(await presences.goesOn(id))) await restartPullFrom(consumer, now());
	await presences.enrol(id, { details: enrolment, types: wantedTypes(settings) });
}

/** Says that it is still there. */
export async function stayPresent(consumer: Consumer): Promise<void> {
	await presencesOf(consumer).stay(consumer.id);
}

/** Keeps what it has not done, for the case that it comes back. */
export async function takeLeave(consumer: Consumer): Promise<void> {
	await presencesOf(consumer).leave(consumer.id);
}

/** The other triggers that are published, on this n8n or another one with the same store. */
export async function presentOthers(consumer: Consumer): Promise<Enrolment[]> {
	const others = await presencesOf(consumer).others(consumer.id);
	return others.map(({ details }) => details);
}

/** Forgets the readers that are not coming back, and what they would have read. */
export async function forgetLost(consumer: Consumer): Promise<void> {
	await presencesOf(consumer).forgetLost();
}

function presencesOf({ store, now }: Consumer): Presences<Enrolment> {
	const { inbox, bookmarks } = store;
	return createPresences({ inbox, bookmarks, prefix: 'stripe-trigger', now });
}

/** The events of two accounts in one inbox would be looked up with the wrong key. */
function refuseSecondAccount({ stripeAccount }: Enrolment, others: readonly Enrolment[]): void {
	const stranger = others.find(
		(other) =>
			stripeAccount !== null &&
			other.stripeAccount !== null &&
			other.stripeAccount !== stripeAccount,
	);
	if (!stranger) return;
	throw new Failure('This workspace already receives the events of another Stripe account', {
		code: 'workspace_of_other_account',
		hint: 'Give each Stripe account a workspace of its own, in this trigger and in the nodes of its flows.',
	});
}
