import type Stripe from 'stripe';
import { toFacts } from '../../services/stripe/account-facts.ts';
import type { StoreWarning } from '../../services/store/journal.ts';
import type { StripeTrialServices } from './operation.ts';

/** What was done to a subscription, as the timeline tells it. */
export interface Deed {
	readonly kind: string;
	/** What makes it this deed and no other: a repeat is told once. */
	readonly identity: readonly string[];
	/** Where Stripe dates it; now otherwise. */
	readonly at?: Date;
	readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Lets the store know what a subscription has become, and by which deed if there was one. A subscription that
 * belongs to no account has nobody to tell it about.
 */
export async function tellStore(
	{ journal, mode, now }: Pick<StripeTrialServices, 'journal' | 'mode' | 'now'>,
	workspace: string,
	raw: Stripe.Subscription,
	deed: Deed | null,
): Promise<StoreWarning> {
	const facts = toFacts(raw, now());
	if (typeof facts === 'string') return {};
	const { accountId } = facts;
	return await journal.tell(
		{ workspace, mode },
		{
			accountId,
			facts,
			...(deed && {
				event: {
					kind: deed.kind,
					key: [deed.kind, raw.id, ...deed.identity].join('/'),
					at: deed.at ?? now(),
					data: { subscriptionId: raw.id, ...deed.data },
				},
			}),
		},
	);
}
