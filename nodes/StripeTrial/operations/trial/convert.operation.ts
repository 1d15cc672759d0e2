import { convertTrial, previewConversion } from '../../../../services/stripe/convert-trial.ts';
import {
	findByReference,
	invoiceOf,
	type Found,
} from '../../../../services/stripe/subscriptions.ts';
import { readReference } from '../../../input.ts';
import { withoutCardField } from '../../fields-billing.ts';
import { trialField } from '../../fields-objects.ts';
import { dryRunField, simplifyField } from '../../fields.ts';
import { changeAlone } from '../../change-alone.ts';
import { conversionDeed } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import { toInvoiceRow, toPreviewRow } from '../../rows.ts';
import { toTrialResult } from '../../trial-result.ts';
import { tellStore } from '../../write-through.ts';

export const convert = defineWrite({
	value: 'convert',
	name: 'Convert',
	action: 'Convert a trial now',
	description:
		'End a trial now and charge the customer for the first period. CHARGES MONEY. Dry Run tells the amount and charges nothing. Refuses when no card is on file unless told otherwise. A trial that has converted already is left as it is.',
	fields: [trialField, dryRunField, withoutCardField, simplifyField],
	lane: ({ trial }) => trial,
	async run({ trial, dryRun, withoutCard, workspace }, services) {
		const { stripe } = services;
		const reference = readReference(trial, 'Trial');
		if (dryRun) {
			const found = await findByReference(stripe, reference);
			const charge = await chargeOf(found);
			const { row } = await toTrialResult(found, services);
			return { row: { ...row, dryRun, changed: false, charge, invoice: null } };
		}
		return await changeAlone(services, workspace, reference, async (found) => {
			const charge = await chargeOf(found);
			const converted = await convertTrial(stripe, found, { withoutCard });
			const { raw, changed } = converted;
			const invoice = await invoiceOf(stripe, converted);
			const deed = conversionDeed(converted, invoice, { charge });
			const warning = await tellStore(services, workspace, raw, deed);
			const { row } = await toTrialResult(converted, services);
			return {
				row: {
					...row,
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
			const preview = await previewConversion(stripe, found, { withoutCard });
			return preview && toPreviewRow(preview);
		}
	},
});
