import type Stripe from 'stripe';
import { STRIPE_API_VERSION } from './client.ts';
import { ifPresent } from './if-present.ts';

/** What an endpoint of ours is to be. */
export interface EndpointWish {
	readonly url: string;
	readonly types: readonly string[];
	/** What people read in Stripe's dashboard. */
	readonly description: string;
	/** Says in the metadata that it is ours, and whose. */
	readonly owner: string;
}

/** An endpoint with what only its creation reveals. */
export interface NewEndpoint {
	readonly id: string;
	readonly secret: string;
}

/** One that was made earlier. */
export interface KnownEndpoint {
	readonly id: string;
	/** Null for one that is lost. */
	readonly secret: string | null;
}

const OWNER = 'n8n_saas_lifecycle';
/** More than the 16 that Stripe allows for each account and mode. */
const MOST = 100;

export type EndpointState = 'in_order' | 'to_repair' | 'to_replace' | 'missing';

/** How the endpoint that we made compares with what it is to be. */
export function stateOf(
	known: KnownEndpoint | null,
	wish: EndpointWish,
	endpoints: readonly Stripe.WebhookEndpoint[],
): EndpointState {
	const endpoint = endpoints.find(({ id }) => id === known?.id);
	if (!endpoint) return 'missing';
	// Neither can be had of an old one: https://docs.stripe.com/webhooks/versioning
	const isOfNoUse = known?.secret === null || endpoint.api_version !== STRIPE_API_VERSION;
	if (isOfNoUse) return 'to_replace';
	const isAsWished =
		endpoint.status === 'enabled' &&
		endpoint.url === wish.url &&
		sameTypes(endpoint.enabled_events, wish.types);
	return isAsWished ? 'in_order' : 'to_repair';
}

export async function listEndpoints(stripe: Stripe): Promise<Stripe.WebhookEndpoint[]> {
	return await stripe.webhookEndpoints.list({ limit: 100 }).autoPagingToArray({ limit: MOST });
}

/**
 * Makes the endpoint that is known, or a new one, what it is to be. Endpoints of the same owner whose secret nobody
 * knows are removed, because Stripe tells a secret only once; others are left alone.
 */
export async function ensureEndpoint(
	stripe: Stripe,
	wish: EndpointWish,
	known: KnownEndpoint | null,
	endpoints: readonly Stripe.WebhookEndpoint[],
): Promise<NewEndpoint> {
	const state = stateOf(known, wish, endpoints);
	const isInTheWay = (endpoint: Stripe.WebhookEndpoint) =>
		endpoint.id === known?.id ? state === 'to_replace' : isOwnedBy(endpoint, wish.owner);
	for (const { id } of endpoints.filter(isInTheWay)) await deleteEndpoint(stripe, id);
	if (!isUsable(known) || state === 'missing' || state === 'to_replace') {
		return await createEndpoint(stripe, wish);
	}
	if (state === 'to_repair') {
		await stripe.webhookEndpoints.update(known.id, { ...partsOf(wish), disabled: false });
	}
	return known;
}

function isUsable(known: KnownEndpoint | null): known is NewEndpoint {
	return known !== null && known.secret !== null;
}

async function createEndpoint(stripe: Stripe, wish: EndpointWish): Promise<NewEndpoint> {
	const { id, secret } = await stripe.webhookEndpoints.create({
		...partsOf(wish),
		api_version: STRIPE_API_VERSION,
		metadata: { [OWNER]: wish.owner },
	});
	if (!secret) throw new Error('Stripe made an endpoint without telling its secret');
	return { id, secret };
}

/** Gone is gone, whoever removed it. */
export async function deleteEndpoint(stripe: Stripe, id: string): Promise<void> {
	await ifPresent(stripe.webhookEndpoints.del(id));
}

/** An endpoint that somebody made by hand for this very address. */
export function isMadeByHand({ metadata, url }: Stripe.WebhookEndpoint, address: string): boolean {
	return url === address && metadata[OWNER] === undefined;
}

function isOwnedBy({ metadata }: Stripe.WebhookEndpoint, owner: string): boolean {
	return metadata[OWNER] === owner;
}

function partsOf({ url, types, description }: EndpointWish) {
	return {
		url,
		description,
		enabled_events: [...types] as Stripe.WebhookEndpointCreateParams.EnabledEvent[],
	};
}

function sameTypes(one: readonly string[], other: readonly string[]): boolean {
	return one.length === other.length && other.every((type) => one.includes(type));
}
