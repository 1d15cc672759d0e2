import type Stripe from 'stripe';
import type { IExecuteFunctions } from 'n8n-workflow';
import { clocksOf, type ClockOf } from '../../services/stripe/clock.ts';
import { connectStripe, type StripeCredential } from '../../services/stripe/client.ts';
import { operationsOver } from '../../services/n8n/operation.ts';

/** What every operation of this node works with. */
export interface StripeTrialServices {
	readonly stripe: Stripe;
	readonly clockOf: ClockOf;
	readonly now: () => Date;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
}

export const defineOperation = operationsOver<StripeTrialServices>();

export async function connect(context: IExecuteFunctions): Promise<StripeTrialServices> {
	const credential = await context.getCredentials<StripeCredential>('stripeTrialApi');
	const stripe = await connectStripe(context, credential);
	const now = () => new Date();
	return { stripe, clockOf: clocksOf(stripe, now), now, timeZone: context.getTimezone() };
}
