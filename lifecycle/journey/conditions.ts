import type { Account } from '../account.ts';
import { lapseReason } from '../lapse-reason.ts';
import type { StepConditions } from './step.ts';

/** Somebody as a journey sees them. */
export interface Traveller {
	/** As it stands now, by the account's own clock. */
	readonly account: Account;
	readonly milestones: readonly string[];
}

/** Whether a step is meant for this person. */
export function isMeantFor(
	conditions: StepConditions,
	{ account, milestones }: Traveller,
): boolean {
	const { subscription, language } = account;
	const plans = subscription?.plans.map(({ priceId }) => priceId) ?? [];
	return (
		isCardAsAsked(conditions.cardOnFile, subscription?.hasPaymentMethod ?? false) &&
		conditions.milestonesDone.every((name) => milestones.includes(name)) &&
		!conditions.milestonesMissing.some((name) => milestones.includes(name)) &&
		isAnyOf(conditions.reasons, reasonsOf(account)) &&
		isAnyOf(conditions.plans, plans) &&
		isAnyOf(conditions.languages.map(primaryLanguage), [primaryLanguage(language ?? '')])
	);
}

/** Why they left, in their own words of Stripe's survey where they said, else as billing tells; null for who is here. */
export function reasonOf(account: Account): string | null {
	return reasonsOf(account)[0] ?? null;
}

function reasonsOf({ subscription, stage }: Account): string[] {
	if (!subscription) return [];
	const { feedback } = subscription.cancellation;
	return [
		...(feedback === null ? [] : [feedback]),
		...(stage === 'lapsed' ? [lapseReason(subscription)] : []),
		...(stage === 'churned' ? ['canceled'] : []),
	];
}

function isCardAsAsked(asked: StepConditions['cardOnFile'], hasCard: boolean): boolean {
	return asked === 'any' || (asked === 'yes') === hasCard;
}

function isAnyOf(asked: readonly string[], given: readonly string[]): boolean {
	return asked.length === 0 || given.some((one) => asked.includes(one));
}

/** `pt` of `pt-BR`. */
function primaryLanguage(tag: string): string {
	return tag.split(/[-_]/)[0]?.toLowerCase() ?? '';
}
