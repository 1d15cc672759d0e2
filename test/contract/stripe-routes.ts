import type { VendorContract } from '../support/contract-exchange.ts';

/** https://docs.stripe.com/api */
export const STRIPE: VendorContract = {
	encoding: 'form',
	error: 'StripeError',
	isApiPath: (path) => path.startsWith('/v1/'),
	routes: {
		'GET /v1/account': ['StripeExpand', 'StripeAccount'],
		'GET /v1/balance': ['StripeExpand', 'StripeBalance'],

		'POST /v1/customers': ['StripeCustomerCreate', 'StripeCustomer'],
		'GET /v1/customers': ['StripeCustomerList', 'StripeCustomerPage'],
		'GET /v1/customers/search': ['StripeCustomerSearch', 'StripeCustomerFound'],
		'GET /v1/customers/:': ['StripeExpand', 'StripeCustomerRetrieved'],
		'POST /v1/customers/:': ['StripeCustomerUpdate', 'StripeCustomer'],
		'DELETE /v1/customers/:': ['StripeExpand', 'StripeDeletedCustomer'],
		'GET /v1/customers/:/payment_methods': [
			'StripeCustomerPaymentMethodList',
			'StripePaymentMethodPage',
		],
		'GET /v1/customers/:/payment_methods/:': ['StripeExpand', 'StripePaymentMethod'],
		'DELETE /v1/customers/:/discount': ['StripeExpand', 'StripeDeletedDiscount'],

		'POST /v1/products': ['StripeProductCreate', 'StripeProduct'],
		'GET /v1/products': ['StripeProductList', 'StripeProductPage'],
		'GET /v1/products/search': ['StripeProductSearch', 'StripeProductFound'],
		'GET /v1/products/:': ['StripeExpand', 'StripeProduct'],
		'POST /v1/products/:': ['StripeProductUpdate', 'StripeProduct'],
		'DELETE /v1/products/:': ['StripeExpand', 'StripeDeletedProduct'],
		'POST /v1/products/:/features': ['StripeProductFeatureCreate', 'StripeProductFeature'],
		'GET /v1/products/:/features': ['StripePaging', 'StripeProductFeaturePage'],
		'DELETE /v1/products/:/features/:': [null, 'StripeDeletedProductFeature'],

		'POST /v1/prices': ['StripePriceCreate', 'StripePrice'],
		'GET /v1/prices': ['StripePriceList', 'StripePricePage'],
		'GET /v1/prices/search': ['StripePriceSearch', 'StripePriceFound'],
		'GET /v1/prices/:': ['StripeExpand', 'StripePrice'],
		'POST /v1/prices/:': ['StripePriceUpdate', 'StripePrice'],

		'POST /v1/plans': ['StripePlanCreate', 'StripePlan'],
		'GET /v1/plans': ['StripePlanList', 'StripePlanPage'],
		'GET /v1/plans/:': ['StripeExpand', 'StripePlan'],
		'POST /v1/plans/:': ['StripePlanUpdate', 'StripePlan'],
		'DELETE /v1/plans/:': ['StripeExpand', 'StripeDeletedPlan'],

		'POST /v1/coupons': ['StripeCouponCreate', 'StripeCoupon'],
		'GET /v1/coupons': ['StripeCouponList', 'StripeCouponPage'],
		'GET /v1/coupons/:': ['StripeExpand', 'StripeCoupon'],
		'POST /v1/coupons/:': ['StripeCouponUpdate', 'StripeCoupon'],
		'DELETE /v1/coupons/:': ['StripeExpand', 'StripeDeletedCoupon'],

		'POST /v1/promotion_codes': ['StripePromotionCodeCreate', 'StripePromotionCode'],
		'GET /v1/promotion_codes': ['StripePromotionCodeList', 'StripePromotionCodePage'],
		'GET /v1/promotion_codes/:': ['StripeExpand', 'StripePromotionCode'],
		'POST /v1/promotion_codes/:': ['StripePromotionCodeUpdate', 'StripePromotionCode'],

		'POST /v1/subscriptions': ['StripeSubscriptionCreate', 'StripeSubscription'],
		'GET /v1/subscriptions': ['StripeSubscriptionList', 'StripeSubscriptionPage'],
		'GET /v1/subscriptions/search': ['StripeSubscriptionSearch', 'StripeSubscriptionFound'],
		'GET /v1/subscriptions/:': ['StripeExpand', 'StripeSubscription'],
		'POST /v1/subscriptions/:': ['StripeSubscriptionUpdate', 'StripeSubscription'],
		'DELETE /v1/subscriptions/:': ['StripeSubscriptionCancel', 'StripeSubscription'],
		'POST /v1/subscriptions/:/pause': ['StripeSubscriptionPause', 'StripeSubscription'],
		'POST /v1/subscriptions/:/resume': ['StripeSubscriptionResume', 'StripeSubscription'],
		'DELETE /v1/subscriptions/:/discount': ['StripeExpand', 'StripeDeletedDiscount'],

		'POST /v1/subscription_items': ['StripeSubscriptionItemCreate', 'StripeSubscriptionItem'],
		'GET /v1/subscription_items': ['StripeSubscriptionItemList', 'StripeSubscriptionItemPage'],
		'GET /v1/subscription_items/:': ['StripeExpand', 'StripeSubscriptionItem'],
		'POST /v1/subscription_items/:': ['StripeSubscriptionItemUpdate', 'StripeSubscriptionItem'],
		'DELETE /v1/subscription_items/:': [
			'StripeSubscriptionItemDelete',
			'StripeDeletedSubscriptionItem',
		],

		'POST /v1/product_catalog/trial_offers': ['StripeTrialOfferCreate', 'StripeTrialOffer'],
		'GET /v1/product_catalog/trial_offers': ['StripeTrialOfferList', 'StripeTrialOfferPage'],
		'GET /v1/product_catalog/trial_offers/:': ['StripeExpand', 'StripeTrialOffer'],
		'POST /v1/product_catalog/trial_offers/:': ['StripeTrialOfferUpdate', 'StripeTrialOffer'],

		'POST /v1/invoices': ['StripeInvoiceCreate', 'StripeInvoice'],
		'GET /v1/invoices': ['StripeInvoiceList', 'StripeInvoicePage'],
		'GET /v1/invoices/search': ['StripeInvoiceSearch', 'StripeInvoiceFound'],
		'GET /v1/invoices/:': ['StripeExpand', 'StripeInvoice'],
		'POST /v1/invoices/:': ['StripeInvoiceUpdate', 'StripeInvoice'],
		'DELETE /v1/invoices/:': ['StripeExpand', 'StripeDeletedInvoice'],
		'POST /v1/invoices/create_preview': ['StripeInvoicePreview', 'StripeInvoice'],
		'POST /v1/invoices/:/finalize': ['StripeInvoiceFinalize', 'StripeInvoice'],
		'POST /v1/invoices/:/pay': ['StripeInvoicePay', 'StripeInvoice'],
		'POST /v1/invoices/:/void': ['StripeInvoiceVoid', 'StripeInvoice'],
		'POST /v1/invoices/:/mark_uncollectible': ['StripeInvoiceMarkUncollectible', 'StripeInvoice'],
		'POST /v1/invoices/:/send': ['StripeInvoiceSend', 'StripeInvoice'],
		'GET /v1/invoices/:/lines': ['StripeInvoiceLineList', 'StripeInvoiceLineItemPage'],

		'POST /v1/invoiceitems': ['StripeInvoiceItemCreate', 'StripeInvoiceItem'],
		'GET /v1/invoiceitems': ['StripeInvoiceItemList', 'StripeInvoiceItemPage'],
		'GET /v1/invoiceitems/:': ['StripeExpand', 'StripeInvoiceItem'],
		'POST /v1/invoiceitems/:': ['StripeInvoiceItemUpdate', 'StripeInvoiceItem'],
		'DELETE /v1/invoiceitems/:': ['StripeExpand', 'StripeDeletedInvoiceItem'],

		'GET /v1/invoice_payments': ['StripeInvoicePaymentList', 'StripeInvoicePaymentPage'],
		'GET /v1/invoice_payments/:': ['StripeExpand', 'StripeInvoicePayment'],

		'POST /v1/payment_intents': ['StripePaymentIntentCreate', 'StripePaymentIntent'],
		'GET /v1/payment_intents': ['StripePaymentIntentList', 'StripePaymentIntentPage'],
		'GET /v1/payment_intents/:': ['StripeExpand', 'StripePaymentIntent'],
		'POST /v1/payment_intents/:': ['StripePaymentIntentUpdate', 'StripePaymentIntent'],
		'POST /v1/payment_intents/:/confirm': ['StripePaymentIntentConfirm', 'StripePaymentIntent'],
		'POST /v1/payment_intents/:/cancel': ['StripePaymentIntentCancel', 'StripePaymentIntent'],

		'POST /v1/charges': ['StripeChargeCreate', 'StripeCharge'],
		'GET /v1/charges': ['StripeChargeList', 'StripeChargePage'],
		'GET /v1/charges/:': ['StripeExpand', 'StripeCharge'],

		'POST /v1/refunds': ['StripeRefundCreate', 'StripeRefund'],
		'GET /v1/refunds': ['StripeRefundList', 'StripeRefundPage'],
		'GET /v1/refunds/:': ['StripeExpand', 'StripeRefund'],

		'POST /v1/payment_methods': ['StripePaymentMethodCreate', 'StripePaymentMethod'],
		'GET /v1/payment_methods': ['StripePaymentMethodList', 'StripePaymentMethodPage'],
		'GET /v1/payment_methods/:': ['StripeExpand', 'StripePaymentMethod'],
		'POST /v1/payment_methods/:': ['StripePaymentMethodUpdate', 'StripePaymentMethod'],
		'POST /v1/payment_methods/:/attach': ['StripePaymentMethodAttach', 'StripePaymentMethod'],
		'POST /v1/payment_methods/:/detach': ['StripePaymentMethodDetach', 'StripePaymentMethod'],

		'POST /v1/tokens': ['StripeTokenCreate', 'StripeToken'],
		'GET /v1/tokens/:': ['StripeExpand', 'StripeToken'],

		'POST /v1/setup_intents': ['StripeSetupIntentCreate', 'StripeSetupIntent'],
		'GET /v1/setup_intents': ['StripeSetupIntentList', 'StripeSetupIntentPage'],
		'GET /v1/setup_intents/:': ['StripeExpand', 'StripeSetupIntent'],
		'POST /v1/setup_intents/:': ['StripeSetupIntentUpdate', 'StripeSetupIntent'],
		'POST /v1/setup_intents/:/confirm': ['StripeSetupIntentConfirm', 'StripeSetupIntent'],
		'POST /v1/setup_intents/:/cancel': ['StripeSetupIntentCancel', 'StripeSetupIntent'],

		'POST /v1/checkout/sessions': ['StripeCheckoutSessionCreate', 'StripeCheckoutSession'],
		'GET /v1/checkout/sessions': ['StripeCheckoutSessionList', 'StripeCheckoutSessionPage'],
		'GET /v1/checkout/sessions/:': ['StripeExpand', 'StripeCheckoutSession'],
		'POST /v1/checkout/sessions/:': ['StripeCheckoutSessionUpdate', 'StripeCheckoutSession'],
		'POST /v1/checkout/sessions/:/expire': ['StripeCheckoutSessionExpire', 'StripeCheckoutSession'],
		'GET /v1/checkout/sessions/:/line_items': ['StripePaging', 'StripeCheckoutLineItemPage'],

		'POST /v1/billing_portal/sessions': ['StripePortalSessionCreate', 'StripePortalSession'],

		'POST /v1/billing_portal/configurations': [
			'StripePortalConfigurationCreate',
			'StripePortalConfiguration',
		],
		'GET /v1/billing_portal/configurations': [
			'StripePortalConfigurationList',
			'StripePortalConfigurationPage',
		],
		'GET /v1/billing_portal/configurations/:': ['StripeExpand', 'StripePortalConfiguration'],
		'POST /v1/billing_portal/configurations/:': [
			'StripePortalConfigurationUpdate',
			'StripePortalConfiguration',
		],

		'POST /v1/entitlements/features': ['StripeFeatureCreate', 'StripeFeature'],
		'GET /v1/entitlements/features': ['StripeFeatureList', 'StripeFeaturePage'],
		'GET /v1/entitlements/features/:': ['StripeExpand', 'StripeFeature'],
		'POST /v1/entitlements/features/:': ['StripeFeatureUpdate', 'StripeFeature'],

		'GET /v1/entitlements/active_entitlements': [
			'StripeActiveEntitlementList',
			'StripeActiveEntitlementPage',
		],
		'GET /v1/entitlements/active_entitlements/:': ['StripeExpand', 'StripeActiveEntitlement'],

		'POST /v1/billing/feedback_options': ['StripeFeedbackOptionCreate', 'StripeFeedbackOption'],
		'GET /v1/billing/feedback_options': ['StripeFeedbackOptionList', 'StripeFeedbackOptionPage'],
		'GET /v1/billing/feedback_options/:': ['StripeExpand', 'StripeFeedbackOption'],

		'GET /v1/events': ['StripeEventList', 'StripeEventPage'],
		'GET /v1/events/:': ['StripeExpand', 'StripeEvent'],

		'POST /v1/webhook_endpoints': ['StripeWebhookEndpointCreate', 'StripeWebhookEndpoint'],
		'GET /v1/webhook_endpoints': ['StripeWebhookEndpointList', 'StripeWebhookEndpointPage'],
		'GET /v1/webhook_endpoints/:': ['StripeExpand', 'StripeWebhookEndpoint'],
		'POST /v1/webhook_endpoints/:': ['StripeWebhookEndpointUpdate', 'StripeWebhookEndpoint'],
		'DELETE /v1/webhook_endpoints/:': [null, 'StripeDeletedWebhookEndpoint'],

		'POST /v1/test_helpers/test_clocks': ['StripeTestClockCreate', 'StripeTestClock'],
		'GET /v1/test_helpers/test_clocks': ['StripeTestClockList', 'StripeTestClockPage'],
		'GET /v1/test_helpers/test_clocks/:': ['StripeExpand', 'StripeTestClock'],
		'DELETE /v1/test_helpers/test_clocks/:': [null, 'StripeDeletedTestClock'],
		'POST /v1/test_helpers/test_clocks/:/advance': ['StripeTestClockAdvance', 'StripeTestClock'],
	},
};
