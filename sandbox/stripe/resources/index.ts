import type { Endpoint } from '../api/endpoint.ts';
import type { Presentation } from '../api/presenter.ts';
import { checkoutSessionEndpoints, checkoutSessionPresentation } from './checkout-sessions.ts';
import { couponEndpoints, couponPresentation } from './coupons.ts';
import { customerEndpoints, customerPresentation } from './customers.ts';
import { discountPresentation } from './discounts.ts';
import { entitlementEndpoints, entitlementPresentations } from './entitlements.ts';
import { eventEndpoints } from './events.ts';
import { invoiceCollectionEndpoints } from './invoice-collection-endpoints.ts';
import { invoiceEndpoints } from './invoice-endpoints.ts';
import { invoiceItemEndpoints, invoiceItemPresentation } from './invoice-items.ts';
import { invoicePaymentEndpoints, invoicePaymentPresentation } from './invoice-payments.ts';
import { invoicePreviewEndpoint } from './invoice-preview.ts';
import { invoicePresentation, linePresentation } from './invoices.ts';
import { ownAccountEndpoints } from './own-account.ts';
import {
	chargePresentation,
	paymentIntentEndpoints,
	paymentIntentPresentation,
} from './payment-intents.ts';
import { paymentMethodEndpoints } from './payment-method-endpoints.ts';
import { paymentMethodPresentation } from './payment-methods.ts';
import {
	portalConfigurationEndpoints,
	portalConfigurationPresentation,
} from './portal-configurations.ts';
import { portalSessionEndpoints, portalSessionPresentation } from './portal-sessions.ts';
import { planPresentation, priceEndpoints, pricePresentation } from './prices.ts';
import { productEndpoints, productPresentation } from './products.ts';
import { promotionCodeEndpoints, promotionCodePresentation } from './promotion-codes.ts';
import { setupIntentEndpoints, setupIntentPresentation } from './setup-intents.ts';
import { subscriptionEndpoints } from './subscription-endpoints.ts';
import { subscriptionItemEndpoints } from './subscription-item-endpoints.ts';
import { subscriptionItemPresentation } from './subscription-items.ts';
import { subscriptionPresentation } from './subscriptions.ts';
import { testClockEndpoints, testClockPresentation } from './test-clocks.ts';
import { trialOfferEndpoints, trialOfferPresentation } from './trial-offers.ts';
import { webhookEndpointEndpoints, webhookEndpointPresentation } from './webhook-endpoints.ts';

/** Every resource of the stand-in: what it shows and where it is called. One line each. */
export const presentations: readonly Presentation[] = [
	chargePresentation,
	checkoutSessionPresentation,
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
	portalConfigurationPresentation,
	portalSessionPresentation,
	pricePresentation,
	productPresentation,
	promotionCodePresentation,
	setupIntentPresentation,
	subscriptionItemPresentation,
	subscriptionPresentation,
	testClockPresentation,
	trialOfferPresentation,
	webhookEndpointPresentation,
];

export const endpoints: readonly Endpoint[] = [
	...checkoutSessionEndpoints,
	...couponEndpoints,
	...customerEndpoints,
	...entitlementEndpoints,
	...eventEndpoints,
	...invoiceCollectionEndpoints,
	...invoiceEndpoints,
	...invoiceItemEndpoints,
	...invoicePaymentEndpoints,
	invoicePreviewEndpoint,
	...ownAccountEndpoints,
	...paymentIntentEndpoints,
	...paymentMethodEndpoints,
	...portalConfigurationEndpoints,
	...portalSessionEndpoints,
	...priceEndpoints,
	...productEndpoints,
	...promotionCodeEndpoints,
	...setupIntentEndpoints,
	...subscriptionEndpoints,
	...subscriptionItemEndpoints,
	...testClockEndpoints,
	...trialOfferEndpoints,
	...webhookEndpointEndpoints,
];
