import { accountIdFor } from '../../../../lifecycle/account-id.ts';
import { trialEligibility } from '../../../../lifecycle/eligibility.ts';
import { canonicalEmail } from '../../../../lifecycle/email.ts';
import { findCustomers } from '../../../../services/stripe/customer-search.ts';
import { pickCustomer } from '../../../../services/stripe/customers.ts';
import { listHistory } from '../../../../services/stripe/subscriptions.ts';
import { readEmail, readOptionalAccountId } from '../../../input.ts';
import { workspaceField } from '../../../store-fields.ts';
import { accountIdField, emailField } from '../../fields.ts';
import { defineRead } from '../../operation.ts';
import { trialsOfErased } from '../../trials-elsewhere.ts';

export const checkEligibility = defineRead({
	value: 'checkEligibility',
	name: 'Check Eligibility',
	action: 'Check whether someone may start a trial',
	description:
		'Tell whether someone may start a trial and why: looks at all plans and all history under every spelling of the e-mail. Changes nothing.',
	fields: [
		emailField,
		accountIdField,
		{
			displayName: 'Rules',
			name: 'rules',
			type: 'collection',
			placeholder: 'Add Rule',
			default: {},
			options: [
				{
					displayName: 'Allow Another Trial',
					name: 'overrideReason',
					type: 'string',
					default: '',
					placeholder: 'e.g. agreed with sales',
					description: 'Your reason to let somebody who already had a trial have another one',
				},
				{
					displayName: 'Another Trial After (Days)',
					name: 'coolOffDays',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 365,
					description: 'Days after which someone who had a trial may have another. Not set: never.',
				},
				{
					displayName: 'Blocked Domains',
					name: 'blockedDomains',
					type: 'string',
					default: '',
					placeholder: 'e.g. mailinator.com, tempmail.org',
					description: 'E-mail domains, separated by commas, whose people get no trial',
				},
			],
		},
		workspaceField,
	],
	async run(params, { stripe, now, mode, openLedger }) {
		const email = readEmail(params.email);
		const person = { accountId: readOptionalAccountId(params.accountId), email };
		const { coolOffDays, blockedDomains = '', overrideReason } = params.rules;

		const { store } = await openLedger();
		const candidates = await findCustomers(stripe, person);
		const history = (await listHistory(stripe, candidates)).map(({ subscription }) => subscription);
		const { eligible, reason, eligibleAt, previousTrials } = trialEligibility({
			email,
			history,
			trialsElsewhere: await trialsOfErased(store, { workspace: params.workspace, mode }, email),
			policy: {
				coolOffDays: coolOffDays ?? null,
				blockedDomains: blockedDomains.split(',').filter((domain) => domain.trim() !== ''),
				override: overrideReason ? { reason: overrideReason } : null,
			},
			now: now(),
		});
		const customer = pickCustomer(candidates, person);
		const running = history.find(({ status }) => status === 'trialing');
		const row = {
			eligible,
			reason,
			eligibleAt: eligibleAt?.toISOString() ?? null,
			accountId: person.accountId ?? customer?.metadata['account_id'] ?? accountIdFor(email),
			email,
			canonicalEmail: canonicalEmail(email),
			customerId: customer?.id ?? null,
			runningTrial: running
				? {
						subscriptionId: running.id,
						trialEndsAt: running.trial?.endsAt.toISOString() ?? null,
					}
				: null,
			previousTrials: previousTrials.map(({ startedAt, endedAt, priceIds, subscriptionId }) => ({
				subscriptionId,
				startedAt: startedAt.toISOString(),
				endedAt: endedAt.toISOString(),
				priceIds: [...priceIds],
			})),
		};
		return { row };
	},
});
