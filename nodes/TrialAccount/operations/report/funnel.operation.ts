import { createFunnel, lastWeeks } from '../../../../lifecycle/funnel.ts';
import { Failure } from '../../../../services/failure.ts';
import { readInstant } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { cohortMembers } from '../../cohort-members.ts';
import { defineOperation } from '../../operation.ts';
import { toPlain } from '../../rows.ts';

export const funnel = defineOperation({
	value: 'funnel',
	name: 'Funnel',
	action: 'Get the trial funnel',
	description:
		'Get one row per week of sign-ups: how many started a trial, were activated, reminded, converted, lapsed and came back',
	fields: [
		{
			displayName: 'Weeks By',
			name: 'weeksBy',
			type: 'options',
			default: 'signedUpAt',
			options: [
				{ name: 'Sign-Up', value: 'signedUpAt' },
				{
					name: 'Trial Start',
					value: 'trialStartedAt',
					description: 'Start of the present trial; accounts without one are left out',
				},
			],
			description: "In which week an account counts, in the workflow's time zone",
		},
		{
			displayName: 'Number of Weeks',
			name: 'weeks',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 520 },
			default: 12,
			description: 'How many weeks to report, the present one included',
		},
		{
			displayName: 'Activation Milestone',
			name: 'activationMilestone',
			type: 'string',
			default: '',
			placeholder: 'e.g. created_project',
			description: 'Who has reached it counts as activated. Empty: activation is not reported.',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Reminders of Journey',
					name: 'journey',
					type: 'string',
					default: '',
					placeholder: 'e.g. conversion',
					description:
						'Who got a message of this journey counts as reminded. Empty: who got any message.',
				},
				{
					displayName: 'Until',
					name: 'until',
					type: 'dateTime',
					default: '',
					description: 'A day in the last week of the report. Empty: today.',
				},
			],
		},
		modeField,
		workspaceField,
	],
	async run(params, { store, now, timeZone }) {
		const { journey, until } = params.options;
		const milestone = params.activationMilestone;
		const lastDay = until ? readInstant(until, 'Until', timeZone) : now();
		const weeks = lastWeeks(readWeeks(params.weeks), lastDay, timeZone);
		const [from = lastDay, to = lastDay] = [weeks[0]?.startsAt, weeks.at(-1)?.endsAt];

		const report = createFunnel(weeks, timeZone);
		const members = cohortMembers(
			store.partition(params),
			{
				anchor: params.weeksBy,
				from,
				to,
				...(milestone ? { milestone } : {}),
				...(journey ? { journey } : {}),
			},
			now(),
		);
		for await (const member of members) report.add(member);
		return report
			.cohorts()
			.map((cohort) => toPlain(milestone === '' ? { ...cohort, activated: null } : cohort));
	},
});

function readWeeks(value: number): number {
	if (Number.isInteger(value) && value >= 1 && value <= 520) return value;
	throw new Failure('"Number of Weeks" is not a whole number from 1 to 520');
}
