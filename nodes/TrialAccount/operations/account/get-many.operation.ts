import type { IDataObject } from 'n8n-workflow';
import { accountAt, stagesLeadingTo } from '../../../../lifecycle/account-now.ts';
import { STAGES } from '../../../../lifecycle/stage.ts';
import { readInstant } from '../../../input.ts';
import { limitField, returnAllField } from '../../../list-fields.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { eachAccount } from '../../each-account.ts';
import { defineOperation } from '../../operation.ts';
import { toAccountRow } from '../../rows.ts';

export const getMany = defineOperation({
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many accounts',
	description: 'Get the accounts that fit all filters, one row each',
	fields: [
		returnAllField,
		limitField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Inactive Since',
					name: 'inactiveSince',
					type: 'dateTime',
					default: '',
					description:
						'Only accounts not active since then. Who never was active counts from the sign-up.',
				},
				{
					displayName: 'Plan',
					name: 'plan',
					type: 'string',
					default: '',
					placeholder: 'e.g. price_1MoBy5LkdIwH',
					description:
						'ID of the price that the account is on; where its subscription has several items, the price of the first',
				},
				{
					displayName: 'Stages',
					name: 'stages',
					type: 'multiOptions',
					default: [],
					options: [
						{ name: 'Active', value: 'active', description: 'A paying customer' },
						{ name: 'Churned', value: 'churned', description: 'Left after having paid' },
						{ name: 'Lapsed', value: 'lapsed', description: 'The trial ended without payment' },
						{ name: 'None', value: 'none', description: 'Never had a subscription' },
						{ name: 'Past Due', value: 'past_due', description: 'A payment has failed' },
						{ name: 'Trialing', value: 'trialing', description: 'The trial is running' },
					],
				},
				{
					displayName: 'Trial Ends After',
					name: 'trialEndsAfter',
					type: 'dateTime',
					default: '',
				},
				{
					displayName: 'Trial Ends Before',
					name: 'trialEndsBefore',
					type: 'dateTime',
					default: '',
				},
			],
		},
		{
			displayName: 'Sort',
			name: 'sort',
			type: 'collection',
			placeholder: 'Add Sort',
			default: {},
			options: [
				{
					displayName: 'By',
					name: 'by',
					type: 'options',
					default: 'createdAt',
					options: [
						{ name: 'First Seen', value: 'createdAt' },
						{ name: 'Last Activity', value: 'lastActiveAt' },
						{ name: 'Sign-Up', value: 'signedUpAt' },
						{ name: 'Trial End', value: 'trialEndsAt' },
					],
					description: 'By anything but First Seen, accounts without this date are left out',
				},
				{
					displayName: 'Direction',
					name: 'direction',
					type: 'options',
					default: 'asc',
					options: [
						{ name: 'Newest First', value: 'desc' },
						{ name: 'Oldest First', value: 'asc' },
					],
				},
			],
		},
		modeField,
		workspaceField,
	],
	async run(params, { store, now, timeZone }) {
		const { plan, stages = [], inactiveSince, trialEndsAfter, trialEndsBefore } = params.filters;
		const instant = (value: string, name: string) => readInstant(value, name, timeZone);
		const wanted = stages.length > 0 ? stages : STAGES;
		const query = {
			sortBy: params.sort.by ?? 'createdAt',
			direction: params.sort.direction ?? 'asc',
			...(stages.length > 0
				? { stages: [...new Set(wanted.flatMap((stage) => [stage, ...stagesLeadingTo(stage)]))] }
				: {}),
			...(plan ? { plan } : {}),
			...(inactiveSince ? { inactiveSince: instant(inactiveSince, 'Inactive Since') } : {}),
			...(trialEndsAfter ? { trialEndsFrom: instant(trialEndsAfter, 'Trial Ends After') } : {}),
			...(trialEndsBefore
				? { trialEndsBefore: instant(trialEndsBefore, 'Trial Ends Before') }
				: {}),
		} as const;

		const { accounts } = store.partition(params);
		const limit = params.returnAll ? Infinity : params.limit;
		const rows: IDataObject[] = [];
		for await (const account of eachAccount(accounts, query)) {
			if (rows.length >= limit) break;
			// The stage as written may be out of date; the filter is about the present one.
			if (!wanted.includes(accountAt(account, now()).stage)) continue;
			rows.push(toAccountRow(account, { now: now(), timeZone }));
		}
		return rows;
	},
});
