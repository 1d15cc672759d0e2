import type { Intercom } from 'intercom-client';
import type Stripe from 'stripe';

/*
 * The wire types that the product sends and the stand-ins answer.
 * Every exported alias becomes one named root of the schema; add a line to cover another call.
 */

type KeyOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

/**
 * One object with every key of a union, all optional. Intercom's SDK writes "one of id, email, external_id"
 * as a union of closed objects; the API takes combinations, so the union alone is too strict.
 */
type Flat<T> = { [K in KeyOf<T>]?: ValueOf<T, K> };

/**
 * Intercom answers `null` where a value is not set (`nullable` in its published description),
 * while the SDK's types only make such properties optional.
 */
type Answer<T> = T extends readonly (infer Item)[]
	? Answer<Item>[]
	: T extends object
		? {
				[K in keyof T]: undefined extends T[K]
					? Answer<Exclude<T[K], undefined>> | null
					: Answer<T[K]>;
			}
		: T;

/** The body of a request whose SDK type also carries the parameters of its path. */
type Body<T, PathParameter extends PropertyKey> = Omit<T, PathParameter>;

// Stripe requests
export type StripeCustomerCreate = Stripe.CustomerCreateParams;
export type StripeCustomerUpdate = Stripe.CustomerUpdateParams;
export type StripeCustomerList = Stripe.CustomerListParams;
export type StripeCustomerSearch = Stripe.CustomerSearchParams;
export type StripeProductCreate = Stripe.ProductCreateParams;
export type StripeProductUpdate = Stripe.ProductUpdateParams;
export type StripeProductList = Stripe.ProductListParams;
export type StripeProductSearch = Stripe.ProductSearchParams;
export type StripePriceCreate = Stripe.PriceCreateParams;
export type StripePriceUpdate = Stripe.PriceUpdateParams;
export type StripePriceList = Stripe.PriceListParams;
export type StripePriceSearch = Stripe.PriceSearchParams;
export type StripePlanCreate = Stripe.PlanCreateParams;
export type StripePlanUpdate = Stripe.PlanUpdateParams;
export type StripePlanList = Stripe.PlanListParams;
export type StripeCouponCreate = Stripe.CouponCreateParams;
export type StripeCouponUpdate = Stripe.CouponUpdateParams;
export type StripeCouponList = Stripe.CouponListParams;
export type StripePromotionCodeCreate = Stripe.PromotionCodeCreateParams;
export type StripePromotionCodeUpdate = Stripe.PromotionCodeUpdateParams;
export type StripePromotionCodeList = Stripe.PromotionCodeListParams;
export type StripeSubscriptionCreate = Stripe.SubscriptionCreateParams;
export type StripeSubscriptionUpdate = Stripe.SubscriptionUpdateParams;
export type StripeSubscriptionCancel = Stripe.SubscriptionCancelParams;
export type StripeSubscriptionPause = Stripe.SubscriptionPauseParams;
export type StripeSubscriptionResume = Stripe.SubscriptionResumeParams;
export type StripeSubscriptionList = Stripe.SubscriptionListParams;
export type StripeSubscriptionSearch = Stripe.SubscriptionSearchParams;
export type StripeSubscriptionItemCreate = Stripe.SubscriptionItemCreateParams;
export type StripeSubscriptionItemUpdate = Stripe.SubscriptionItemUpdateParams;
export type StripeSubscriptionItemDelete = Stripe.SubscriptionItemDeleteParams;
export type StripeSubscriptionItemList = Stripe.SubscriptionItemListParams;
export type StripeTrialOfferCreate = Stripe.ProductCatalog.TrialOfferCreateParams;
export type StripeTrialOfferUpdate = Stripe.ProductCatalog.TrialOfferUpdateParams;
export type StripeTrialOfferList = Stripe.ProductCatalog.TrialOfferListParams;
export type StripeInvoiceCreate = Stripe.InvoiceCreateParams;
export type StripeInvoiceUpdate = Stripe.InvoiceUpdateParams;
export type StripeInvoicePay = Stripe.InvoicePayParams;
export type StripeInvoiceFinalize = Stripe.InvoiceFinalizeInvoiceParams;
export type StripeInvoiceVoid = Stripe.InvoiceVoidInvoiceParams;
export type StripeInvoiceMarkUncollectible = Stripe.InvoiceMarkUncollectibleParams;
export type StripeInvoiceSend = Stripe.InvoiceSendInvoiceParams;
export type StripeInvoicePreview = Stripe.InvoiceCreatePreviewParams;
export type StripeInvoiceList = Stripe.InvoiceListParams;
export type StripeInvoiceLineList = Stripe.InvoiceListLineItemsParams;
export type StripeInvoiceSearch = Stripe.InvoiceSearchParams;
export type StripeInvoiceItemCreate = Stripe.InvoiceItemCreateParams;
export type StripeInvoiceItemUpdate = Stripe.InvoiceItemUpdateParams;
export type StripeInvoiceItemList = Stripe.InvoiceItemListParams;
export type StripeInvoicePaymentList = Stripe.InvoicePaymentListParams;
export type StripePaymentIntentCreate = Stripe.PaymentIntentCreateParams;
export type StripePaymentIntentUpdate = Stripe.PaymentIntentUpdateParams;
export type StripePaymentIntentConfirm = Stripe.PaymentIntentConfirmParams;
export type StripePaymentIntentCancel = Stripe.PaymentIntentCancelParams;
export type StripePaymentIntentList = Stripe.PaymentIntentListParams;
export type StripeChargeCreate = Stripe.ChargeCreateParams;
export type StripeChargeList = Stripe.ChargeListParams;
export type StripeRefundCreate = Stripe.RefundCreateParams;
export type StripeRefundList = Stripe.RefundListParams;
export type StripePaymentMethodCreate = Stripe.PaymentMethodCreateParams;
export type StripePaymentMethodUpdate = Stripe.PaymentMethodUpdateParams;
export type StripePaymentMethodAttach = Stripe.PaymentMethodAttachParams;
export type StripePaymentMethodDetach = Stripe.PaymentMethodDetachParams;
export type StripePaymentMethodList = Stripe.PaymentMethodListParams;
export type StripeTokenCreate = Stripe.TokenCreateParams;
export type StripeSetupIntentCreate = Stripe.SetupIntentCreateParams;
export type StripeSetupIntentUpdate = Stripe.SetupIntentUpdateParams;
export type StripeSetupIntentConfirm = Stripe.SetupIntentConfirmParams;
export type StripeSetupIntentCancel = Stripe.SetupIntentCancelParams;
export type StripeSetupIntentList = Stripe.SetupIntentListParams;
export type StripeCheckoutSessionCreate = Stripe.Checkout.SessionCreateParams;
export type StripeCheckoutSessionUpdate = Stripe.Checkout.SessionUpdateParams;
export type StripeCheckoutSessionExpire = Stripe.Checkout.SessionExpireParams;
export type StripeCheckoutSessionList = Stripe.Checkout.SessionListParams;
export type StripePortalSessionCreate = Stripe.BillingPortal.SessionCreateParams;
export type StripePortalConfigurationCreate = Stripe.BillingPortal.ConfigurationCreateParams;
export type StripePortalConfigurationUpdate = Stripe.BillingPortal.ConfigurationUpdateParams;
export type StripePortalConfigurationList = Stripe.BillingPortal.ConfigurationListParams;
export type StripeFeatureCreate = Stripe.Entitlements.FeatureCreateParams;
export type StripeFeatureUpdate = Stripe.Entitlements.FeatureUpdateParams;
export type StripeFeatureList = Stripe.Entitlements.FeatureListParams;
export type StripeActiveEntitlementList = Stripe.Entitlements.ActiveEntitlementListParams;
export type StripeFeedbackOptionCreate = Stripe.Billing.FeedbackOptionCreateParams;
export type StripeFeedbackOptionList = Stripe.Billing.FeedbackOptionListParams;
export type StripeWebhookEndpointCreate = Stripe.WebhookEndpointCreateParams;
export type StripeWebhookEndpointUpdate = Stripe.WebhookEndpointUpdateParams;
export type StripeWebhookEndpointList = Stripe.WebhookEndpointListParams;
export type StripeTestClockCreate = Stripe.TestHelpers.TestClockCreateParams;
export type StripeTestClockAdvance = Stripe.TestHelpers.TestClockAdvanceParams;
export type StripeTestClockList = Stripe.TestHelpers.TestClockListParams;
export type StripeProductFeatureCreate = Stripe.ProductCreateFeatureParams;
export type StripeCustomerPaymentMethodList = Stripe.CustomerListPaymentMethodsParams;
export type StripeEventList = Stripe.EventListParams;

// Stripe objects
export type StripeAccount = Stripe.Account;
export type StripeBalance = Stripe.Balance;
export type StripeCustomer = Stripe.Customer;
export type StripeDeletedCustomer = Stripe.DeletedCustomer;
export type StripeCustomerPage = Stripe.ApiList<Stripe.Customer>;
export type StripeCustomerFound = Stripe.ApiSearchResult<Stripe.Customer>;
export type StripeProduct = Stripe.Product;
export type StripeDeletedProduct = Stripe.DeletedProduct;
export type StripeProductPage = Stripe.ApiList<Stripe.Product>;
export type StripeProductFound = Stripe.ApiSearchResult<Stripe.Product>;
export type StripePrice = Stripe.Price;
export type StripePricePage = Stripe.ApiList<Stripe.Price>;
export type StripePriceFound = Stripe.ApiSearchResult<Stripe.Price>;
export type StripePlan = Stripe.Plan;
export type StripeDeletedPlan = Stripe.DeletedPlan;
export type StripePlanPage = Stripe.ApiList<Stripe.Plan>;
export type StripeCoupon = Stripe.Coupon;
export type StripeDeletedCoupon = Stripe.DeletedCoupon;
export type StripeCouponPage = Stripe.ApiList<Stripe.Coupon>;
export type StripePromotionCode = Stripe.PromotionCode;
export type StripePromotionCodePage = Stripe.ApiList<Stripe.PromotionCode>;
export type StripeDiscount = Stripe.Discount;
export type StripeDeletedDiscount = Stripe.DeletedDiscount;
export type StripeSubscription = Stripe.Subscription;
export type StripeSubscriptionPage = Stripe.ApiList<Stripe.Subscription>;
export type StripeSubscriptionFound = Stripe.ApiSearchResult<Stripe.Subscription>;
export type StripeSubscriptionItem = Stripe.SubscriptionItem;
export type StripeDeletedSubscriptionItem = Stripe.DeletedSubscriptionItem;
export type StripeSubscriptionItemPage = Stripe.ApiList<Stripe.SubscriptionItem>;
export type StripeTrialOffer = Stripe.ProductCatalog.TrialOffer;
export type StripeTrialOfferPage = Stripe.ApiList<Stripe.ProductCatalog.TrialOffer>;
export type StripeInvoice = Stripe.Invoice;
export type StripeDeletedInvoice = Stripe.DeletedInvoice;
export type StripeInvoicePage = Stripe.ApiList<Stripe.Invoice>;
export type StripeInvoiceFound = Stripe.ApiSearchResult<Stripe.Invoice>;
export type StripeInvoiceLineItem = Stripe.InvoiceLineItem;
export type StripeInvoiceLineItemPage = Stripe.ApiList<Stripe.InvoiceLineItem>;
export type StripeInvoiceItem = Stripe.InvoiceItem;
export type StripeDeletedInvoiceItem = Stripe.DeletedInvoiceItem;
export type StripeInvoiceItemPage = Stripe.ApiList<Stripe.InvoiceItem>;
export type StripeInvoicePayment = Stripe.InvoicePayment;
export type StripeInvoicePaymentPage = Stripe.ApiList<Stripe.InvoicePayment>;
export type StripePaymentIntent = Stripe.PaymentIntent;
export type StripePaymentIntentPage = Stripe.ApiList<Stripe.PaymentIntent>;
export type StripeCharge = Stripe.Charge;
export type StripeChargePage = Stripe.ApiList<Stripe.Charge>;
export type StripeRefund = Stripe.Refund;
export type StripeRefundPage = Stripe.ApiList<Stripe.Refund>;
export type StripePaymentMethod = Stripe.PaymentMethod;
export type StripePaymentMethodPage = Stripe.ApiList<Stripe.PaymentMethod>;
export type StripeToken = Stripe.Token;
export type StripeSetupIntent = Stripe.SetupIntent;
export type StripeSetupIntentPage = Stripe.ApiList<Stripe.SetupIntent>;
export type StripeCheckoutSession = Stripe.Checkout.Session;
export type StripeCheckoutSessionPage = Stripe.ApiList<Stripe.Checkout.Session>;
export type StripeCheckoutLineItem = Stripe.LineItem;
export type StripeCheckoutLineItemPage = Stripe.ApiList<Stripe.LineItem>;
export type StripePortalSession = Stripe.BillingPortal.Session;
export type StripePortalConfiguration = Stripe.BillingPortal.Configuration;
export type StripePortalConfigurationPage = Stripe.ApiList<Stripe.BillingPortal.Configuration>;
export type StripeFeature = Stripe.Entitlements.Feature;
export type StripeFeaturePage = Stripe.ApiList<Stripe.Entitlements.Feature>;
export type StripeProductFeature = Stripe.ProductFeature;
export type StripeDeletedProductFeature = Stripe.DeletedProductFeature;
export type StripeProductFeaturePage = Stripe.ApiList<Stripe.ProductFeature>;
export type StripeActiveEntitlement = Stripe.Entitlements.ActiveEntitlement;
export type StripeActiveEntitlementPage = Stripe.ApiList<Stripe.Entitlements.ActiveEntitlement>;
export type StripeFeedbackOption = Stripe.Billing.FeedbackOption;
export type StripeFeedbackOptionPage = Stripe.ApiList<Stripe.Billing.FeedbackOption>;
export type StripeWebhookEndpoint = Stripe.WebhookEndpoint;
export type StripeDeletedWebhookEndpoint = Stripe.DeletedWebhookEndpoint;
export type StripeWebhookEndpointPage = Stripe.ApiList<Stripe.WebhookEndpoint>;
export type StripeTestClock = Stripe.TestHelpers.TestClock;
export type StripeDeletedTestClock = Stripe.TestHelpers.DeletedTestClock;
export type StripeTestClockPage = Stripe.ApiList<Stripe.TestHelpers.TestClock>;

/** Any retrieve or action whose only parameter is which references to expand. */
export type StripeExpand = { expand?: string[] };
/** Any list without filters of its own. */
export type StripePaging = Stripe.PaginationParams & StripeExpand;
export type StripeCustomerRetrieved = Stripe.Customer | Stripe.DeletedCustomer;
export type StripeError = {
	error: Omit<
		Stripe.StripeRawError,
		'headers' | 'statusCode' | 'requestId' | 'detail' | 'exception' | 'source'
	> & { type: Stripe.RawErrorType; message: string };
};

// Stripe events
/**
 * Inside a hash `previous_attributes` names only what changed there, an array is given whole: the SDK's types
 * want the hash whole too. https://docs.stripe.com/api/events/object
 */
type Changed<T> = T extends readonly unknown[]
	? T
	: T extends object
		? { [K in keyof T]?: Changed<T[K]> | null }
		: T;
type AsTold<T> = { [K in keyof T]: K extends 'previous_attributes' ? Changed<T[K]> : T[K] };
/** An upcoming invoice does not exist yet and has no id. */
type Upcoming<T> = T extends { type: 'invoice.upcoming' }
	? { [K in keyof T]: K extends 'data' ? { object: WithoutId<Stripe.Invoice> } : T[K] }
	: { [K in keyof T]: K extends 'data' ? AsTold<T[K]> : T[K] };
type WithoutId<T> = { [K in keyof T as K extends 'id' ? never : K]: T[K] };
export type StripeEvent = Upcoming<AnyStripeEvent>;
type AnyStripeEvent =
	| Stripe.CheckoutSessionCompletedEvent
	| Stripe.CheckoutSessionExpiredEvent
	| Stripe.CheckoutSessionAsyncPaymentSucceededEvent
	| Stripe.CheckoutSessionAsyncPaymentFailedEvent
	| Stripe.ChargeSucceededEvent
	| Stripe.ChargeFailedEvent
	| Stripe.ChargeRefundedEvent
	| Stripe.CouponCreatedEvent
	| Stripe.CouponUpdatedEvent
	| Stripe.CouponDeletedEvent
	| Stripe.CustomerCreatedEvent
	| Stripe.CustomerUpdatedEvent
	| Stripe.CustomerDeletedEvent
	| Stripe.CustomerDiscountCreatedEvent
	| Stripe.CustomerDiscountUpdatedEvent
	| Stripe.CustomerDiscountDeletedEvent
	| Stripe.CustomerSubscriptionCreatedEvent
	| Stripe.CustomerSubscriptionUpdatedEvent
	| Stripe.CustomerSubscriptionDeletedEvent
	| Stripe.CustomerSubscriptionPausedEvent
	| Stripe.CustomerSubscriptionResumedEvent
	| Stripe.CustomerSubscriptionTrialWillEndEvent
	| Stripe.CustomerSubscriptionPendingUpdateAppliedEvent
	| Stripe.CustomerSubscriptionPendingUpdateExpiredEvent
	| Stripe.EntitlementsActiveEntitlementSummaryUpdatedEvent
	| Stripe.InvoiceCreatedEvent
	| Stripe.InvoiceDeletedEvent
	| Stripe.InvoiceFinalizedEvent
	| Stripe.InvoiceFinalizationFailedEvent
	| Stripe.InvoiceMarkedUncollectibleEvent
	| Stripe.InvoiceOverdueEvent
	| Stripe.InvoicePaidEvent
	| Stripe.InvoicePaymentActionRequiredEvent
	| Stripe.InvoicePaymentAttemptRequiredEvent
	| Stripe.InvoicePaymentFailedEvent
	| Stripe.InvoicePaymentSucceededEvent
	| Stripe.InvoiceSentEvent
	| Stripe.InvoiceUpcomingEvent
	| Stripe.InvoiceUpdatedEvent
	| Stripe.InvoiceVoidedEvent
	| Stripe.InvoiceWillBeDueEvent
	| Stripe.InvoicePaymentPaidEvent
	| Stripe.InvoiceItemCreatedEvent
	| Stripe.InvoiceItemDeletedEvent
	| Stripe.PaymentIntentCreatedEvent
	| Stripe.PaymentIntentSucceededEvent
	| Stripe.PaymentIntentPaymentFailedEvent
	| Stripe.PaymentIntentRequiresActionEvent
	| Stripe.PaymentIntentCanceledEvent
	| Stripe.PaymentMethodAttachedEvent
	| Stripe.PaymentMethodDetachedEvent
	| Stripe.PaymentMethodUpdatedEvent
	| Stripe.PaymentMethodAutomaticallyUpdatedEvent
	| Stripe.BillingPortalSessionCreatedEvent
	| Stripe.BillingPortalConfigurationCreatedEvent
	| Stripe.BillingPortalConfigurationUpdatedEvent
	| Stripe.PlanCreatedEvent
	| Stripe.PlanUpdatedEvent
	| Stripe.PlanDeletedEvent
	| Stripe.PriceCreatedEvent
	| Stripe.PriceUpdatedEvent
	| Stripe.PriceDeletedEvent
	| Stripe.ProductCreatedEvent
	| Stripe.ProductUpdatedEvent
	| Stripe.ProductDeletedEvent
	| Stripe.PromotionCodeCreatedEvent
	| Stripe.PromotionCodeUpdatedEvent
	| Stripe.RefundCreatedEvent
	| Stripe.SetupIntentCreatedEvent
	| Stripe.SetupIntentSucceededEvent
	| Stripe.SetupIntentSetupFailedEvent
	| Stripe.SetupIntentRequiresActionEvent
	| Stripe.SetupIntentCanceledEvent
	| Stripe.TestHelpersTestClockCreatedEvent
	| Stripe.TestHelpersTestClockAdvancingEvent
	| Stripe.TestHelpersTestClockReadyEvent
	| Stripe.TestHelpersTestClockDeletedEvent;
export type StripeEventPage = Stripe.ApiList<StripeEvent>;

// Intercom requests
export type IntercomContactCreate = Flat<Intercom.CreateContactRequest>;
export type IntercomContactUpdate = Body<Intercom.UpdateContactRequest, 'contact_id'>;
export type IntercomContactMerge = Intercom.MergeContactsRequest;
export type IntercomVisitorConvert = Omit<
	Intercom.MergeVisitorToContactRequest,
	'user' | 'visitor'
> & {
	user: Flat<Intercom.MergeVisitorToContactRequest.User>;
	visitor: Flat<Intercom.MergeVisitorToContactRequest.Visitor>;
};
export type IntercomSearch = Intercom.SearchRequest;
export type IntercomPaging = { page?: number; per_page?: number; starting_after?: string };
export type IntercomSubscriptionAttach = Body<
	Intercom.AttachSubscriptionToContactRequest,
	'contact_id'
>;
export type IntercomMessageCreate = Intercom.CreateMessageRequest;
export type IntercomConversationCreate = Intercom.CreateConversationRequest;
export type IntercomConversationReply = Intercom.ReplyConversationRequest;
export type IntercomConversationManage = Intercom.ConversationsManageRequestBody;
export type IntercomConversationUpdate = Body<
	Intercom.UpdateConversationRequest,
	'conversation_id' | 'display_as'
>;
export type IntercomConversationQuery = Body<Intercom.FindConversationRequest, 'conversation_id'>;
export type IntercomConversationTag = Body<Intercom.TagConversationRequest, 'conversation_id'>;
export type IntercomConversationUntag = { admin_id: string };
export type IntercomTagCreate = Flat<Intercom.TagsCreateRequestBody>;
export type IntercomContactTag = Body<Intercom.TagContactRequest, 'contact_id'>;
export type IntercomNoteCreate = Body<Intercom.CreateContactNoteRequest, 'contact_id'>;
export type IntercomCompanyCreate = Intercom.CreateOrUpdateCompanyRequest;
export type IntercomCompanyUpdate = Intercom.UpdateCompanyRequestBody;
export type IntercomCompanyQuery = Intercom.RetrieveCompanyRequest;
export type IntercomCompanyPaging = Intercom.ListCompaniesRequest;
export type IntercomCompanyAttach = Body<Intercom.AttachContactToCompanyRequest, 'contact_id'>;
/** The SDK types every value of the metadata as a string; the API also takes numbers, links and money. */
export type IntercomEventCreate = Omit<Flat<Intercom.CreateDataEventRequest>, 'metadata'> & {
	event_name: string;
	created_at: number;
	metadata?: Record<string, EventMetadata>;
};
type EventMetadata =
	string | number | boolean | { url: string; value: string } | { amount: number; currency: string };
/** `before` is how the stand-in writes the address of a next page, which callers do not read. */
export type IntercomEventQuery = Intercom.ListEventsRequest & { before?: string };
/** The SDK's type leaves out what the data types share. */
export type IntercomDataAttributeCreate = Flat<Intercom.CreateDataAttributeRequest> & {
	name: string;
	model: 'contact' | 'company';
	description?: string;
	messenger_writable?: boolean;
};
export type IntercomDataAttributeUpdate = {
	archived?: boolean;
	description?: string;
	messenger_writable?: boolean;
	options?: { value: string }[];
};
export type IntercomDataAttributeQuery = Intercom.ListDataAttributesRequest;

// Intercom objects
export type IntercomMe = Answer<Intercom.AdminWithApp>;
export type IntercomAdmin = Answer<Intercom.Admin>;
export type IntercomAdminList = Answer<Intercom.AdminList>;
export type IntercomContact = Answer<Intercom.ContactsCreateResponse>;
/** From 2.16 the owner of a contact is a string. */
export type IntercomContact216 = Omit<IntercomContact, 'owner_id'> & { owner_id?: string | null };
export type IntercomContactList = Answer<Intercom.ContactList>;
export type IntercomContactArchived = Answer<Intercom.ContactArchived>;
export type IntercomContactUnarchived = Answer<Intercom.ContactUnarchived>;
export type IntercomContactDeleted = Answer<Intercom.ContactDeleted>;
export type IntercomContactBlocked = Answer<Intercom.ContactBlocked>;
export type IntercomContactCompanies = Answer<Intercom.ContactAttachedCompanies>;
export type IntercomVisitor = Answer<Intercom.Visitor>;
/** The SDK's type requires `conversation_id`; the published description does not, and most messages have none. */
export type IntercomMessage = Answer<
	Omit<Intercom.Message, 'conversation_id'> & { conversation_id?: string }
>;
export type IntercomConversation = Answer<Intercom.Conversation>;
export type IntercomConversationList = Answer<Intercom.ConversationList>;
export type IntercomTag = Answer<Intercom.Tag>;
export type IntercomTagList = Answer<Intercom.TagList>;
export type IntercomNote = Answer<Intercom.Note>;
export type IntercomNoteList = Answer<Intercom.NoteList>;
export type IntercomCompany = Answer<Intercom.Company>;
/** The SDK calls these pages `offset_pages`; the published description answers `pages`. */
export type IntercomCompanyList = Answer<
	Omit<Intercom.CompanyList, 'pages'> & { pages?: Intercom.PagesLink }
>;
export type IntercomCompaniesRetrieved = IntercomCompany | IntercomCompanyList;
export type IntercomCompanyContacts = Answer<Intercom.CompanyAttachedContacts>;
export type IntercomCompanyDeleted = Answer<Intercom.DeletedCompanyObject>;
/** The SDK types the list as the summary, and metadata as texts. */
export type IntercomEventPage =
	| (Omit<Answer<Intercom.DataEventList>, 'events'> & {
			events?: (Omit<Answer<Intercom.DataEvent>, 'metadata'> & {
				metadata?: Record<string, EventMetadata>;
			})[];
	  })
	| Answer<Intercom.DataEventSummary>;
export type IntercomDataAttribute = Answer<Intercom.DataAttribute>;
export type IntercomDataAttributeList = Answer<Intercom.DataAttributeList>;
export type IntercomSubscriptionType = Answer<Intercom.SubscriptionType>;
export type IntercomSubscriptionTypeList = Answer<Intercom.SubscriptionTypeList>;
export type IntercomError = Answer<Intercom.Error_>;
