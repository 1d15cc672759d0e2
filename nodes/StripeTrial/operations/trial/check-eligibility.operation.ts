import { accountIdFor } from '../../../../lifecycle/account-id.ts';
import { canonicalEmail } from '../../../../lifecycle/email.ts';
import { assess } from '../../../../services/stripe/admission.ts';
import { readEmail, readOptionalAccountId } from '../../../input.ts';
import { workspaceField } from '../../../store-fields.ts';
import { accountIdField, emailField } from '../../fields.ts';
import { defineRead } from '../../operation.ts';
import {
	blockedDomainsField,
	coolOffField,
	oneTrialPerCardField,
	overrideReasonField,
	ownFingerprintField,
	readPolicy,
} from '../../trial-rules.ts';
import { trialSigns } from '../../trial-signs.ts';

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
				overrideReasonField,
				coolOffField,
				blockedDomainsField,
				oneTrialPerCardField,
				ownFingerprintField,
			],
		},
		workspaceField,
	],
	async run(params, { stripe, now, mode, openLedger }) {
		const email = readEmail(params.email);
		const person = { accountId: readOptionalAccountId(params.accountId), email };
		const { store } = await openLedger();
		const { customer, history, eligibility } = await assess(
			stripe,
			{
				person,
				policy: readPolicy(params.rules),
				trialsElsewhere: trialSigns(
					stripe,
					store,
					{ workspace: params.workspace, mode },
					{ ...params.rules, email },
				).find,
			},
			now(),
		);
		const { eligible, reason, eligibleAt, previousTrials } = eligibility;
		const running = history.find(
			({ subscription }) => subscription.status === 'trialing',
		)?.subscription;
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
