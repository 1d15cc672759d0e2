import type Stripe from 'stripe';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import { flag, id, notEmulated, object, oneOf, required, timestamp } from '../api/params.ts';
import { search, searchParams, type SearchFields } from '../api/search.ts';
import { cancelSubscription } from '../billing/cancellation.ts';
import { createDraft, settleAtOnce, subscriptionDraft } from '../billing/issuing.ts';
import { prorationLine, remainingShare } from '../billing/lines.ts';
import { pauseSubscription, resumeSubscription } from '../billing/pausing.ts';
import { startSubscription } from '../billing/starting.ts';
import { updateSubscription } from '../billing/updating.ts';
import { update } from '../events/changes.ts';
import { isListed } from './customers.ts';
import { amountOf } from './prices.ts';
import { isOver, subscriptionOf, type Subscription } from './subscriptions.ts';
import {
	cancellationDetails,
	createShape,
	prorationBehavior,
	updateShape,
} from './subscription-params.ts';

const statusFilter = oneOf(
	'active',
	'all',
	'canceled',
	'ended',
	'incomplete',
	'incomplete_expired',
	'past_due',
	'paused',
	'trialing',
	'unpaid',
);

/** Without a filter canceled subscriptions are left out. https://docs.stripe.com/api/subscriptions/list */
function hasStatus({ status }: Subscription, wanted: string | undefined): boolean {
	switch (wanted) {
		case undefined:
			return status !== 'canceled';
		case 'all':
			return true;
		case 'ended':
			return status === 'canceled' || status === 'incomplete_expired';
		default:
			return status === wanted;
	}
}

const searchFields: SearchFields<Subscription> = {
	canceled_at: (subscription) => subscription.canceled_at,
	created: (subscription) => subscription.created,
	status: (subscription) => subscription.status,
};

export const subscriptionEndpoints = [
	endpoint<Stripe.SubscriptionCreateParams>(
		'POST',
		'/v1/subscriptions',
		'subscription',
		createShape,
		({ account, params }) => account.render(startSubscription(account, params)),
	),

	endpoint<Stripe.SubscriptionListParams>(
		'GET',
		'/v1/subscriptions',
		'subscription',
		{
			...pagination,
			automatic_tax: notEmulated(),
			collection_method: oneOf('charge_automatically', 'send_invoice'),
			created: range(),
			current_period_end: range(),
			current_period_start: range(),
			customer: id(),
			customer_account: notEmulated(),
			expand,
			plan: id(),
			price: id(),
			status: statusFilter,
			test_clock: id(),
		},
		({ account, params, url }) => {
			const { customer, test_clock: clock, price = params.plan } = params;
			const records =
				customer !== undefined
					? account.subscriptions.where('customer', customer)
					: clock !== undefined
						? account.subscriptions.where('test_clock', clock)
						: account.subscriptions.newestFirst();
			return pageOf(
				records,
				params,
				url,
				account,
				(one) =>
					hasStatus(one, params.status) &&
					(customer !== undefined || isListed(account, one.test_clock, clock)) &&
					(price === undefined || one.items.some((item) => item.price.id === price)) &&
					(params.collection_method === undefined ||
						one.collection_method === params.collection_method) &&
					isInRange(one.created, params.created) &&
					one.items.some(
						(item) =>
							isInRange(item.current_period_start, params.current_period_start) &&
							isInRange(item.current_period_end, params.current_period_end),
					),
			);
		},
	),

	endpoint<Stripe.SubscriptionSearchParams>(
		'GET',
		'/v1/subscriptions/search',
		'subscription',
		{ ...searchParams, expand },
		({ account, params, url }) =>
			search(account.searchable.subscriptions, searchFields, params, url, account),
	),

	endpoint<Stripe.SubscriptionRetrieveParams>(
		'GET',
		'/v1/subscriptions/:id',
		'subscription',
		{ expand },
		({ account, path }) => account.render(subscriptionOf(account, path['id'] ?? '')),
	),

	endpoint<Stripe.SubscriptionUpdateParams>(
		'POST',
		'/v1/subscriptions/:id',
		'subscription',
		updateShape,
		({ account, params, path }) =>
			account.render(
				updateSubscription(account, subscriptionOf(account, path['id'] ?? ''), params),
			),
	),

	endpoint<Stripe.SubscriptionCancelParams>(
		'DELETE',
		'/v1/subscriptions/:id',
		'subscription',
		{
			cancellation_details: cancellationDetails,
			expand,
			invoice_now: flag(),
			prorate: flag(),
		},
		({ account, params, path }) => {
			const subscription = subscriptionOf(account, path['id'] ?? '');
			if (isOver(subscription)) throw missingResource('subscription', subscription.id);
			if (params.invoice_now || params.prorate) {
				const lines = params.prorate ? unusedTime(subscription) : [];
				const draft = subscriptionDraft(account, subscription, lines, 'subscription_update');
				settleAtOnce(account, createDraft(account, draft));
			}
			const { comment, feedback, feedback_option: option } = params.cancellation_details ?? {};
			const canceled = cancelSubscription(
				account,
				account.subscriptions.get(subscription.id) ?? subscription,
				{
					reason: 'cancellation_requested',
					details: {
						...(comment !== undefined && { comment }),
						...(feedback !== undefined && { feedback }),
						...(option !== undefined && { feedback_option: option }),
					},
				},
			);
			return account.render(canceled);

			function unusedTime(one: Subscription) {
				const now = account.now(one.test_clock);
				return one.items.map((item) => {
					const period = { start: item.current_period_start, end: item.current_period_end };
					const amount = amountOf(item.price, item.quantity ?? 1) * remainingShare(period, now);
					const left = { start: now, end: period.end };
					return prorationLine(account, one.id, item, -Math.round(amount), left);
				});
			}
		},
	),

	endpoint<Stripe.SubscriptionPauseParams>(
		'POST',
		'/v1/subscriptions/:id/pause',
		'subscription',
		{
			bill_for: object<Stripe.SubscriptionPauseParams.BillFor>({
				outstanding_usage_through: notEmulated(),
				unused_time_from: object<Stripe.SubscriptionPauseParams.BillFor.UnusedTimeFrom>({
					type: required(oneOf('item_current_period_start', 'none', 'now')),
				}),
			}),
			expand,
			invoicing_behavior: oneOf('invoice', 'pending_invoice_item'),
			type: oneOf('subscription'),
		},
		({ account, params, path }) =>
			account.render(pauseSubscription(account, subscriptionOf(account, path['id'] ?? ''), params)),
	),

	endpoint<Stripe.SubscriptionResumeParams>(
		'POST',
		'/v1/subscriptions/:id/resume',
		'subscription',
		{
			billing_cycle_anchor: object<Stripe.SubscriptionResumeParams.BillingCycleAnchor>({
				type: required(oneOf('now', 'unchanged')),
			}),
			expand,
			payment_behavior: oneOf('resume_on_payment_attempt', 'resume_on_payment_success'),
			proration_behavior: prorationBehavior,
			proration_date: timestamp(),
		},
		({ account, params, path }) =>
			account.render(
				resumeSubscription(account, subscriptionOf(account, path['id'] ?? ''), params),
			),
	),

	endpoint<Stripe.SubscriptionDeleteDiscountParams>(
		'DELETE',
		'/v1/subscriptions/:id/discount',
		'subscription',
		{},
		({ account, path }) => {
			const subscription = subscriptionOf(account, path['id'] ?? '');
			const [discountId] = subscription.discounts;
			const discount = account.discounts.get(discountId ?? '');
			if (!discount) throw invalidRequest('This subscription has no discount.');
			const without = { ...subscription, discounts: [] };
			update(account, account.subscriptions, without, 'customer.subscription.updated');
			account.emit('customer.discount.deleted', discount);
			return { ...discount, deleted: true };
		},
	),
];
