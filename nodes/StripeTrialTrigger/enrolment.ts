import { Failure } from '../../services/failure.ts';
import {
	createPresences,
	isPresent,
	type Presence,
	type Presences,
} from '../../services/n8n/inbox/presence.ts';
import type { Consumer } from './consumer.ts';
import { restartPullFrom, turnPullTo } from './pull-mark.ts';
import { wantedTypes } from './settings.ts';

/** What the triggers of one Stripe account tell each other of themselves. */
export interface Enrolment {
	readonly stripeAccount: string | null;
	/** Null for one that only polls. */
	readonly webhookUrl: string | null;
}

/**
 * Joins the readers of the inbox, or goes on after a pause. Where the workspace goes over to another Stripe account,
 * its readers before are handed nothing of that account, and go on where they stopped when they have it again.
 */
export async function enrol(consumer: Consumer, enrolment: Enrolment): Promise<void> {
	const { id, settings, now } = consumer;
	const presences = presencesOf(consumer);
	const others = await presences.others(id);
	const strangers = others.filter(({ details }) => isOfOtherAccount(details, enrolment));
	const fellows = others.filter((other) => !strangers.includes(other));
	if (strangers.some((stranger) => isPresent(stranger, now()))) throw ofOtherAccount();
	for (const stranger of strangers) if (!stranger.isResting) await presences.rest(stranger.id);
	for (const fellow of fellows) if (fellow.isResting) await presences.rouse(fellow);

	const isRead = await turnPullTo(consumer, enrolment.stripeAccount);
	const isFirst = !fellows.some(isPublished) && !(await presences.goesOn(id));
	if (!isRead || isFirst) await restartPullFrom(consumer, now(), enrolment.stripeAccount);
	await presences.enrol(id, { details: enrolment, types: wantedTypes(settings) });
}

/**
 * Says that it is still there. One that was not heard of for long, perhaps because its host slept, joins anew:
 * the workspace may have gone to another Stripe account meanwhile.
 */
export async function stayPresent(consumer: Consumer): Promise<void> {
	const { id, now } = consumer;
	const presences = presencesOf(consumer);
	const own = await presences.get(id);
	if (own && isPublished(own) && !isPresent(own, now())) await enrol(consumer, own.details);
	else await presences.stay(id);
}

/** Keeps what it has not done, for the case that it comes back. */
export async function takeLeave(consumer: Consumer): Promise<void> {
	await presencesOf(consumer).leave(consumer.id);
}

/** The other triggers of the account that are published, on this n8n or another one with the same store. */
export async function presentOthers(consumer: Consumer): Promise<Enrolment[]> {
	const others = await presencesOf(consumer).others(consumer.id);
	return others
		.filter((other) => isPublished(other) && !other.isResting)
		.map(({ details }) => details);
}

/** Forgets the readers that are not coming back, and what they would have read. */
export async function forgetLost(consumer: Consumer): Promise<void> {
	await presencesOf(consumer).forgetLost();
}

function presencesOf({ store, now }: Consumer): Presences<Enrolment> {
	const { inbox, bookmarks } = store;
	return createPresences({ inbox, bookmarks, prefix: 'stripe-trigger', now });
}

function isOfOtherAccount(one: Enrolment, other: Enrolment): boolean {
	return (
		one.stripeAccount !== null &&
		other.stripeAccount !== null &&
		one.stripeAccount !== other.stripeAccount
	);
}

function isPublished({ leftAt }: Presence): boolean {
	return leftAt === null;
}

/** The events of two accounts in one inbox would be looked up with the wrong key. */
function ofOtherAccount(): Failure {
	return new Failure('This workspace already receives the events of another Stripe account', {
		code: 'workspace_of_other_account',
		hint: 'Give each Stripe account a workspace of its own, in this trigger and in the nodes of its flows. To move the workspace to this account, switch the triggers of the other one off and try again a quarter of an hour later.',
	});
}
