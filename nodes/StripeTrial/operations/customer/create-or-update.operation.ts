import { canonicalEmail } from '../../../../lifecycle/email.ts';
import { findCustomers } from '../../../../services/stripe/customer-search.ts';
import { ensureCustomer, pickCustomer } from '../../../../services/stripe/customers.ts';
import { readEmail, readOptionalAccountId, readPairs } from '../../../input.ts';
import {
	accountIdField,
	emailField,
	languageField,
	metadataField,
	nameField,
	phoneField,
	simplifyField,
} from '../../fields.ts';
import { customerDeeds } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import { toCustomerRow } from '../../rows.ts';
import { tellOfCustomer } from '../../write-through.ts';

export const createOrUpdate = defineWrite({
	value: 'createOrUpdate',
	name: 'Create or Update',
	action: 'Create or update a customer',
	description:
		'Find the customer of an account by account ID or e-mail, create it if there is none, and bring its details up to date',
	fields: [
		emailField,
		accountIdField,
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Default Payment Method',
					name: 'defaultPaymentMethodId',
					type: 'string',
					default: '',
					placeholder: 'e.g. pm_...',
					description:
						'ID of the card to charge from now on, such as one that was left on a page of your own. A subscription with a card of its own keeps that one.',
				},
				languageField,
				nameField,
				phoneField,
			],
		},
		metadataField,
		simplifyField,
	],
	lane: ({ email }) => canonicalEmail(email),
	async run(params, services) {
		const { stripe } = services;
		const person = {
			accountId: readOptionalAccountId(params.accountId),
			email: readEmail(params.email),
		};
		const details = { ...params.additionalFields, metadata: readPairs(params.metadata.entry) };
		const found = pickCustomer(await findCustomers(stripe, person), person);
		const ensured = await ensureCustomer(stripe, person, details, found);
		const { customer, isNew } = ensured;
		const deeds = customerDeeds(ensured);
		const warning = await tellOfCustomer(services, params.workspace, customer, ...deeds);
		return { row: { ...toCustomerRow(customer), isNew, ...warning }, raw: customer };
	},
});
