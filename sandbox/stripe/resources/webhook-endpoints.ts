import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidParameter, invalidRequest, missingResource } from '../api/failure.ts';
import { pageOf, pagination } from '../api/lists.ts';
import {
	array,
	clearable,
	flag,
	metadata,
	oneOf,
	required,
	text,
	type Field,
} from '../api/params.ts';
import type { Presentation, Rendered } from '../api/presenter.ts';
import { EVENT_TYPES } from '../events/types.ts';
import { without, type Seconds, type Stored } from '../state/stored.ts';
import { mergeMetadata } from './metadata.ts';

export type WebhookEndpoint = Stored<Stripe.WebhookEndpoint> & {
	readonly hidden: {
		readonly secret: string;
		/** The secret before the last roll, still good for a while. */
		readonly rolled: { readonly secret: string; readonly until: Seconds } | null;
		readonly isConnect: boolean;
	};
};

export const webhookEndpointPresentation: Presentation<WebhookEndpoint> = {
	object: 'webhook_endpoint',
	render: (one): Rendered => without(one, 'hidden'),
};

/** https://docs.stripe.com/webhooks: per account and mode. */
const MAX_ENDPOINTS = 16;

const enabledEvents = array(oneOf('*', ...EVENT_TYPES));

function webhookUrl(): Field<string> {
	const plain = text();
	return {
		read(raw, name) {
			const url = plain.read(raw, name);
			if (!URL.canParse(url) || !/^https?:/.test(url)) {
				throw invalidParameter(
					'Invalid URL: An explicit scheme (such as https) must be provided.',
					name,
					'url_invalid',
				);
			}
			return url;
		},
	};
}

type ApiVersion = Stripe.WebhookEndpointCreateParams.ApiVersion;

/** Any version is taken; bodies are those of the stand-in's own all the same. */
function apiVersion(): Field<ApiVersion> {
	return {
		read(raw, name) {
			const version = text().read(raw, name);
			if (isVersion(version)) return version;
			throw invalidParameter(`Invalid API version: ${version}`, name);
		},
	};
}

function isVersion(version: string): version is ApiVersion {
	return /^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(version);
}

function endpointOf(account: Account, endpointId: string): WebhookEndpoint {
	const found = account.webhookEndpoints.get(endpointId);
	if (!found) throw missingResource('webhook endpoint', endpointId);
	return found;
}

function checkUrl(account: Account, url: string) {
	if (account.livemode && !url.startsWith('https:')) {
		throw invalidRequest('Invalid URL: In live mode, webhook endpoint URLs must use HTTPS.', {
			code: 'url_invalid',
			param: 'url',
		});
	}
}

/** A new secret; the old one stays good for a while, so that deliveries carry two signatures. */
export function rollSecret(account: Account, endpointId: string, keepFor: Seconds): string {
	const found = endpointOf(account, endpointId);
	const secret = `whsec_${account.newToken(32)}`;
	account.webhookEndpoints.put({
		...found,
		hidden: {
			...found.hidden,
			secret,
			rolled: { secret: found.hidden.secret, until: account.now(null) + keepFor },
		},
	});
	return secret;
}

export const webhookEndpointEndpoints = [
	endpoint<Stripe.WebhookEndpointCreateParams>(
		'POST',
		'/v1/webhook_endpoints',
		'webhook',
		{
			api_version: apiVersion(),
			connect: flag(),
			description: clearable(text()),
			enabled_events: required(enabledEvents),
			expand,
			metadata: clearable(metadata()),
			url: required(webhookUrl()),
		},
		({ account, params }) => {
			checkUrl(account, params.url);
			if (account.webhookEndpoints.size >= MAX_ENDPOINTS) {
				throw invalidRequest(
					`You have reached the maximum of ${MAX_ENDPOINTS} ${account.livemode ? 'live' : 'test'} webhook endpoints.`,
				);
			}
			const secret = `whsec_${account.newToken(32)}`;
			const created = account.webhookEndpoints.put({
				id: account.newId('we'),
				object: 'webhook_endpoint',
				api_version: params.api_version ?? null,
				application: null,
				created: account.now(null),
				description: params.description ?? null,
				enabled_events: params.enabled_events,
				livemode: account.livemode,
				metadata: mergeMetadata(null, params.metadata),
				status: 'enabled',
				url: params.url,
				hidden: { secret, rolled: null, isConnect: params.connect ?? false },
			});
			return { ...account.render(created), secret };
		},
	),

	endpoint<Stripe.WebhookEndpointListParams>(
		'GET',
		'/v1/webhook_endpoints',
		'webhook',
		{ ...pagination, expand },
		({ account, params, url }) =>
			pageOf(account.webhookEndpoints.newestFirst(), params, url, account),
	),

	endpoint<Stripe.WebhookEndpointRetrieveParams>(
		'GET',
		'/v1/webhook_endpoints/:id',
		'webhook',
		{ expand },
		({ account, path }) => account.render(endpointOf(account, path['id'] ?? '')),
	),

	endpoint<Stripe.WebhookEndpointUpdateParams>(
		'POST',
		'/v1/webhook_endpoints/:id',
		'webhook',
		{
			description: clearable(text()),
			disabled: flag(),
			enabled_events: enabledEvents,
			expand,
			metadata: clearable(metadata()),
			url: webhookUrl(),
		},
		({ account, params, path }) => {
			const found = endpointOf(account, path['id'] ?? '');
			if (params.url !== undefined) checkUrl(account, params.url);
			return account.render(
				account.webhookEndpoints.put({
					...found,
					...(params.description !== undefined && { description: params.description }),
					...(params.disabled !== undefined && {
						status: params.disabled ? 'disabled' : 'enabled',
					}),
					...(params.enabled_events && { enabled_events: params.enabled_events }),
					metadata: mergeMetadata(found.metadata, params.metadata),
					...(params.url !== undefined && { url: params.url }),
				}),
			);
		},
	),

	endpoint<Stripe.WebhookEndpointDeleteParams>(
		'DELETE',
		'/v1/webhook_endpoints/:id',
		'webhook',
		{},
		({ account, path }) => {
			const { id, object } = endpointOf(account, path['id'] ?? '');
			account.webhookEndpoints.delete(id);
			return { id, object, deleted: true };
		},
	),
];
