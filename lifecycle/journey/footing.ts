import type { Account } from '../account.ts';

/**
 * On what billing a step is given out. When that is another by the time its message goes out, the step was judged
 * for somebody who has moved on: paid, left a card, asked to leave, left, or got more time.
 */
export function footingOf({ subscription }: Pick<Account, 'subscription'>): string {
	if (!subscription) return 'no subscription';
	const { id, status, trial, hasPaymentMethod, cancelsAt } = subscription;
	return [
		id,
		status,
		...(status === 'trialing' && trial ? [`until ${trial.endsAt.toISOString()}`] : []),
		...(hasPaymentMethod ? ['with a card'] : []),
		...(cancelsAt ? ['leaving'] : []),
	].join(', ');
}
