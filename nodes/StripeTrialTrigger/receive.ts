import type Stripe from 'stripe';
import { verifyDelivery, type SignedDelivery } from '../../services/stripe/signature.ts';
import { intakeOf } from '../../services/n8n/inbox/intake.ts';
import { wake } from '../../services/n8n/inbox/wake.ts';
import type { Receiver } from './consumer.ts';
import { toIncoming, typesWanted } from './pull.ts';

/** What Stripe gets to hear. With anything but 200 it comes again later. */
export interface Answer {
	readonly status: 200 | 400 | 401;
	readonly message: string;
}

export type Receipt =
	| { readonly event: Stripe.Event; readonly answer: null }
	| { readonly event: null; readonly answer: Answer };

/** Whether a delivery is for us to read: signed by Stripe, of our mode and our account. */
export async function checkDelivery(
	delivery: SignedDelivery,
	secrets: readonly string[],
	recipient: { readonly mode: 'live' | 'test'; readonly connectedAccount: string | null },
): Promise<Receipt> {
	const verdict = await verifyDelivery(delivery, secrets);
	if (!verdict.isGenuine) return refuse(verdict.httpCode, verdict.reason);
	const { event } = verdict;
	const mode = event.livemode ? 'live' : 'test';
	if (mode !== recipient.mode) {
		return refuse(400, `A ${mode} event on a flow with a ${recipient.mode} key`);
	}
	if (event.account !== undefined && event.account !== recipient.connectedAccount) {
		return refuse(400, 'The event is of another connected account');
	}
	return { event, answer: null };
}

/** Puts the event into the inbox, for every trigger that wants it; whatever happens next, it is not lost. */
export async function takeIn(consumer: Receiver, event: Stripe.Event): Promise<Answer> {
	const types = await typesWanted(consumer);
	if (!types.includes(event.type)) return { status: 200, message: 'Nobody asked for this type' };
	const { store, partition, now } = consumer;
	const isNew = await intakeOf(store.inbox, now)(toIncoming(event, 'webhook'));
	if (!isNew) return { status: 200, message: 'Known already' };
	wake('stripe', partition);
	return { status: 200, message: 'Received' };
}

function refuse(status: 400 | 401, message: string): Receipt {
	return { event: null, answer: { status, message } };
}
