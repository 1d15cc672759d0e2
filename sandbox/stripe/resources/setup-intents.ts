import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { create } from '../events/changes.ts';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

export type SetupIntent = Stored<Stripe.SetupIntent>;

export const setupIntentPresentation: Presentation<SetupIntent> = {
	object: 'setup_intent',
	expandable: {
		customer: (account) => account.customers,
		payment_method: (account) => account.paymentMethods,
	},
};

export function createSetupIntent(account: Account, fields: Partial<SetupIntent>): SetupIntent {
	const id = account.newId('seti');
	const intent: SetupIntent = {
		id,
		object: 'setup_intent',
		allowed_payment_method_types: null,
		application: null,
		automatic_payment_methods: {
			allow_redirects: 'always',
			enabled: true,
		},
		cancellation_reason: null,
		client_secret: `${id}_secret_${account.newToken(24)}`,
		created: account.now(null),
		customer: null,
		customer_account: null,
		description: null,
		excluded_payment_method_types: null,
		flow_directions: null,
		last_setup_error: null,
		latest_attempt: null,
		livemode: account.livemode,
		managed_payments: null,
		mandate: null,
		metadata: {},
		next_action: null,
		on_behalf_of: null,
		payment_method: null,
		payment_method_configuration_details: null,
		payment_method_options: null,
		payment_method_types: ['card'],
		single_use_mandate: null,
		status: 'requires_payment_method',
		usage: 'off_session',
		...fields,
	};
	return create(account, account.setupIntents, intent, 'setup_intent.created');
}
