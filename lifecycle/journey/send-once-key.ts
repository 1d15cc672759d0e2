import type { Account } from '../account.ts';
import type { Journey, Step } from './step.ts';

/**
 * Identity of one step for one account and one trial. Where moving the anchor makes the step due again (an
 * extended trial, another cancellation) its instant belongs to it; where learning more only corrects it, not.
 */
export function sendOnceKey(
	{ name }: Journey,
	step: Step,
	account: Account,
	anchorAt: Date,
): string {
	const base = `${name}/${step.key}/${account.accountId}`;
	const trial = account.subscription?.id ?? 'none';
	switch (step.anchor) {
		case 'signUp':
			return base;
		case 'trialStart':
			return `${base}/${trial}`;
		case 'subscriptionEnd':
			// What is undone ends another day; what has ended has ended once.
			return step.direction === 'before'
				? `${base}/${trial}/${anchorAt.toISOString()}`
				: `${base}/${trial}`;
		case 'trialEnd':
		case 'lapse':
		case 'cancellation':
		case 'firstFailedPayment':
			return `${base}/${trial}/${anchorAt.toISOString()}`;
	}
}
