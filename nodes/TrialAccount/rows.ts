import type { IDataObject } from 'n8n-workflow';
import { accountAt } from '../../lifecycle/account-now.ts';
import type { Account } from '../../lifecycle/account.ts';
import { lapseReason } from '../../lifecycle/lapse-reason.ts';
import { isTimeZone, outcomeAtTrialEnd, trialDaysLeft } from '../../lifecycle/trial.ts';
import type { AccessChange, Send, TimelineEntry } from '../../services/store/index.ts';

/** An account as operators see it now: instants as ISO strings, absent facts as null. */
export function toAccountRow(
	known: Account,
	moment: { readonly now: Date; readonly timeZone: string },
): IDataObject {
	const account = accountAt(known, moment.now);
	const { subscription, stage } = account;
	return toPlain({
		accountId: account.accountId,
		email: account.email,
		name: account.name,
		language: account.language,
		timeZone: account.timeZone,
		stage,
		...toBilling(account, moment),
		lapsedAt: account.lapsedAt,
		lapseReason: stage === 'lapsed' && subscription ? lapseReason(subscription) : null,
		failingSince: account.failingSince,
		firstPaidAt: account.firstPaidAt,
		lastPaidAt: account.lastPaidAt,
		signedUpAt: account.signedUpAt,
		lastActiveAt: account.lastActiveAt,
		lastRepliedAt: account.lastRepliedAt,
		accessLevel: account.accessLevel,
		instanceUrl: account.instanceUrl,
		consent: account.consent,
		customerId: account.customerId,
		subscriptionId: subscription?.id ?? null,
		contactId: account.contactId,
	});
}

function toBilling(
	{ subscription, timeZone }: Account,
	moment: { readonly now: Date; readonly timeZone: string },
) {
	const trial = subscription?.trial ?? null;
	const zone = timeZone !== null && isTimeZone(timeZone) ? timeZone : moment.timeZone;
	return {
		status: subscription?.status ?? null,
		priceId: subscription?.plans[0]?.priceId ?? null,
		trialStartedAt: trial?.startedAt ?? null,
		trialEndsAt: trial?.endsAt ?? null,
		daysLeft: subscription && trialDaysLeft(subscription, moment.now, zone),
		cardOnFile: subscription?.hasPaymentMethod ?? false,
		atTrialEnd: subscription?.status === 'trialing' ? outcomeAtTrialEnd(subscription) : null,
		currentPeriodEndsAt: subscription?.currentPeriodEndsAt ?? null,
		cancelsAt: subscription?.cancelsAt ?? null,
		cancellation: subscription?.cancelRequestedAt ? subscription.cancellation : null,
	};
}

export function toMessageRow({ accountId: _, ...send }: Send): IDataObject {
	return toPlain(send);
}

export function toAccessRow({ level, reason, state, ...change }: AccessChange): IDataObject {
	const { startedAt, settledAt, cause } = change;
	return toPlain({ level, reason, state, startedAt, settledAt, cause });
}

export function toTimelineRow(entry: TimelineEntry): IDataObject {
	return toPlain(entry);
}

/** The same, with instants as ISO strings at any depth. */
export function toPlain(value: object): IDataObject {
	return JSON.parse(JSON.stringify(value)) as IDataObject;
}
