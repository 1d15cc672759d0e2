import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { failure } from '../api/failure.ts';

/** The account itself and its balance: what a credential test asks for. */

function ownAccount(account: Account) {
	return {
		id: account.id,
		object: 'account',
		business_profile: null,
		business_type: null,
		capabilities: { card_payments: 'active', transfers: 'active' },
		charges_enabled: true,
		country: 'US',
		default_currency: 'usd',
		details_submitted: true,
		email: 'owner@acme-boards.example',
		metadata: {},
		payouts_enabled: true,
		settings: null,
		type: 'standard',
	};
}

export const ownAccountEndpoints = [
	endpoint<Stripe.AccountRetrieveParams>(
		'GET',
		'/v1/account',
		'account',
		{ expand },
		({ account }) => ownAccount(account),
	),

	endpoint<Stripe.AccountRetrieveParams>(
		'GET',
		'/v1/accounts/:id',
		'account',
		{ expand },
		({ account, path }) => {
			if (path['id'] === account.id) return ownAccount(account);
			throw failure(403, {
				type: 'invalid_request_error',
				code: 'account_invalid',
				message: `The provided key does not have access to account '${path['id'] ?? ''}' (or that account does not exist). Application access may have been revoked.`,
			});
		},
	),

	endpoint<Stripe.BalanceRetrieveParams>(
		'GET',
		'/v1/balance',
		'balance',
		{ expand },
		({ account }) => {
			const amount = [...account.charges.newestFirst()]
				.filter(({ paid }) => paid)
				.reduce((sum, charge) => sum + charge.amount, 0);
			const nothing = { amount: 0, currency: 'usd', source_types: { card: 0 } };
			return {
				object: 'balance',
				available: [{ amount, currency: 'usd', source_types: { card: amount } }],
				livemode: account.livemode,
				pending: [nothing],
			};
		},
	),
];
