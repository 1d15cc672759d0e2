import { extendTrial } from '../../../../services/stripe/extend-trial.ts';
import { readInstant, readReference } from '../../../input.ts';
import { trialField } from '../../fields-objects.ts';
import { requestKeyField, simplifyField } from '../../fields.ts';
import { changeAlone } from '../../change-alone.ts';
import { extensionDeed } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import { toTrialResult } from '../../trial-result.ts';
import { tellStore } from '../../write-through.ts';

export const extend = defineWrite({
	value: 'extend',
	name: 'Extend',
	action: 'Extend a trial',
	description:
		'Give a trial more free days, within the limits set here. Reminders count from the new end. The same request run again extends nothing. Refuses trials that converted or were canceled.',
	fields: [
		trialField,
		{
			displayName: 'Extend',
			name: 'extendBy',
			type: 'options',
			default: 'days',
			options: [
				{ name: 'By a Number of Days', value: 'days' },
				{ name: 'Until a Date', value: 'date' },
			],
		},
		{
			displayName: 'Days',
			name: 'days',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 730 },
			default: 7,
			displayOptions: { show: { extendBy: ['days'] } },
			description:
				'How many days more, counted from the end of the trial, or from now if it is over',
		},
		{
			displayName: 'New End',
			name: 'endsAt',
			type: 'dateTime',
			default: '',
			displayOptions: { show: { extendBy: ['date'] } },
			description: "When the trial shall end, in the workflow's time zone",
		},
		{
			displayName: 'Most Extensions',
			name: 'maxExtensions',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 1,
			description:
				'How many times one trial may be extended. The same number of days asked for twice is one request, unless Options > Request Key tells them apart.',
		},
		{
			displayName: 'Most Days in All',
			name: 'maxDaysInAll',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 730 },
			default: 14,
			description: 'How many days all extensions of one trial may add up to',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Reason',
					name: 'reason',
					type: 'string',
					default: '',
					placeholder: 'e.g. asked for by e-mail',
					description: "Why, for the account's timeline",
				},
				requestKeyField,
			],
		},
		simplifyField,
	],
	lane: ({ trial }) => trial,
	async run(params, services) {
		const { stripe, clockOf, timeZone } = services;
		const { reason, requestKey } = params.options;
		const request = {
			by:
				params.extendBy === 'days'
					? { days: params.days }
					: { endsAt: readInstant(params.endsAt, 'New End', timeZone) },
			key: requestKey || null,
			limits: { maxExtensions: params.maxExtensions, maxDaysInAll: params.maxDaysInAll },
		};
		const reference = readReference(params.trial, 'Trial');
		return await changeAlone(services, params.workspace, reference, async (found) => {
			const now = await clockOf(found.subscription);
			const extended = await extendTrial(stripe, found, request, now);
			const { raw, changed } = extended;
			const deed = extensionDeed(extended, reason || null);
			const warning = await tellStore(services, params.workspace, raw, deed);
			const { row } = await toTrialResult(extended, services);
			return { row: { ...row, changed, ...warning }, raw };
		});
	},
});
