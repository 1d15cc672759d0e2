import { Failure } from '../../../../services/failure.ts';
import { listCustomers } from '../../../../services/stripe/list-customers.ts';
import { readOptionalInstant, readPairs } from '../../../input.ts';
import { limitField, returnAllField } from '../../../list-fields.ts';
import {
	createdAfterField,
	createdBeforeField,
	metadataFilterField,
	simplifyField,
	testClockField,
} from '../../fields.ts';
import { defineRead } from '../../operation.ts';
import { toCustomerRow } from '../../rows.ts';
import { take } from '../../take.ts';

export const getMany = defineRead({
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many customers',
	description:
		'List customers by a part of name or e-mail, by metadata and by date, newest first. Changes nothing.',
	fields: [
		{
			displayName: 'Search',
			name: 'search',
			type: 'string',
			default: '',
			placeholder: 'e.g. example.com',
			description: 'A part of name or e-mail, 3 letters at least. Leave empty for all.',
		},
		metadataFilterField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [createdAfterField, createdBeforeField, testClockField],
		},
		returnAllField,
		limitField,
		simplifyField,
	],
	async run({ search, metadata, filters, returnAll, limit }, { stripe, timeZone }) {
		if (search !== '' && search.length < 3) {
			throw new Failure('"Search" is too short', {
				hint: 'Stripe searches for 3 letters at least.',
			});
		}
		const customers = listCustomers(stripe, {
			text: search || null,
			metadata: readPairs(metadata.entry),
			created: {
				from: readOptionalInstant(filters.createdAfter, 'Created After', timeZone),
				to: readOptionalInstant(filters.createdBefore, 'Created Before', timeZone),
			},
			testClockId: filters.testClockId || null,
		});
		return await take(customers, returnAll ? Number.POSITIVE_INFINITY : limit, (customer) => ({
			row: toCustomerRow(customer),
			raw: customer,
		}));
	},
});
