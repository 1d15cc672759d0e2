import type Stripe from 'stripe';

/** Which account a key works on; null where a restricted key may not even know that. */
export async function ownAccountId(stripe: Stripe): Promise<string | null> {
	try {
		return (await stripe.accounts.retrieveCurrent()).id;
	} catch (error) {
		if (isForbidden(error)) return null;
		throw error;
	}
}

/** A restricted key lacks a permission. */
export function isForbidden(error: unknown): boolean {
	return error instanceof Error && 'statusCode' in error && error.statusCode === 403;
}
