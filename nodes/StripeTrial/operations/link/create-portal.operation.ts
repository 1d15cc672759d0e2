import { findOffer } from '../../../../services/stripe/discounts.ts';
import { chargeCustomersCard } from '../../../../services/stripe/one-card.ts';
import { findVisitor, openPortal, type PortalPage } from '../../../../services/stripe/portal.ts';
import { accountIdOf } from '../../../../services/stripe/subscriptions.ts';
import { readId, readOptionalId, readOptionalUrl, readReference } from '../../../input.ts';
import { firstCouponField, promotionCodeField, quantityField } from '../../fields-billing.ts';
import { couponField, priceField, subscriptionField } from '../../fields-objects.ts';
import { localeField, simplifyField } from '../../fields.ts';
import { portalLinkDeed, sharedCardDeed, type Deed } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import { tellOfCustomer, tellStore } from '../../write-through.ts';

export const createPortal = defineWrite({
	value: 'createPortal',
	name: 'Create Portal',
	action: 'Create a link to the customer portal',
	description:
		"Get a link to Stripe's customer portal, to its front page or straight to one thing: add a card, cancel (with a survey and an offer to stay), change the plan. Charges nothing. For Add a Card, a card that the subscription has of its own becomes the customer's, so that the new one is charged; the other pages change nothing by themselves. The link lives for minutes: make it when the customer asks, never store it.",
	fields: [
		{
			...subscriptionField,
			displayName: 'Account',
			description: 'Whose portal: by account ID, customer ID, subscription ID or e-mail',
		},
		{
			displayName: 'Page',
			name: 'page',
			type: 'options',
			default: 'payment_method_update',
			options: [
				{
					name: 'Add a Card',
					value: 'payment_method_update',
					description: 'The card becomes the one that is charged',
				},
				{
					name: 'Cancel',
					value: 'subscription_cancel',
					description: 'Asks why, where your portal is set up for it',
				},
				{ name: 'Change the Plan', value: 'subscription_update' },
				{ name: 'Confirm a New Plan', value: 'subscription_update_confirm' },
				{ name: 'Front Page', value: 'home' },
				{ name: 'Name and Address', value: 'customer_update' },
				{ name: 'Pause', value: 'subscription_pause' },
			],
		},
		{
			...couponField,
			displayName: 'Offer to Stay',
			required: false,
			displayOptions: { show: { page: ['subscription_cancel'] } },
			description: 'Coupon for those who are about to leave. Leave empty to offer nothing.',
		},
		{
			...priceField,
			displayName: 'New Price',
			displayOptions: { show: { page: ['subscription_update_confirm'] } },
			description: 'The plan that the customer is asked to confirm',
		},
		{
			displayName: 'Return URL',
			name: 'returnUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://app.example.com/account',
			description: 'Where the link back leads. Leave empty for the one of your portal.',
		},
		{
			displayName: 'Afterwards',
			name: 'afterwards',
			type: 'options',
			default: 'redirect',
			displayOptions: { hide: { page: ['home'] } },
			options: [
				{ name: 'Back to the Return URL', value: 'redirect' },
				{ name: 'Confirmation Page', value: 'hosted_confirmation' },
				{ name: 'Front Page of the Portal', value: 'portal_homepage' },
			],
			description: 'What the customer sees when done',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Configuration ID',
					name: 'configurationId',
					type: 'string',
					default: '',
					placeholder: 'e.g. bpc_...',
					description: 'Not set: the default of your account',
				},
				{ ...firstCouponField, description: 'For Confirm a New Plan' },
				localeField,
				{ ...promotionCodeField, description: 'For Confirm a New Plan' },
				{ ...quantityField, description: 'For Confirm a New Plan' },
			],
		},
		simplifyField,
	],
	async run(params, services) {
		const { stripe } = services;
		const { options } = params;
		const reference = readReference(params.subscription, 'Account');
		const order = {
			page: await readPage(),
			returnUrl: readOptionalUrl(params.returnUrl, 'Return URL'),
			afterwards: params.afterwards,
			locale: options.locale || null,
			configurationId: readOptionalId(options.configurationId ?? '', 'Configuration ID'),
		};
		const visitor = await findVisitor(stripe, reference, order.page);
		const { customer, found } = visitor;
		const movesCard = params.page === 'payment_method_update';
		const moved = movesCard ? await chargeCustomersCard(stripe, customer) : null;
		// At once: whatever becomes of the link, the card has moved.
		const ofCard = moved ? await tell(sharedCardDeed(moved)) : {};
		const session = await openPortal(stripe, visitor, order);
		const subscriptionId = found?.subscription.id ?? null;
		const ofLink = await tell(portalLinkDeed(session, { purpose: params.page, subscriptionId }));
		return {
			row: {
				accountId: found ? accountIdOf(found) : (customer.metadata['account_id'] ?? null),
				email: customer.email,
				url: session.url,
				page: params.page,
				customerId: customer.id,
				subscriptionId,
				...ofCard,
				...ofLink,
			},
			raw: session,
		};

		async function tell(deed: Deed) {
			return found
				? await tellStore(services, params.workspace, found.raw, deed)
				: await tellOfCustomer(services, params.workspace, customer, deed);
		}

		async function readPage(): Promise<PortalPage> {
			switch (params.page) {
				case 'subscription_cancel':
					return {
						kind: params.page,
						retentionCouponId: readOptionalId(params.couponId, 'Offer to Stay'),
					};
				case 'subscription_update_confirm':
					return {
						kind: params.page,
						priceId: readId(params.priceId, 'New Price'),
						quantity: options.quantity ?? null,
						offer: await findOffer(stripe, options.couponId ?? '', options.promotionCode ?? ''),
					};
				default:
					return { kind: params.page };
			}
		}
	},
});
