import {
	deleteEndpoint,
	ensureEndpoint,
	isMadeByHand,
	listEndpoints,
	stateOf,
	type EndpointWish,
	type KnownEndpoint,
} from '../../services/stripe/webhook-endpoints.ts';
import type { StorePartition } from '../../services/store/index.ts';
import type { Consumer } from './consumer.ts';
import { presentOthers } from './enrolment.ts';
import { typesWanted } from './pull.ts';
import { wantedTypes } from './settings.ts';

const LEASE = 'stripe-endpoint';
const BOOKMARK = 'stripe-endpoint';
/** A holder that has not been heard of for so long lives no more; the next one takes over. */
const HOLD_MS = 300_000;

/** Where Stripe is to send this trigger's events. */
export interface Address {
	readonly url: string;
	/** Says in Stripe whose endpoint it is: another n8n on the same account leaves it alone. */
	readonly owner: string;
	/** The signing secret of an endpoint that the operator made by hand. */
	readonly ownSecret: string | null;
}

/**
 * One endpoint for all triggers of a Stripe account: the first that is published holds it and keeps it in order,
 * all read what comes in. True when this trigger holds it, or when its operator made one by hand.
 */
export async function holdEndpoint(consumer: Consumer, address: Address): Promise<boolean> {
	const { id, store, stripe, now } = consumer;
	if (!(await store.leases.take(LEASE, id, HOLD_MS, now()))) return false;
	let isHeld = false;
	try {
		const endpoints = await listEndpoints(stripe);
		const isByHand = endpoints.some((endpoint) => isMadeByHand(endpoint, address.url));
		if (!isByHand || address.ownSecret === null) {
			const wish = await wishOf(consumer, address);
			const known = await knownEndpoint(store);
			const endpoint = await ensureEndpoint(stripe, wish, known, endpoints);
			await store.bookmarks.set(BOOKMARK, JSON.stringify(endpoint), now());
		}
		isHeld = true;
	} finally {
		if (!isHeld) await store.leases.release(LEASE, id);
	}
	return isHeld;
}

/** Whether Stripe would deliver: to this trigger, or to the one that holds the endpoint. */
export async function isEndpointInOrder(consumer: Consumer, address: Address): Promise<boolean> {
	const { id, store, stripe, now } = consumer;
	const holder = await store.leases.holderOf(LEASE, now());
	if (holder !== id) return holder !== null;
	const known = await knownEndpoint(store);
	const endpoints = await listEndpoints(stripe);
	const endpoint = endpoints.find((candidate) => candidate.id === known?.id);
	return stateOf(endpoint, await wishOf(consumer, address)) === 'in_order';
}

/** Keeps the endpoint, or takes it where nobody has it. False when another trigger holds it. */
export async function renewHold({ id, store, now }: Consumer): Promise<boolean> {
	return await store.leases.take(LEASE, id, HOLD_MS, now());
}

/** Leaves the endpoint to the others; without others it is removed at Stripe. */
export async function leaveEndpoint(consumer: Consumer): Promise<void> {
	const { id, store, stripe } = consumer;
	await store.leases.release(LEASE, id);
	const others = await presentOthers(consumer);
	if (others.some(({ webhookUrl }) => webhookUrl !== null)) return;
	const known = await knownEndpoint(store);
	if (!known) return;
	await deleteEndpoint(stripe, known.id);
	await store.bookmarks.remove(BOOKMARK);
}

/** The endpoint that was made for these triggers, with the secret that only its creation tells. */
export async function knownEndpoint({ bookmarks }: StorePartition): Promise<KnownEndpoint | null> {
	const text = await bookmarks.get(BOOKMARK);
	return text === null ? null : (JSON.parse(text) as KnownEndpoint);
}

/** Where n8n takes in this trigger's deliveries: n8n tells it when publishing, and only then. */
export async function noteUrl({ id, store, now }: Consumer, url: string): Promise<void> {
	await store.bookmarks.set(urlBookmark(id), url, now());
}

export async function notedUrl({ id, store }: Consumer): Promise<string | null> {
	return await store.bookmarks.get(urlBookmark(id));
}

export async function forgetUrl({ id, store }: Consumer): Promise<void> {
	await store.bookmarks.remove(urlBookmark(id));
}

function urlBookmark(id: string): string {
	return `stripe-trigger-url/${id}`;
}

async function wishOf(consumer: Consumer, { url, owner }: Address): Promise<EndpointWish> {
	const types = new Set([...(await typesWanted(consumer)), ...wantedTypes(consumer.settings)]);
	return {
		url,
		owner,
		types: [...types].sort(),
		description: `n8n: trial lifecycle, workspace ${consumer.partition.workspace}`,
	};
}
