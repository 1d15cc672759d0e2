import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { failure, invalidRequest, missingResource } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import {
	clearable,
	flag,
	id,
	leftOut,
	metadata,
	missingParam,
	object,
	oneOf,
	required,
	text,
} from '../api/params.ts';
import type { Presentation, Rendered } from '../api/presenter.ts';
import { putOnFile } from '../billing/attaching.ts';
import { create, update } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { customerOf } from './customers.ts';
import { mergeMetadata } from './metadata.ts';
import { paymentMethodOf } from './payment-methods.ts';

export type SetupIntent = Stored<Stripe.SetupIntent>;

export const setupIntentPresentation: Presentation<SetupIntent> = {
	object: 'setup_intent',
	expandable: {
		customer: (account) => account.customersEver,
		payment_method: (account) => account.paymentMethods,
	},
};

function setupIntentOf(account: Account, intentId: string): SetupIntent {
	const intent = account.setupIntents.get(intentId);
	if (!intent) throw missingResource('setupintent', intentId);
	return intent;
}

export function createSetupIntent(account: Account, fields: Partial<SetupIntent>): SetupIntent {
	const intentId = account.newId('seti');
	const intent: SetupIntent = {
		id: intentId,
		object: 'setup_intent',
		allowed_payment_method_types: null,
		application: null,
		automatic_payment_methods: { allow_redirects: 'always', enabled: true },
		cancellation_reason: null,
		client_secret: `${intentId}_secret_${account.newToken(24)}`,
		created: account.realNow(),
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

/** Saves the card for later payments: the issuer is asked, and may want to see the owner. */
export function confirmSetupIntent(
	account: Account,
	intent: SetupIntent,
	methodId: string | null,
): SetupIntent {
	const chosen = methodId ?? intent.payment_method;
	if (chosen === null) throw missingParam('payment_method');
	if (intent.status === 'succeeded' || intent.status === 'canceled') {
		throw invalidRequest(
			`You cannot confirm this SetupIntent because it has a status of ${intent.status}.`,
			{ code: 'setup_intent_unexpected_state' },
		);
	}
	const method = paymentMethodOf(account, chosen, 'payment_method');
	const { outcome, refusedOnAttach } = method.hidden;
	if (refusedOnAttach && outcome.kind === 'declines') {
		const { code, declineCode, message } = outcome;
		const error = { code, decline_code: declineCode, message, type: 'card_error' } as const;
		update(
			account,
			account.setupIntents,
			{
				...intent,
				last_setup_error: { ...error, payment_method: onTheWire(account.render(method)) },
				status: 'requires_payment_method',
			},
			'setup_intent.setup_failed',
		);
		throw failure(402, error);
	}
	const customer = account.customers.get(intent.customer ?? '');
	if (customer && method.customer === null) putOnFile(account, method, customer);
	const done: SetupIntent = {
		...intent,
		last_setup_error: null,
		next_action: null,
		payment_method: method.id,
		status: 'succeeded',
	};
	account.setupIntents.put(done);
	account.emit('setup_intent.succeeded', done);
	useForSubscription(account, done, method.id);
	return done;
}

/** The subscription that waited for this card waits no longer, and keeps it if it was told to. */
function useForSubscription(account: Account, intent: SetupIntent, methodId: string) {
	const waiting = account.subscriptions
		.where('customer', intent.customer ?? '')
		.find((subscription) => subscription.pending_setup_intent === intent.id);
	if (!waiting) return;
	const keeps = waiting.payment_settings?.save_default_payment_method === 'on_subscription';
	update(
		account,
		account.subscriptions,
		{
			...waiting,
			pending_setup_intent: null,
			...(keeps && { default_payment_method: methodId }),
		},
		'customer.subscription.updated',
	);
}

type ErrorMethod = NonNullable<SetupIntent['last_setup_error']>['payment_method'];

function onTheWire(rendered: Rendered): NonNullable<ErrorMethod> {
	return rendered as NonNullable<ErrorMethod>;
}

const outside = leftOut(
	'allowed_payment_method_types',
	'attach_to_self',
	'customer_account',
	'excluded_payment_method_types',
	'flow_directions',
	'payment_method_configuration',
	'payment_method_data',
	'payment_method_options',
);

export const setupIntentEndpoints = [
	endpoint<Stripe.SetupIntentCreateParams>(
		'POST',
		'/v1/setup_intents',
		'setup_intent',
		{
			...outside,
			...leftOut('confirmation_token', 'mandate_data', 'on_behalf_of', 'single_use'),
			automatic_payment_methods: object<Stripe.SetupIntentCreateParams.AutomaticPaymentMethods>({
				allow_redirects: oneOf('always', 'never'),
				enabled: required(flag()),
			}),
			confirm: flag(),
			customer: id(),
			description: text(),
			expand,
			metadata: metadata(),
			payment_method: id(),
			return_url: text(),
			usage: oneOf('off_session', 'on_session'),
			use_stripe_sdk: flag(),
		},
		({ account, params }) => {
			if (params.customer !== undefined) customerOf(account, params.customer, 'customer');
			const intent = createSetupIntent(account, {
				customer: params.customer ?? null,
				description: params.description ?? null,
				metadata: mergeMetadata(null, params.metadata),
				...(params.payment_method !== undefined && {
					payment_method: paymentMethodOf(account, params.payment_method, 'payment_method').id,
					status: 'requires_confirmation',
				}),
				usage: params.usage ?? 'off_session',
			});
			return params.confirm ? confirmSetupIntent(account, intent, null) : intent;
		},
	),

	endpoint<Stripe.SetupIntentListParams>(
		'GET',
		'/v1/setup_intents',
		'setup_intent',
		{
			...pagination,
			...leftOut('attach_to_self', 'customer_account'),
			created: range(),
			customer: id(),
			expand,
			payment_method: id(),
		},
		({ account, params, url }) =>
			pageOf(
				params.customer === undefined
					? account.setupIntents.newestFirst()
					: account.setupIntents.where('customer', params.customer),
				params,
				url,
				account,
				(intent) =>
					(params.payment_method === undefined ||
						intent.payment_method === params.payment_method) &&
					isInRange(intent.created, params.created),
			),
	),

	endpoint<Stripe.SetupIntentRetrieveParams>(
		'GET',
		'/v1/setup_intents/:id',
		'setup_intent',
		{ client_secret: id(), expand },
		({ account, path }) => setupIntentOf(account, path['id'] ?? ''),
	),

	endpoint<Stripe.SetupIntentUpdateParams>(
		'POST',
		'/v1/setup_intents/:id',
		'setup_intent',
		{
			...outside,
			customer: id(),
			description: text({ empty: true }),
			expand,
			metadata: clearable(metadata()),
			payment_method: id(),
		},
		({ account, params, path }) => {
			const intent = setupIntentOf(account, path['id'] ?? '');
			if (params.customer !== undefined) customerOf(account, params.customer, 'customer');
			return account.setupIntents.put({
				...intent,
				...(params.customer !== undefined && { customer: params.customer }),
				...(params.description !== undefined && { description: params.description || null }),
				metadata: mergeMetadata(intent.metadata, params.metadata),
				...(params.payment_method !== undefined && {
					payment_method: paymentMethodOf(account, params.payment_method, 'payment_method').id,
					status: 'requires_confirmation',
				}),
			});
		},
	),

	endpoint<Stripe.SetupIntentConfirmParams>(
		'POST',
		'/v1/setup_intents/:id/confirm',
		'setup_intent',
		{
			...leftOut(
				'allowed_payment_method_types',
				'confirmation_token',
				'mandate_data',
				'payment_method_data',
				'payment_method_options',
			),
			expand,
			payment_method: id(),
			return_url: text(),
			use_stripe_sdk: flag(),
		},
		({ account, params, path }) =>
			confirmSetupIntent(
				account,
				setupIntentOf(account, path['id'] ?? ''),
				params.payment_method ?? null,
			),
	),

	endpoint<Stripe.SetupIntentCancelParams>(
		'POST',
		'/v1/setup_intents/:id/cancel',
		'setup_intent',
		{
			cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer'),
			expand,
		},
		({ account, params, path }) => {
			const intent = setupIntentOf(account, path['id'] ?? '');
			const canceled: SetupIntent = {
				...intent,
				cancellation_reason: params.cancellation_reason ?? null,
				status: 'canceled',
			};
			account.setupIntents.put(canceled);
			account.emit('setup_intent.canceled', canceled);
			return canceled;
		},
	),
];
