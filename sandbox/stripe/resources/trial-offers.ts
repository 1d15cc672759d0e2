import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import { pageOf, pagination, range } from '../api/lists.ts';
import {
	array,
	flag,
	id,
	integer,
	missingParam,
	object,
	oneOf,
	required,
	text,
} from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';
import { priceOf } from './prices.ts';

export type TrialOffer = Stored<Stripe.ProductCatalog.TrialOffer>;

export const trialOfferPresentation: Presentation<TrialOffer> = {
	object: 'product_catalog.trial_offer',
	expandable: {
		price: (account) => account.prices,
		'end_behavior.transition.price': (account) => account.prices,
	},
};

function trialOfferOf(account: Account, offerId: string): TrialOffer {
	const offer = account.trialOffers.get(offerId);
	if (!offer) throw missingResource('trial offer', offerId);
	return offer;
}

function recurringPriceId(account: Account, priceId: string, param: string): string {
	const price = priceOf(account, priceId, param);
	if (price.recurring) return price.id;
	throw invalidRequest('A trial offer needs a recurring price.', { param });
}

export const trialOfferEndpoints = [
	endpoint<Stripe.ProductCatalog.TrialOfferCreateParams>(
		'POST',
		'/v1/product_catalog/trial_offers',
		'trial_offer',
		{
			active: flag(),
			duration: required(
				object<Stripe.ProductCatalog.TrialOfferCreateParams.Duration>({
					relative: object<Stripe.ProductCatalog.TrialOfferCreateParams.Duration.Relative>({
						iterations: required(integer({ min: 1 })),
					}),
					type: required(oneOf('relative')),
				}),
			),
			end_behavior: required(
				object<Stripe.ProductCatalog.TrialOfferCreateParams.EndBehavior>({
					transition: required(
						object<Stripe.ProductCatalog.TrialOfferCreateParams.EndBehavior.Transition>({
							price: required(id()),
						}),
					),
				}),
			),
			expand,
			nickname: text(),
			price: required(id()),
		},
		({ account, params }) => {
			const { relative } = params.duration;
			if (!relative) throw missingParam('duration[relative]');
			const next = params.end_behavior.transition.price;
			return account.trialOffers.put({
				id: account.newId('to'),
				object: 'product_catalog.trial_offer',
				active: params.active ?? true,
				duration: { relative, type: 'relative' },
				end_behavior: {
					transition: {
						price: recurringPriceId(account, next, 'end_behavior[transition][price]'),
					},
					type: 'transition',
				},
				livemode: account.livemode,
				nickname: params.nickname ?? null,
				price: recurringPriceId(account, params.price, 'price'),
			});
		},
	),

	endpoint<Stripe.ProductCatalog.TrialOfferListParams>(
		'GET',
		'/v1/product_catalog/trial_offers',
		'trial_offer',
		{ ...pagination, active: flag(), created: range(), expand, prices: array(id()) },
		({ account, params, url }) =>
			pageOf(
				account.trialOffers.newestFirst(),
				params,
				url,
				account,
				(offer) =>
					(params.active === undefined || offer.active === params.active) &&
					(params.prices === undefined || params.prices.includes(offer.price)),
			),
	),

	endpoint<Stripe.ProductCatalog.TrialOfferRetrieveParams>(
		'GET',
		'/v1/product_catalog/trial_offers/:id',
		'trial_offer',
		{ expand },
		({ account, path }) => trialOfferOf(account, path['id'] ?? ''),
	),

	endpoint<Stripe.ProductCatalog.TrialOfferUpdateParams>(
		'POST',
		'/v1/product_catalog/trial_offers/:id',
		'trial_offer',
		{ active: flag(), expand },
		({ account, params, path }) => {
			const offer = trialOfferOf(account, path['id'] ?? '');
			return account.trialOffers.put({ ...offer, active: params.active ?? offer.active });
		},
	),
];
