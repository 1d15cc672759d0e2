import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest } from '../api/failure.ts';
import {
	array,
	id,
	integer,
	leftOut,
	missingParam,
	object,
	oneOf,
	required,
	text,
	type Params,
} from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import { create } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { customerOf } from './customers.ts';
import { configurationOf, defaultConfiguration } from './portal-configurations.ts';
import { subscriptionOf } from './subscriptions.ts';

export type PortalSession = Stored<Stripe.BillingPortal.Session>;

type FlowParams = NonNullable<Params<Stripe.BillingPortal.SessionCreateParams>['flow_data']>;

export const portalSessionPresentation: Presentation<PortalSession> = {
	object: 'billing_portal.session',
	expandable: { configuration: (account) => account.portalConfigurations },
};

const ofSubscription = { subscription: required(id()) };

const flowData = object<Stripe.BillingPortal.SessionCreateParams.FlowData>({
	after_completion: object<Stripe.BillingPortal.SessionCreateParams.FlowData.AfterCompletion>({
		hosted_confirmation:
			object<Stripe.BillingPortal.SessionCreateParams.FlowData.AfterCompletion.HostedConfirmation>({
				custom_message: text({ max: 500 }),
			}),
		redirect: object<Stripe.BillingPortal.SessionCreateParams.FlowData.AfterCompletion.Redirect>({
			return_url: required(text()),
		}),
		type: required(oneOf('hosted_confirmation', 'portal_homepage', 'redirect')),
	}),
	subscription_cancel: object<Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionCancel>(
		{
			retention:
				object<Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionCancel.Retention>({
					coupon_offer: required(
						object<Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionCancel.Retention.CouponOffer>(
							{ coupon: required(id()) },
						),
					),
					type: required(oneOf('coupon_offer')),
				}),
			...ofSubscription,
		},
	),
	subscription_pause:
		object<Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionPause>(ofSubscription),
	subscription_update:
		object<Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionUpdate>(ofSubscription),
	subscription_update_confirm:
		object<Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionUpdateConfirm>({
			discounts: array(
				object<Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionUpdateConfirm.Discount>(
					{ coupon: id(), promotion_code: id() },
				),
			),
			items: required(
				array(
					object<Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionUpdateConfirm.Item>({
						id: required(id()),
						price: id(),
						quantity: integer({ min: 0 }),
					}),
					{ max: 1 },
				),
			),
			...ofSubscription,
		}),
	type: required(
		oneOf(
			'customer_update',
			'payment_method_update',
			'subscription_cancel',
			'subscription_pause',
			'subscription_update',
			'subscription_update_confirm',
		),
	),
});

/** A flow as a session shows it; the part that its type names must be there. */
function toFlow(account: Account, customerId: string, flow: FlowParams): PortalSession['flow'] {
	const after = flow.after_completion;
	const { subscription_cancel: cancel, subscription_update_confirm: confirm } = flow;
	const part = flow.type.startsWith('subscription_')
		? flow[flow.type as 'subscription_cancel']
		: undefined;
	if (flow.type.startsWith('subscription_') && !part) {
		throw missingParam(`flow_data[${flow.type}]`);
	}
	if (part) {
		const param = `flow_data[${flow.type}][subscription]`;
		const subscription = subscriptionOf(account, part.subscription, param);
		if (subscription.customer !== customerId) {
			throw invalidRequest('The subscription does not belong to this customer.', { param });
		}
	}
	return {
		after_completion: {
			hosted_confirmation: after?.hosted_confirmation
				? { custom_message: after.hosted_confirmation.custom_message ?? null }
				: null,
			redirect: after?.redirect ?? null,
			type: after?.type ?? 'portal_homepage',
		},
		customer_update: null,
		subscription_cancel: cancel
			? {
					retention: cancel.retention
						? { coupon_offer: cancel.retention.coupon_offer, type: 'coupon_offer' }
						: null,
					subscription: cancel.subscription,
				}
			: null,
		subscription_pause: flow.subscription_pause ?? null,
		subscription_update: flow.subscription_update ?? null,
		subscription_update_confirm: confirm
			? {
					discounts:
						confirm.discounts?.map((one) => ({
							coupon: one.coupon ?? null,
							promotion_code: one.promotion_code ?? null,
						})) ?? null,
					items: confirm.items.map((item) => ({
						id: item.id,
						price: item.price ?? null,
						quantity: item.quantity ?? 1,
					})),
					subscription: confirm.subscription,
				}
			: null,
		type: flow.type,
	};
}

export const portalSessionEndpoints = [
	endpoint<Stripe.BillingPortal.SessionCreateParams>(
		'POST',
		'/v1/billing_portal/sessions',
		'customer_portal',
		{
			...leftOut('after_expiration', 'customer_account', 'on_behalf_of'),
			configuration: id(),
			customer: id(),
			expand,
			flow_data: flowData,
			locale: text(),
			return_url: text(),
		},
		({ account, params }) => {
			if (params.customer === undefined) throw missingParam('customer');
			const customer = customerOf(account, params.customer, 'customer');
			const configuration =
				params.configuration === undefined
					? defaultConfiguration(account)
					: configurationOf(account, params.configuration, 'configuration');
			const session: PortalSession = {
				id: account.newId('bps'),
				object: 'billing_portal.session',
				configuration: configuration.id,
				created: account.now(customer.test_clock),
				customer: customer.id,
				customer_account: null,
				flow: params.flow_data ? toFlow(account, customer.id, params.flow_data) : null,
				livemode: account.livemode,
				locale: params.locale ?? null,
				on_behalf_of: null,
				return_url: params.return_url ?? configuration.default_return_url,
				url: `${account.publicUrl()}/p/session/${account.newToken(40)}`,
			};
			return create(account, account.portalSessions, session, 'billing_portal.session.created');
		},
	),
];
