import { findCustomer } from '../../../../services/stripe/customers.ts';
import { readReference } from '../../../input.ts';
import { customerField } from '../../fields-objects.ts';
import { simplifyField } from '../../fields.ts';
import { defineRead } from '../../operation.ts';
import { toCustomerRow } from '../../rows.ts';

export const get = defineRead({
	value: 'get',
	name: 'Get',
	action: 'Get a customer',
	description:
		'Get one customer by customer ID, account ID or e-mail in any spelling: contact details, card on file, metadata. Changes nothing.',
	fields: [customerField, simplifyField],
	async run({ customer: reference }, { stripe }) {
		const customer = await findCustomer(stripe, readReference(reference, 'Customer'));
		return { row: toCustomerRow(customer), raw: customer };
	},
});
