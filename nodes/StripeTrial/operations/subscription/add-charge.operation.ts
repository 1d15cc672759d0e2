import { toMoney } from '../../../../lifecycle/money.ts';
import { Failure } from '../../../../services/failure.ts';
import { addCharge as charge } from '../../../../services/stripe/add-charge.ts';
import { accountIdOf, findByReference } from '../../../../services/stripe/subscriptions.ts';
import { readReference } from '../../../input.ts';
import { withoutCardField } from '../../fields-billing.ts';
import { subscriptionField } from '../../fields-objects.ts';
import { requestKeyField, simplifyField } from '../../fields.ts';
import { ownDeed } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import { toInvoiceRow } from '../../rows.ts';
import { tellStore } from '../../write-through.ts';

export const addCharge = defineWrite({
	value: 'addCharge',
	name: 'Add Charge',
	action: 'Add a one-off charge to a subscription',
	description:
		'Charge something once beside the plan, with the next invoice or at once. CHARGES MONEY. The same charge run again in the same billing period is made once; a request key makes it once for good.',
	fields: [
		subscriptionField,
		{
			displayName: 'Amount',
			name: 'amount',
			type: 'number',
			typeOptions: { numberPrecision: 3, minValue: 0 },
			default: 0,
			required: true,
			description: 'As people write it: 9.90 for nine euros ninety',
		},
		{
			displayName: 'Currency',
			name: 'currency',
			type: 'string',
			default: '',
			placeholder: 'e.g. EUR',
			description:
				'Refused if the subscription is billed in another one. Leave empty for the currency of the subscription.',
		},
		{
			displayName: 'Description',
			name: 'description',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Onboarding workshop',
			description: 'What the customer reads on the invoice',
		},
		{
			displayName: 'When',
			name: 'when',
			type: 'options',
			default: 'next_invoice',
			options: [
				{ name: 'Now', value: 'now', description: 'By an invoice of its own, charged at once' },
				{
					name: 'With the Next Invoice',
					value: 'next_invoice',
					description: 'Together with the next period of the subscription',
				},
			],
		},
		{
			...withoutCardField,
			displayOptions: { show: { when: ['now'] } },
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [requestKeyField],
		},
		simplifyField,
	],
	lane: ({ subscription }) => subscription,
	async run(params, services) {
		const { stripe } = services;
		if (params.description === '') {
			throw new Failure('"Description" is empty', {
				hint: 'Say what the charge is for: the customer reads it on the invoice.',
			});
		}
		const found = await findByReference(stripe, readReference(params.subscription, 'Subscription'));
		const { item, invoice, isNew } = await charge(stripe, found, {
			amount: params.amount,
			currency: params.currency || null,
			description: params.description,
			when: params.when,
			requestKey: params.options.requestKey || null,
			withoutCard: params.withoutCard,
		});
		const { subscription, customer, raw } = found;
		const money = toMoney(item.amount, item.currency);
		const deed = ownDeed('charge_added', found, {
			identity: [item.id],
			data: { ...money, description: item.description, when: params.when },
		});
		const warning = await tellStore(services, params.workspace, raw, { ...deed, isOurs: isNew });
		return {
			row: {
				accountId: accountIdOf(found),
				email: customer.email,
				chargeId: item.id,
				...money,
				description: item.description,
				when: params.when,
				isNew,
				invoice: invoice && toInvoiceRow(invoice),
				nextInvoiceAt: subscription.currentPeriodEndsAt?.toISOString() ?? null,
				customerId: subscription.customerId,
				subscriptionId: subscription.id,
				...warning,
			},
			raw: item,
		};
	},
});
