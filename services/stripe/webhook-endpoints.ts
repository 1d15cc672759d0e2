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
export interface KnownEndpoint {
	readonly id: string;
	readonly secret: string;
}

const OWNER = 'n8n_saas_lifecycle';
/** More than the 16 that Stripe allows for each account and mode. */
const MOST = 100;

export type EndpointState = 'in_order' | 'to_repair' | 'to_replace' | 'missing';

/** How an endpoint that we made compares with what it is to be. */
export function stateOf(
	endpoint: Stripe.WebhookEndpoint | undefined,
	wish: EndpointWish,
): EndpointState {
	if (!endpoint) return 'missing';
	// The version of an endpoint cannot be changed: https://docs.stripe.com/webhooks/versioning
	if (endpoint.api_version !== STRIPE_API_VERSION) return 'to_replace';
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
 * Makes the endpoint that is known, or a new one, what it is to be. Endpoints of the same owner or with the same
 * URL whose secret nobody knows are removed, because Stripe tells a secret only once; others are left alone.
 */
export async function ensureEndpoint(
	stripe: Stripe,
	wish: EndpointWish,
	known: KnownEndpoint | null,
	endpoints: readonly Stripe.WebhookEndpoint[],
): Promise<KnownEndpoint> {
	const ours = endpoints.find(({ id }) => id === known?.id);
	const state = stateOf(ours, wish);
	const strays = endpoints.filter(
		(endpoint) => isOwnedBy(endpoint, wish.owner) && (endpoint !== ours || state === 'to_replace'),
	);
	for (const { id } of strays) await deleteEndpoint(stripe, id);
	if (known && state === 'in_order') return known;
	if (known && state === 'to_repair') {
		await stripe.webhookEndpoints.update(known.id, { ...partsOf(wish), disabled: false });
		return known;
	}
	return await createEndpoint(stripe, wish);
}

async function createEndpoint(stripe: Stripe, wish: EndpointWish): Promise<KnownEndpoint> {
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
