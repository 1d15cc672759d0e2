import { canonicalEmail } from '../../../../lifecycle/email.ts';
import {
	toLeaveCard,
	toSubscribe,
	type SubscriptionPageOrder,
} from '../../../../services/stripe/checkout-purpose.ts';
import { openCheckout } from '../../../../services/stripe/checkout.ts';
import { findOffer } from '../../../../services/stripe/discounts.ts';
import { idOf } from '../../../../services/stripe/id-of.ts';
import { findByReference } from '../../../../services/stripe/subscriptions.ts';
import {
	readEmail,
	readId,
	readOptionalAccountId,
	readOptionalUrl,
	readPairs,
	readReference,
	readUrl,
} from '../../../input.ts';
import {
	automaticTaxField,
	firstCouponField,
	moreItemsField,
	promotionCodeField,
	quantityField,
	readItems,
	withoutPaymentMethodField,
} from '../../fields-billing.ts';
import { priceField, subscriptionField } from '../../fields-objects.ts';
import {
	accountIdField,
	emailField,
	localeField,
	metadataField,
	nameField,
	simplifyField,
	testClockField,
} from '../../fields.ts';
import { checkoutLinkDeed, customerDeeds } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import {
	blockedDomainsField,
	coolOffField,
	oneTrialPerCardField,
	overrideReasonField,
	ownFingerprintField,
	readPolicy,
} from '../../trial-rules.ts';
import { trialSigns } from '../../trial-signs.ts';
import { tellOfCustomer, tellStore } from '../../write-through.ts';

const LONGEST_MINUTES = 1440;
const FOR_A_CARD = { show: { checkoutMode: ['setup'] } };
const TO_SUBSCRIBE = { show: { checkoutMode: ['subscription'] } };

export const createCheckout = defineWrite({
	value: 'createCheckout',
	name: 'Create Checkout',
	action: 'Create a link to a payment page',
	description:
		'Get a link to a page of Stripe on which a customer leaves a card for a running trial, or starts a trial or subscription. Charges nothing by itself; a card that is left for a running one is charged from then on where a Stripe Trial Trigger is published. Asked for again, it gives the same link as long as that is open.',
	fields: [
		{
			displayName: 'Purpose',
			name: 'checkoutMode',
			type: 'options',
			default: 'setup',
			options: [
				{
					name: 'Add a Card',
					value: 'setup',
					description:
						'For a trial or subscription that is there. Publish a Stripe Trial Trigger, too: it lets the card be charged.',
				},
				{
					name: 'Start a Trial or Subscription',
					value: 'subscription',
					description: 'For somebody who has none',
				},
			],
		},
		{ ...subscriptionField, displayOptions: FOR_A_CARD },
		{ ...emailField, displayOptions: TO_SUBSCRIBE },
		{ ...accountIdField, displayOptions: TO_SUBSCRIBE },
		{ ...priceField, displayOptions: TO_SUBSCRIBE },
		{
			displayName: 'Trial Days',
			name: 'trialDays',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 730 },
			default: 14,
			displayOptions: TO_SUBSCRIBE,
			description: 'How long it is free. 0 for a subscription that is paid from the start.',
		},
		{
			displayName: 'Ask for a Card',
			name: 'cardCollection',
			type: 'options',
			default: 'if_required',
			displayOptions: TO_SUBSCRIBE,
			options: [
				{ name: 'Always', value: 'always' },
				{
					name: 'Only if Something Is Due',
					value: 'if_required',
					description: 'A trial then starts without a card',
				},
			],
		},
		{ ...withoutPaymentMethodField, displayOptions: TO_SUBSCRIBE },
		{
			displayName: 'Success URL',
			name: 'successUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://app.example.com/welcome',
			description: 'Where the customer goes when done',
		},
		{
			displayName: 'Expires After (Minutes)',
			name: 'expiresInMinutes',
			type: 'number',
			typeOptions: { minValue: 31, maxValue: LONGEST_MINUTES },
			default: LONGEST_MINUTES,
			description: 'How long the link works: 31 minutes to a day',
		},
		{
			displayName: 'Recovery Link',
			name: 'recovery',
			type: 'boolean',
			default: true,
			description:
				'Whether a page that nobody completed can be opened again for 30 days: the link comes with the event Checkout Abandoned',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			description:
				'For Add a Card only Cancel URL and Language of the Page count; the others are about what is started',
			options: [
				overrideReasonField,
				coolOffField,
				{
					displayName: 'Allow Promotion Codes',
					name: 'allowPromotionCodes',
					type: 'boolean',
					default: true,
					description: 'Whether the page has a field for promotion codes',
				},
				automaticTaxField,
				blockedDomainsField,
				{
					displayName: 'Cancel URL',
					name: 'cancelUrl',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://app.example.com/pricing',
					description: 'Where the customer goes who turns back',
				},
				firstCouponField,
				localeField,
				moreItemsField,
				nameField,
				oneTrialPerCardField,
				ownFingerprintField,
				promotionCodeField,
				quantityField,
				testClockField,
			],
		},
		metadataField,
		simplifyField,
	],
	lane: ({ checkoutMode, subscription, email }) =>
		checkoutMode === 'setup' ? subscription : canonicalEmail(email),
	async run(params, services) {
		const { stripe, clockOf, now, mode, store } = services;
		const { options } = params;
		const page = {
			successUrl: readUrl(params.successUrl, 'Success URL'),
			cancelUrl: readOptionalUrl(options.cancelUrl, 'Cancel URL'),
			expiresInMinutes: params.expiresInMinutes < LONGEST_MINUTES ? params.expiresInMinutes : null,
			isRecoverable: params.recovery,
			locale: options.locale || null,
			metadata: readPairs(params.metadata.entry),
		};
		const purpose =
			params.checkoutMode === 'setup'
				? toLeaveCard(
						await findByReference(stripe, readReference(params.subscription, 'Subscription')),
					)
				: await toSubscribe(stripe, await readOrder(), now());
		const { customer, accountId, basis, subscriptionId } = purpose;
		const clock = customer.test_clock;
		const opened = await openCheckout(
			stripe,
			purpose,
			page,
			await clockOf({ testClockId: clock ? idOf(clock) : null }),
		);
		const { object: session, isNew } = opened;
		const deed = checkoutLinkDeed(opened, { purpose: params.checkoutMode, subscriptionId });
		const { workspace } = params;
		const warning =
			'subscription' in basis
				? await tellStore(services, workspace, basis.raw, deed)
				: await tellOfCustomer(services, workspace, customer, ...customerDeeds(basis), deed);
		return {
			row: {
				accountId,
				email: customer.email,
				url: session.url,
				checkoutMode: params.checkoutMode,
				expiresAt: new Date(session.expires_at * 1000).toISOString(),
				recovery: session.after_expiration?.recovery?.enabled ?? false,
				isNew,
				checkoutSessionId: session.id,
				customerId: customer.id,
				subscriptionId,
				...warning,
			},
			raw: session,
		};

		async function readOrder(): Promise<SubscriptionPageOrder> {
			const email = readEmail(params.email);
			const { name, testClockId, moreItems } = options;
			const signs = trialSigns(
				stripe,
				store,
				{ workspace: params.workspace, mode },
				{ ...options, email },
			);
			return {
				person: { accountId: readOptionalAccountId(params.accountId), email },
				policy: readPolicy(options),
				trialsElsewhere: signs.find,
				fingerprintHash: params.trialDays === 0 ? null : await signs.hashOfFingerprint(),
				details: { ...(name ? { name } : {}), ...(testClockId ? { testClockId } : {}) },
				items: [
					{ priceId: readId(params.priceId, 'Price'), quantity: options.quantity ?? 1 },
					...readItems(moreItems?.item),
				],
				trialDays: params.trialDays || null,
				withoutPaymentMethod: params.withoutPaymentMethod,
				cardCollection: params.cardCollection,
				offer: await findOffer(stripe, options.couponId ?? '', options.promotionCode ?? ''),
				allowsPromotionCodes: options.allowPromotionCodes ?? false,
				hasAutomaticTax: options.automaticTax ?? false,
			};
		}
	},
});
