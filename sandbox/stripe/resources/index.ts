import type { Endpoint } from '../api/endpoint.ts';
import type { Presentation } from '../api/presenter.ts';
import { couponPresentation } from './coupons.ts';
import { customerEndpoints, customerPresentation } from './customers.ts';
import { discountPresentation } from './discounts.ts';
import { entitlementEndpoints, entitlementPresentations } from './entitlements.ts';
import { invoiceItemPresentation } from './invoice-items.ts';
import { invoicePaymentPresentation, invoicePresentation, linePresentation } from './invoices.ts';
import { ownAccountEndpoints } from './own-account.ts';
import { chargePresentation, paymentIntentPresentation } from './payment-intents.ts';
import { paymentMethodEndpoints, paymentMethodPresentation } from './payment-methods.ts';
import { planPresentation, priceEndpoints, pricePresentation } from './prices.ts';
import { productEndpoints, productPresentation } from './products.ts';
import { promotionCodePresentation } from './promotion-codes.ts';
import { setupIntentPresentation } from './setup-intents.ts';
import { subscriptionEndpoints } from './subscription-endpoints.ts';
import { subscriptionItemPresentation } from './subscription-items.ts';
import { subscriptionPresentation } from './subscriptions.ts';
import { testClockEndpoints, testClockPresentation } from './test-clocks.ts';
import { trialOfferPresentation } from './trial-offers.ts';

/** Every resource of the stand-in: what it shows and where it is called. One line each. */
export const presentations: readonly Presentation[] = [
	chargePresentation,
	couponPresentation,
	customerPresentation,
	discountPresentation,
	...entitlementPresentations,
	invoiceItemPresentation,
	invoicePaymentPresentation,
	invoicePresentation,
	linePresentation,
	paymentIntentPresentation,
	paymentMethodPresentation,
	planPresentation,
	pricePresentation,
	productPresentation,
	promotionCodePresentation,
	setupIntentPresentation,
	subscriptionItemPresentation,
	subscriptionPresentation,
	testClockPresentation,
	trialOfferPresentation,
];

export const endpoints: readonly Endpoint[] = [
	...customerEndpoints,
	...entitlementEndpoints,
	...ownAccountEndpoints,
	...paymentMethodEndpoints,
	...priceEndpoints,
	...productEndpoints,
	...subscriptionEndpoints,
	...testClockEndpoints,
];
