import type Stripe from 'stripe';
import type { IDataObject } from 'n8n-workflow';
import type { ParkedDelivery } from '../../services/store/index.ts';

/** An event of Stripe as operators see it. */
export function toEventRow(event: Stripe.Event): IDataObject {
	return {
		eventId: event.id,
		type: event.type,
		createdAt: new Date(event.created * 1000).toISOString(),
		...subjectOf(event.data.object),
		pendingWebhooks: event.pending_webhooks,
		apiVersion: event.api_version,
	};
}

/** One that a flow failed on for the last time. */
export function toParkedRow(delivery: ParkedDelivery, isReplayed: boolean): IDataObject {
	return {
		eventId: delivery.eventId,
		type: delivery.type,
		createdAt: delivery.createdAt.toISOString(),
		...subjectOf(objectIn(delivery.payload)),
		consumer: delivery.consumer,
		attempts: delivery.failures,
		error: delivery.error,
		parkedAt: delivery.parkedAt.toISOString(),
		replayed: isReplayed,
	};
}

/** What the event is about. */
function subjectOf(object: unknown): IDataObject {
	const subject = isRecord(object) ? object : {};
	const type = textOf(subject['object']);
	const id = textOf(subject['id']);
	return {
		objectType: type,
		objectId: id,
		customerId: type === 'customer' ? id : textOf(subject['customer']),
	};
}

function objectIn(payload: unknown): unknown {
	const data = isRecord(payload) ? payload['data'] : null;
	return isRecord(data) ? data['object'] : null;
}

/** The id where Stripe sends an object, the text where it sends one. */
function textOf(value: unknown): string | null {
	if (typeof value === 'string') return value;
	return isRecord(value) ? textOf(value['id']) : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null;
}
