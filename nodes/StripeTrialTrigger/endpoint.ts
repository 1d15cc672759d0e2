import {
	deleteEndpoint,
	ensureEndpoint,
	isMadeByHand,
	listEndpoints,
	stateOf,
	type EndpointWish,
	type KnownEndpoint,
} from '../../services/stripe/webhook-endpoints.ts';
import type { Seal } from '../../services/seal.ts';
import type { StorePartition } from '../../services/store/index.ts';
import type { Consumer } from './consumer.ts';
import { presentOthers } from './enrolment.ts';
import { isSealed, openEndpoint, sealEndpoint, type KeptEndpoint } from './kept-endpoint.ts';
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
	/** What the secret of an endpoint that is made here lies under in the store. */
	readonly seal: Seal;
}

/**
 * One endpoint for all triggers of a Stripe account: the first that is published holds it and keeps it in order,
 * all read what comes in. True when this trigger holds it, or when its operator made one by hand.
 */
export async function holdEndpoint(consumer: Consumer, address: Address): Promise<boolean> {
	const { id, store, now } = consumer;
	if (!(await store.leases.take(LEASE, id, HOLD_MS, now()))) return false;
	let isHeld = false;
	try {
		await putInOrder(consumer, address);
		isHeld = true;
	} finally {
		if (!isHeld) await store.leases.release(LEASE, id);
	}
	return isHeld;
}

async function putInOrder(consumer: Consumer, address: Address): Promise<void> {
	const { store, stripe, now, log } = consumer;
	const { url, ownSecret, seal } = address;
	const endpoints = await listEndpoints(stripe);
	const known = await knownEndpoint(store, seal);
	const isByHand = endpoints.some(
		(endpoint) => endpoint.id !== known?.id && isMadeByHand(endpoint, url),
	);
	if (isByHand && ownSecret !== null) return await removeEndpoint(consumer);
	if (known?.secret === null) {
		log('The key in the credential is a new one, so a new endpoint is made at Stripe');
	}
	const wish = await wishOf(consumer, address);
	const endpoint = await ensureEndpoint(stripe, wish, known, endpoints);
	await store.bookmarks.set(BOOKMARK, JSON.stringify(sealEndpoint(endpoint, seal)), now());
}

/** Whether Stripe would deliver: to this trigger, or to the one that holds the endpoint. */
export async function isEndpointInOrder(consumer: Consumer, address: Address): Promise<boolean> {
	const { id, store, stripe, now } = consumer;
	const holder = await store.leases.holderOf(LEASE, now());
	if (holder !== id) return holder !== null;
	const kept = await keptEndpoint(store);
	if (!kept || !isSealed(kept)) return false;
	const known = openEndpoint(kept, address.seal);
	const endpoints = await listEndpoints(stripe);
	return stateOf(known, await wishOf(consumer, address), endpoints) === 'in_order';
}

/** False when the credential got another key: what Stripe delivers is refused until there is a new endpoint. */
export async function isSecretReadable({ store }: Consumer, { seal }: Address): Promise<boolean> {
	return (await knownEndpoint(store, seal))?.secret !== null;
}

/** Keeps the endpoint, or takes it where nobody has it. False when another trigger holds it. */
export async function renewHold({ id, store, now }: Consumer): Promise<boolean> {
	return await store.leases.take(LEASE, id, HOLD_MS, now());
}

/** Leaves the endpoint to the others; without others it is removed at Stripe. */
export async function leaveEndpoint(consumer: Consumer): Promise<void> {
	const { id, store } = consumer;
	await store.leases.release(LEASE, id);
	const others = await presentOthers(consumer);
	if (others.some(({ webhookUrl }) => webhookUrl !== null)) return;
	await removeEndpoint(consumer);
}

async function removeEndpoint({ store, stripe }: Consumer): Promise<void> {
	const kept = await keptEndpoint(store);
	if (!kept) return;
	await deleteEndpoint(stripe, kept.id);
	await store.bookmarks.remove(BOOKMARK);
}

/** The endpoint that was made for these triggers, with the secret that only its creation tells. */
export async function knownEndpoint(
	store: StorePartition,
	seal: Seal,
): Promise<KnownEndpoint | null> {
	const kept = await keptEndpoint(store);
	return kept && openEndpoint(kept, seal);
}

async function keptEndpoint({ bookmarks }: StorePartition): Promise<KeptEndpoint | null> {
	const text = await bookmarks.get(BOOKMARK);
	return text === null ? null : (JSON.parse(text) as KeptEndpoint);
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
