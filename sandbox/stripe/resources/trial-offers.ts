import type Stripe from 'stripe';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

export type TrialOffer = Stored<Stripe.ProductCatalog.TrialOffer>;

export const trialOfferPresentation: Presentation<TrialOffer> = {
	object: 'product_catalog.trial_offer',
	expandable: {
		price: (account) => account.prices,
		'end_behavior.transition.price': (account) => account.prices,
	},
};
