import type Stripe from 'stripe';
import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { createJournal, type Journal } from '../../services/store/journal.ts';
import type { LifecycleStore } from '../../services/store/index.ts';
import { clocksOf, type ClockOf } from '../../services/stripe/clock.ts';
import { connectStripe, modeOfKey, type StripeCredential } from '../../services/stripe/client.ts';
import { operationsOver } from '../../services/n8n/operation.ts';

/** What every operation of this node works with. */
export interface StripeTrialServices {
	readonly stripe: Stripe;
	readonly clockOf: ClockOf;
	readonly now: () => Date;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
	/** What the key works on. */
	readonly mode: 'live' | 'test';
	readonly store: LifecycleStore;
	readonly journal: Journal;
}

export const defineOperation = operationsOver<StripeTrialServices>();

export async function connect(context: IExecuteFunctions): Promise<StripeTrialServices> {
	const credential = await context.getCredentials<StripeCredential>('stripeTrialApi');
	const stripe = await connectStripe(context, credential);
	const store = await openNodeStore(context);
	const now = () => new Date();
	return {
		stripe,
		clockOf: clocksOf(stripe, now),
		now,
		timeZone: context.getTimezone(),
		mode: modeOfKey(credential),
		store,
		journal: createJournal(
			store,
			{ source: 'stripeTrial', executionId: context.getExecutionId() },
			{ sleep },
		),
	};
}
