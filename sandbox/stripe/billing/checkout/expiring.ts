import type { Account } from '../../account.ts';
import { invalidRequest } from '../../api/failure.ts';
import type { CheckoutSession } from '../../resources/checkout-sessions.ts';
import { DAY, without, type Seconds } from '../../state/stored.ts';
import { createSession } from './opening.ts';

/** https://docs.stripe.com/payments/checkout/abandoned-carts */
const RECOVERABLE_FOR = 30 * DAY;

export function sessionDueAt(session: CheckoutSession): Seconds | null {
	return session.status === 'open' ? session.expires_at : null;
}

/** Nobody came, or the session was called off; with recovery a link leads to a copy. */
export function expireSession(account: Account, session: CheckoutSession): CheckoutSession {
	if (session.status !== 'open') {
		throw invalidRequest('Only Checkout Sessions with a status in ["open"] can be expired.');
	}
	const recovery = session.after_expiration?.recovery;
	const now = account.now(account.clockOf(session));
	const expired = account.checkoutSessions.put({
		...session,
		...(recovery?.enabled && {
			after_expiration: {
				recovery: {
					...recovery,
					expires_at: now + RECOVERABLE_FOR,
					url: `${account.publicUrl()}/c/recover/${session.id}`,
				},
			},
		}),
		status: 'expired',
		url: null,
	});
	account.emit('checkout.session.expired', expired);
	return expired;
}

/** The recovery link opens a new session like the old one. */
export function recoverSession(account: Account, session: CheckoutSession): CheckoutSession {
	const recovery = session.after_expiration?.recovery;
	const now = account.now(account.clockOf(session));
	if (!recovery?.url || (recovery.expires_at ?? 0) <= now) {
		throw invalidRequest('This Checkout Session cannot be recovered.');
	}
	const { params } = session.hidden;
	return createSession(
		account,
		{
			// The old end of the session is not the new one's.
			...without(params, 'expires_at'),
			allow_promotion_codes: recovery.allow_promotion_codes,
		},
		session.id,
	);
}
