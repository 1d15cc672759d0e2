import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import type { IExecuteFunctions } from 'n8n-workflow';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { operationsOver } from '../../services/n8n/operation.ts';
import type { LifecycleStore } from '../../services/store/index.ts';
import { connectStripe, modeOfKey, type StripeCredential } from '../../services/stripe/client.ts';

/** What every operation of this node works with. */
export interface TrialAccountServices {
	readonly store: LifecycleStore;
	readonly now: () => Date;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
	readonly executionId: string | undefined;
	/** Names this run of the node among all that run at the same time. */
	readonly runId: string;
	/** Whether somebody has stopped the execution. */
	readonly isStopped: () => boolean;
	/** Only the import needs Stripe, so only then its credential has to be there. */
	readonly connectStripe: () => Promise<StripeAccess>;
}

export interface StripeAccess {
	readonly stripe: Stripe;
	/** What the key works on. */
	readonly mode: 'live' | 'test';
}

export const defineOperation = operationsOver<TrialAccountServices>();

export async function connect(context: IExecuteFunctions): Promise<TrialAccountServices> {
	return {
		store: await openNodeStore(context),
		now: () => new Date(),
		timeZone: context.getTimezone(),
		executionId: context.getExecutionId(),
		runId: randomUUID(),
		isStopped: () => context.getExecutionCancelSignal()?.aborted ?? false,
		async connectStripe() {
			const credential = await context.getCredentials<StripeCredential>('stripeTrialApi');
			return {
				stripe: await connectStripe(context, credential),
				mode: modeOfKey(credential),
			};
		},
	};
}
