import type Stripe from 'stripe';
import { canonicalEmail } from '../../../../lifecycle/email.ts';
import { findOffer } from '../../../../services/stripe/discounts.ts';
import { idOf } from '../../../../services/stripe/id-of.ts';
import { mayHaveHappened } from '../../../../services/stripe/outcome.ts';
import { startTrial, type TrialOrder } from '../../../../services/stripe/start-trial.ts';
import {
	readEmail,
	readId,
	readInstant,
	readOptionalAccountId,
	readPairs,
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
import { priceField } from '../../fields-objects.ts';
import {
	accountIdField,
	emailField,
	languageField,
	metadataField,
	nameField,
	phoneField,
	simplifyField,
	testClockField,
} from '../../fields.ts';
import { startDeed } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import { toTrialResult } from '../../trial-result.ts';
import {
	blockedDomainsField,
	coolOffField,
	oneTrialPerCardField,
	overrideReasonField,
	ownFingerprintField,
	readPolicy,
} from '../../trial-rules.ts';
import { trialSigns } from '../../trial-signs.ts';
import { tellStore } from '../../write-through.ts';

export const start = defineWrite({
	value: 'start',
	name: 'Start',
	action: 'Start a trial',
	description:
		'Create the customer if needed and start a trial without a card. Run again, it returns the same trial. Refuses a second trial.',
	fields: [
		emailField,
		accountIdField,
		{
			...priceField,
			displayOptions: { show: { lengthBy: ['days', 'date'] } },
		},
		{
			displayName: 'Trial Length',
			name: 'lengthBy',
			type: 'options',
			default: 'days',
			options: [
				{ name: 'As a Trial Offer Has It', value: 'offer' },
				{ name: 'Number of Days', value: 'days' },
				{ name: 'Until a Date', value: 'date' },
			],
		},
		{
			displayName: 'Days',
			name: 'trialDays',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 730 },
			default: 14,
			displayOptions: { show: { lengthBy: ['days'] } },
			description: 'How many days the trial lasts, 1 to 730',
		},
		{
			displayName: 'End Date',
			name: 'trialEndsAt',
			type: 'dateTime',
			default: '',
			displayOptions: { show: { lengthBy: ['date'] } },
			description: "When the trial ends, in the workflow's time zone",
		},
		{
			displayName: 'Trial Offer ID',
			name: 'trialOfferId',
			type: 'string',
			default: '',
			placeholder: 'e.g. to_...',
			displayOptions: { show: { lengthBy: ['offer'] } },
			description:
				"An offer of Stripe's product catalog: it has the price of the trial, its length and the price that follows",
		},
		withoutPaymentMethodField,
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				overrideReasonField,
				coolOffField,
				automaticTaxField,
				blockedDomainsField,
				firstCouponField,
				languageField,
				moreItemsField,
				nameField,
				oneTrialPerCardField,
				ownFingerprintField,
				phoneField,
				promotionCodeField,
				quantityField,
				testClockField,
			],
		},
		metadataField,
		simplifyField,
	],
	lane: ({ email }) => canonicalEmail(email),
	async run(params, services) {
		const { stripe, now, timeZone, mode, store, journal } = services;
		const { language, name, phone, testClockId, ...order } = params.additionalFields;
		const email = readEmail(params.email);
		const person = { accountId: readOptionalAccountId(params.accountId), email };
		const moreItems = readItems(order.moreItems?.item);

		const signs = trialSigns(
			stripe,
			store,
			{ workspace: params.workspace, mode },
			{ ...params.additionalFields, email },
		);

		const first = await readFirstItem();
		const started = await startTrial(
			stripe,
			{
				person,
				details: {
					...(name ? { name } : {}),
					...(phone ? { phone } : {}),
					...(language ? { language } : {}),
					...(testClockId ? { testClockId } : {}),
				},
				items: [{ priceId: first.priceId, quantity: order.quantity ?? 1 }, ...moreItems],
				trial: first.trial,
				withoutPaymentMethod: params.withoutPaymentMethod,
				offer: await findOffer(stripe, order.couponId ?? '', order.promotionCode ?? ''),
				hasAutomaticTax: order.automaticTax ?? false,
				metadata: readPairs(params.metadata.entry),
				policy: readPolicy(params.additionalFields),
				trialsElsewhere: signs.claim,
			},
			now(),
		).catch(async (error: unknown) => {
			// A trial that there may be keeps others away until a repeat tells.
			if (!mayHaveHappened(error)) await signs.release();
			throw error;
		});
		const { raw, isNew, customer, accountId, subscription } = started;
		const { endsAt } = subscription.trial ?? {};
		const warnings = {
			...(endsAt &&
				(await journal.write(async () => await signs.remember(customer, accountId, endsAt)))),
			...(await tellStore(services, params.workspace, raw, startDeed(started))),
		};
		const { row } = await toTrialResult(started, services);
		return { row: { ...row, isNew, ...warnings }, raw };

		async function readFirstItem(): Promise<{ priceId: string; trial: TrialOrder['trial'] }> {
			if (params.lengthBy === 'offer') {
				const offer: Stripe.ProductCatalog.TrialOffer =
					await stripe.productCatalog.trialOffers.retrieve(
						readId(params.trialOfferId, 'Trial Offer ID'),
					);
				return { priceId: idOf(offer.price), trial: { offer } };
			}
			return {
				priceId: readId(params.priceId, 'Price'),
				trial:
					params.lengthBy === 'days'
						? { days: params.trialDays }
						: { endsAt: readInstant(params.trialEndsAt, 'End Date', timeZone) },
			};
		}
	},
});
