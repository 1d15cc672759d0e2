import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';
import type { ExitMoment } from '../../lifecycle/journey/exits.ts';
import { reasonOf, type Traveller } from '../../lifecycle/journey/conditions.ts';
import type { Journey, Step } from '../../lifecycle/journey/step.ts';
import { startOf, zoneOf, type StepWindow } from '../../lifecycle/journey/timing.ts';
import { trialDaysLeft } from '../../lifecycle/trial.ts';
import type { Partition } from '../../services/store/index.ts';

export interface ItemOf {
	readonly step: Step;
	readonly key: string;
	readonly variant: string | null;
	readonly window: StepWindow | null;
}

/** What a step brings along about somebody: instants as ISO strings, absent facts as null. */
export function toItem(
	{ step, key, variant, window }: ItemOf,
	{ account, milestones }: Traveller,
	journey: Journey,
	moment: Partition & ExitMoment & { readonly isDryRun: boolean },
): IDataObject {
	const { subscription } = account;
	const trial = subscription?.trial ?? null;
	const timeZone = zoneOf(account, journey);
	return {
		journey: journey.name,
		step: step.key,
		stepName: step.name,
		sendOnceKey: key,
		category: step.category,
		accountId: account.accountId,
		email: account.email,
		name: account.name,
		language: account.language,
		timeZone,
		contactId: account.contactId,
		customerId: account.customerId,
		subscriptionId: subscription?.id ?? null,
		instanceUrl: account.instanceUrl,
		stage: account.stage,
		plan: subscription?.plans[0]?.priceId ?? null,
		accessLevel: account.accessLevel,
		trialStartedAt: toText(trial?.startedAt),
		trialEndsAt: toText(trial?.endsAt),
		trialEndsOn: trial ? DateTime.fromJSDate(trial.endsAt, { zone: timeZone }).toISODate() : null,
		daysLeft: subscription && trialDaysLeft(subscription, moment.now, timeZone),
		cardOnFile: subscription?.hasPaymentMethod ?? false,
		reason: reasonOf(account),
		milestones: [...milestones],
		variant,
		journeyStartedAt: toText(startOf(journey, account, moment.aheadMs)),
		anchorAt: toText(window?.anchorAt),
		dueAt: toText(window?.dueAt),
		mode: moment.mode,
		workspace: moment.workspace,
		links: {},
		dryRun: moment.isDryRun,
	};
}

function toText(instant: Date | null | undefined): string | null {
	return instant?.toISOString() ?? null;
}
