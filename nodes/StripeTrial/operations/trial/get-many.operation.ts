import { listTrials } from '../../../../services/stripe/list-trials.ts';
import { readOptionalId, readPairs } from '../../../input.ts';
import { limitField, returnAllField } from '../../../list-fields.ts';
import { priceFilterField, productFilterField } from '../../fields-objects.ts';
import { metadataFilterField, simplifyField, testClockField } from '../../fields.ts';
import { defineRead } from '../../operation.ts';
import { toTrialRow } from '../../rows.ts';
import { take } from '../../take.ts';

export const getMany = defineRead({
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many trials',
	description:
		'List trials by where they stand: running ones (by days left), lapsed ones (by days since), those that converted. Changes nothing.',
	fields: [
		{
			displayName: 'Stage',
			name: 'stage',
			type: 'options',
			default: 'trialing',
			options: [
				{ name: 'Any', value: 'any', description: 'Whatever became of it' },
				{ name: 'Converted', value: 'active', description: 'Pays now' },
				{ name: 'Converted, Left Since', value: 'churned' },
				{ name: 'Converted, Payment Due', value: 'past_due' },
				{ name: 'Lapsed', value: 'lapsed', description: 'Ended without paying' },
				{ name: 'Running', value: 'trialing' },
			],
			description: 'Where the trials stand now',
		},
		{
			displayName: 'Ending Within (Days)',
			name: 'endingWithinDays',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			displayOptions: { show: { stage: ['trialing'] } },
			description: 'Only those with at most so many days left. 0 for all.',
		},
		{
			displayName: 'Lapsed Within (Days)',
			name: 'lapsedWithinDays',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			displayOptions: { show: { stage: ['lapsed'] } },
			description: 'Only those that lapsed at most so many days ago. 0 for all.',
		},
		{
			displayName: 'Lapsed For (Days)',
			name: 'lapsedForDays',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			displayOptions: { show: { stage: ['lapsed'] } },
			description: 'Only those that lapsed at least so many days ago',
		},
		priceFilterField,
		productFilterField,
		metadataFilterField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [testClockField],
		},
		returnAllField,
		limitField,
		simplifyField,
	],
	async run(params, { stripe, clockOf, timeZone }) {
		const { stage, returnAll, limit } = params;
		const testClockId = params.filters.testClockId || null;
		const trials = listTrials(
			stripe,
			{
				stage: stage === 'any' ? null : stage,
				endsWithinDays: (stage === 'trialing' && params.endingWithinDays) || null,
				lapsedWithinDays: (stage === 'lapsed' && params.lapsedWithinDays) || null,
				lapsedForDays: (stage === 'lapsed' && params.lapsedForDays) || null,
			},
			{
				priceId: readOptionalId(params.priceId, 'Price'),
				productId: readOptionalId(params.productId, 'Product'),
				metadata: readPairs(params.metadata.entry),
				testClockId,
			},
			{ clockOf, now: await clockOf({ testClockId }) },
		);
		return await take(trials, returnAll ? Number.POSITIVE_INFINITY : limit, (trial) => ({
			row: toTrialRow(trial, { ...trial, timeZone }),
			raw: trial.raw,
		}));
	},
});
