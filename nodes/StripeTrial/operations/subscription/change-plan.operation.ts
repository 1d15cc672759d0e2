import {
	changePlan as change,
	previewPlanChange,
} from '../../../../services/stripe/change-plan.ts';
import {
	findByReference,
	invoiceOf,
	type Found,
} from '../../../../services/stripe/subscriptions.ts';
import { readId, readReference } from '../../../input.ts';
import { quantityField } from '../../fields-billing.ts';
import { priceField, replacedPriceField, subscriptionField } from '../../fields-objects.ts';
import { dryRunField, simplifyField } from '../../fields.ts';
import { changeAlone } from '../../change-alone.ts';
import { planDeed } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import { toInvoiceRow, toPreviewRow, toSubscriptionRow } from '../../rows.ts';
import { tellStore } from '../../write-through.ts';

export const changePlan = defineWrite({
	value: 'changePlan',
	name: 'Change Plan',
	action: 'Change the plan of a subscription',
	description:
		'Switch a subscription to another price or quantity and choose how the difference is billed. MAY CHARGE MONEY. Dry Run tells what it would cost. A running trial goes on. Run again, it changes nothing.',
	fields: [
		subscriptionField,
		{ ...priceField, displayName: 'New Price', description: 'What the customer pays from now on' },
		{
			displayName: 'Difference in Price',
			name: 'proration',
			type: 'options',
			default: 'create_prorations',
			options: [
				{
					name: 'Do Not Bill',
					value: 'none',
					description: 'The new price holds from the next period on',
				},
				{
					name: 'On the Next Invoice',
					value: 'create_prorations',
					description: 'Credits and charges for the rest of the period wait for it',
				},
				{
					name: 'Right Now',
					value: 'always_invoice',
					description: 'Charged at once; if the card is declined, nothing changes',
				},
			],
			description: 'How the rest of the current period is billed',
		},
		dryRunField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [quantityField, replacedPriceField],
		},
		simplifyField,
	],
	lane: ({ subscription }) => subscription,
	async run({ subscription, priceId, proration, dryRun, options, workspace }, services) {
		const { stripe } = services;
		const wanted = {
			priceId: readId(priceId, 'New Price'),
			quantity: options.quantity ?? null,
			replaces: options.replaces ? readId(options.replaces, 'Replaces') : null,
			proration,
		};
		const reference = readReference(subscription, 'Subscription');
		if (dryRun) {
			const found = await findByReference(stripe, reference);
			const charge = await chargeOf(found);
			// The charge is in no object of Stripe's, so there is nothing raw to show.
			return {
				row: { ...toSubscriptionRow(found), dryRun, changed: false, charge, invoice: null },
			};
		}
		return await changeAlone(services, workspace, reference, async (found) => {
			const charge = await chargeOf(found);
			const reached = await change(stripe, found, wanted);
			const { raw, changed } = reached;
			const isBilled = changed && proration === 'always_invoice';
			const invoice = isBilled ? await invoiceOf(stripe, reached) : null;
			const deed = planDeed(reached, { ...wanted, charge });
			const warning = await tellStore(services, workspace, raw, deed);
			return {
				row: {
					...toSubscriptionRow(reached),
					dryRun,
					changed,
					charge,
					invoice: invoice && toInvoiceRow(invoice),
					...warning,
				},
				raw,
			};
		});

		async function chargeOf(found: Found) {
			const preview = await previewPlanChange(stripe, found, wanted);
			return preview && toPreviewRow(preview);
		}
	},
});
