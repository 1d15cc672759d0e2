import { policyField, readPolicy } from '../../../access-policy.ts';
import { workspaceField } from '../../../store-fields.ts';
import { importFromStripe as runImport } from '../../import/index.ts';
import { defineOperation } from '../../operation.ts';

export const importFromStripe = defineOperation({
	value: 'importFromStripe',
	name: 'Import From Stripe',
	action: 'Import accounts and mend drift',
	description:
		'Read all subscriptions from Stripe and bring every account to what they say: once to begin with, then nightly to repair what was missed. Goes on where an interrupted import stopped.',
	fields: [
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Drifts to List',
					name: 'driftsToList',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 10000 },
					default: 100,
					description: 'How many mended drifts the row names; the timelines have them all',
				},
				{
					displayName: 'Include Test Clocks',
					name: 'includeTestClocks',
					type: 'boolean',
					default: false,
					description: 'Whether to read what runs on test clocks too. Test mode only.',
				},
				{
					displayName: 'Payment History',
					name: 'paymentHistory',
					type: 'boolean',
					default: true,
					description:
						'Whether to read paid invoices too, so that first and last payments are known to the day. The first import reads them all, later ones only new ones.',
				},
			],
		},
		policyField,
		workspaceField,
	],
	lane: ({ workspace }) => workspace,
	async run(
		{ options, policy, workspace },
		{ connectStripe, store, now, runId, executionId, isStopped },
	) {
		const { driftsToList = 100, includeTestClocks = false, paymentHistory = true } = options;
		const { stripe, mode } = await connectStripe();
		const report = await runImport({
			stripe,
			partition: store.partition({ workspace, mode }),
			now,
			runId,
			executionId,
			isStopped,
			includesTestClocks: includeTestClocks && mode === 'test',
			includesPayments: paymentHistory,
			policy: readPolicy(policy),
			listAtMost: driftsToList,
		});
		return { ...report, mode, workspace };
	},
});
