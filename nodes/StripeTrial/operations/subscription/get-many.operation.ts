import { findByAnyName } from '../../../../services/stripe/customers.ts';
import { listSubscriptions } from '../../../../services/stripe/list-subscriptions.ts';
import { readOptionalId, readOptionalInstant, readPairs, readReference } from '../../../input.ts';
import { limitField, returnAllField } from '../../../list-fields.ts';
import { customerFilterField, priceFilterField, productFilterField } from '../../fields-objects.ts';
import {
	createdAfterField,
	createdBeforeField,
	metadataFilterField,
	simplifyField,
	testClockField,
} from '../../fields.ts';
import { defineRead } from '../../operation.ts';
import { toSubscriptionRow } from '../../rows.ts';
import { take } from '../../take.ts';

const DAY_MS = 86_400_000;

export const getMany = defineRead({
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many subscriptions',
	description:
		'List subscriptions by status, customer, price, product, metadata and dates, newest first. Changes nothing.',
	fields: [
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			default: 'live',
			options: [
				{ name: 'Active', value: 'active' },
				{ name: 'All', value: 'all' },
				{ name: 'Canceled', value: 'canceled' },
				{ name: 'Incomplete', value: 'incomplete' },
				{ name: 'Live', value: 'live', description: 'All that have not ended' },
				{ name: 'Past Due', value: 'past_due' },
				{ name: 'Paused', value: 'paused' },
				{ name: 'Trialing', value: 'trialing' },
				{ name: 'Unpaid', value: 'unpaid' },
			],
		},
		customerFilterField,
		priceFilterField,
		productFilterField,
		metadataFilterField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Cancellation Scheduled',
					name: 'cancellationScheduled',
					type: 'boolean',
					default: true,
					description:
						'Whether only those are wanted that are set to end, or only those that are not',
				},
				createdAfterField,
				createdBeforeField,
				{
					displayName: 'Period Ends Within (Days)',
					name: 'periodEndsWithinDays',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 7,
					description: 'Only those that renew or end within so many days',
				},
				testClockField,
			],
		},
		returnAllField,
		limitField,
		simplifyField,
	],
	async run(params, { stripe, clockOf, timeZone }) {
		const { returnAll, limit, filters, customer } = params;
		const testClockId = filters.testClockId || null;
		const now = await clockOf({ testClockId });
		const within = filters.periodEndsWithinDays;
		const subscriptions = listSubscriptions(stripe, {
			statuses: [params.status],
			customerIds: customer === '' ? null : await idsOf(readReference(customer, 'Customer')),
			priceId: readOptionalId(params.priceId, 'Price'),
			productId: readOptionalId(params.productId, 'Product'),
			metadata: readPairs(params.metadata.entry),
			created: {
				from: readOptionalInstant(filters.createdAfter, 'Created After', timeZone),
				to: readOptionalInstant(filters.createdBefore, 'Created Before', timeZone),
			},
			...(within
				? { periodEnds: { from: now, to: new Date(now.getTime() + within * DAY_MS) } }
				: {}),
			...(filters.cancellationScheduled === undefined
				? {}
				: { isSetToEnd: filters.cancellationScheduled }),
			testClockId,
		});
		return await take(subscriptions, returnAll ? Number.POSITIVE_INFINITY : limit, (found) => ({
			row: toSubscriptionRow(found),
			raw: found.raw,
		}));

		async function idsOf(reference: string): Promise<string[]> {
			return (await findByAnyName(stripe, reference)).map(({ id }) => id);
		}
	},
});
