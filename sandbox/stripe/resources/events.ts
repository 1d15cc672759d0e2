import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import { array, flag, text } from '../api/params.ts';
import type { StripeEvent } from '../events/log.ts';

/** `customer.subscription.*` asks for a whole family. */
function typeFilter(asked: string | undefined, types: readonly string[] | undefined) {
	if (types) return (type: string) => types.includes(type);
	if (asked === undefined || asked === '*') return () => true;
	return asked.endsWith('.*')
		? (type: string) => type.startsWith(asked.slice(0, -1))
		: (type: string) => type === asked;
}

function eventOf(account: Account, eventId: string): StripeEvent {
	account.events.prune(account.now(null));
	const event = account.events.table.get(eventId);
	if (!event) throw missingResource('event', eventId);
	return event;
}

export const eventEndpoints = [
	endpoint<Stripe.EventListParams>(
		'GET',
		'/v1/events',
		'event',
		{
			...pagination,
			created: range(),
			delivery_success: flag(),
			expand,
			type: text(),
			types: array(text(), { max: 20 }),
		},
		({ account, params, url }) => {
			if (params.type !== undefined && params.types) {
				throw invalidRequest('You may pass either `type` or `types`, but not both.', {
					code: 'parameters_exclusive',
					param: 'types',
				});
			}
			const isWanted = typeFilter(params.type, params.types);
			account.events.prune(account.now(null));
			return pageOf(
				account.events.table.newestFirst(),
				params,
				url,
				account,
				(event) =>
					isWanted(event.type) &&
					isInRange(event.created, params.created) &&
					(params.delivery_success === undefined ||
						(event.pending_webhooks === 0) === params.delivery_success),
			);
		},
	),

	endpoint<Stripe.EventRetrieveParams>(
		'GET',
		'/v1/events/:id',
		'event',
		{ expand },
		({ account, path }) => eventOf(account, path['id'] ?? ''),
	),
];
