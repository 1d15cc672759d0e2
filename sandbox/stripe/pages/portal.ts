import { html, type Markup } from '../../kernel/html.ts';
import type { Reply, Route, StandInRequest } from '../../kernel/http.ts';
import type { Account } from '../account.ts';
import { money } from '../billing/lines.ts';
import type { PortalConfiguration } from '../resources/portal-configurations.ts';
import type { PortalSession } from '../resources/portal-sessions.ts';
import type { RecurringPrice } from '../resources/prices.ts';
import { isOver, type Subscription } from '../resources/subscriptions.ts';
import { HOUR } from '../state/stored.ts';
import { cardField, complaint, dateOf, page, redirect, sorry } from './page.ts';
import { attempt, formOf } from './person.ts';
import { PORTAL_ACTIONS, planChoices } from './portal-actions.ts';

export interface PortalPlace {
	readonly account: Account;
	readonly session: PortalSession;
	readonly configuration: PortalConfiguration;
	readonly subscription: Subscription | undefined;
}

/** A link to the portal is for now, not for keeping. */
const OPEN_FOR = HOUR;

/** The customer portal as a person meets it. `find` knows the session behind an address. */
export function portalRoutes(
	find: (
		path: string,
	) => { readonly account: Account; readonly session: PortalSession } | undefined,
): Route[] {
	const at =
		(show: (place: PortalPlace, request: StandInRequest) => Reply) => (request: StandInRequest) => {
			const found = find(`/p/session/${request.params['token'] ?? ''}`);
			if (!found) return sorry('This page does not exist.');
			const { account, session } = found;
			account.catchUp();
			if (session.created + OPEN_FOR < account.now(account.clockOf(session))) {
				return sorry('This link has expired. Ask for a new one.', 410);
			}
			const configuration = account.portalConfigurations.get(session.configuration);
			if (!configuration) return sorry('This page does not exist.');
			const subscription = subscriptionOf(account, session);
			return show({ account, session, configuration, subscription }, request);
		};
	return [
		{ method: 'GET', path: '/p/session/:token', handle: at((place) => portalPage(place, null)) },
		{ method: 'POST', path: '/p/session/:token/:action', handle: at(act) },
	];
}

/** The one that the flow names, else the customer's newest that is not over. */
function subscriptionOf(account: Account, session: PortalSession): Subscription | undefined {
	const flow = session.flow;
	const named = flow
		? (flow.subscription_cancel ??
			flow.subscription_pause ??
			flow.subscription_update ??
			flow.subscription_update_confirm)
		: null;
	if (named) return account.subscriptions.get(named.subscription);
	return account.subscriptions
		.where('customer', session.customer)
		.find((subscription) => !isOver(subscription));
}

function act(place: PortalPlace, request: StandInRequest): Reply {
	const action = PORTAL_ACTIONS[request.params['action'] ?? ''];
	if (!action) return sorry('This page does not exist.');
	const problem = attempt(() => action(place, formOf(request)));
	if (problem !== null) return portalPage(place, problem);
	const after = place.session.flow?.after_completion;
	if (after?.type === 'redirect' && after.redirect) return redirect(after.redirect.return_url);
	if (after?.type === 'hosted_confirmation') {
		return sorry(
			after.hosted_confirmation?.custom_message ?? 'Done. You can close this page.',
			200,
		);
	}
	return redirect(new URL(place.session.url).pathname);
}

function portalPage(place: PortalPlace, problem: string | null): Reply {
	const { account, session, subscription } = place;
	const customer = account.customers.get(session.customer);
	const shows = (flow: string) => session.flow === null || session.flow.type === flow;
	const body = html`<h1>${customer?.name ?? customer?.email ?? 'Your account'}</h1>
		${complaint(problem)} ${subscription && standing(subscription)}
		${shows('payment_method_update') && cards(place)}
		${subscription && shows('subscription_cancel') && cancellation(place, subscription)}
		${subscription && shows('subscription_update') && plans(place, subscription)}
		${
			subscription &&
			session.flow?.type === 'subscription_update_confirm' &&
			html`<section>
				<h2>Confirm your new plan</h2>
				${form(place, 'confirm', html`<button>Confirm</button>`)}
			</section>`
		}
		${subscription && shows('subscription_pause') && pause(place, subscription)}
		${
			session.return_url !== null &&
			html`<p><a href="${session.return_url}">Return to Acme Boards</a></p>`
		}`;
	return page('Your subscription', body, problem === null ? 200 : 402);
}

function form({ session }: PortalPlace, action: string, fields: Markup): Markup {
	const target = `${new URL(session.url).pathname}/${action}`;
	return html`<form method="post" action="${target}">${fields}</form>`;
}

function standing(subscription: Subscription): Markup {
	const [item] = subscription.items;
	const ends = subscription.items.map((one) => one.current_period_end);
	const isEnding = subscription.cancel_at_period_end || subscription.cancel_at !== null;
	return html`<section>
		<p class="row">
			<strong>${subscription.status}</strong> <span>${priceName(item?.price)}</span>
		</p>
		<p class="soft">
			${isEnding ? 'Ends on' : 'Next on'} ${dateOf(subscription.cancel_at ?? Math.max(...ends))}
		</p>
	</section>`;
}

function priceName(price: RecurringPrice | undefined): string {
	if (!price) return '';
	return `${money(price.unit_amount ?? 0, price.currency)} / ${price.recurring.interval}`;
}

function cards(place: PortalPlace): Markup | false {
	const { account, configuration, session } = place;
	if (!configuration.features.payment_method_update.enabled) return false;
	const held = account.paymentMethods.where('customer', session.customer);
	const standard = account.customers.get(session.customer)?.invoice_settings.default_payment_method;
	return html`<section>
		<h2>Cards</h2>
		${held.map(
			({ id, card }) =>
				html`<p>
					${card?.brand ?? ''} •••• ${card?.last4 ?? ''}${id === standard && ' (default)'}
				</p>`,
		)}
		${form(place, 'card', html`${cardField()}<button>Add card</button>`)}
	</section>`;
}

function cancellation(place: PortalPlace, subscription: Subscription): Markup | false {
	const { enabled, cancellation_reason: asked } = place.configuration.features.subscription_cancel;
	if (!enabled || isOver(subscription)) return false;
	if (subscription.cancel_at_period_end || subscription.cancel_at !== null) {
		return html`<section>
			<h2>Stay with us</h2>
			${form(place, 'undo', html`<button>Don't cancel subscription</button>`)}
		</section>`;
	}
	const coupon = place.session.flow?.subscription_cancel?.retention?.coupon_offer?.coupon;
	const reasons =
		asked.enabled &&
		html`<label for="feedback">Why do you leave?</label>
			<select id="feedback" name="feedback">
				<option value="">–</option>
				${asked.options.map(
					(option) => html`<option value="${option}">${option.replaceAll('_', ' ')}</option>`,
				)}
			</select>
			<label for="comment">Anything else?</label>
			<textarea id="comment" name="comment" rows="2"></textarea>`;
	return html`<section>
		<h2>Cancel subscription</h2>
		${
			coupon !== undefined && form(place, 'retain', html`<button>Stay, and take ${coupon}</button>`)
		}
		${form(place, 'cancel', html`${reasons}<button class="quiet">Cancel subscription</button>`)}
	</section>`;
}

function plans(place: PortalPlace, subscription: Subscription): Markup | false {
	const choices = planChoices(place, subscription);
	if (choices.length === 0) return false;
	return html`<section>
		<h2>Change plan</h2>
		${form(
			place,
			'plan',
			html`<label for="price">Plan</label>
				<select id="price" name="price">
					${choices.map((price) => html`<option value="${price.id}">${choiceName(place, price)}</option>`)}
				</select>
				<button class="quiet">Change plan</button>`,
		)}
	</section>`;
}

function choiceName({ account }: PortalPlace, price: RecurringPrice): string {
	return `${account.products.get(price.product)?.name ?? price.product}, ${priceName(price)}`;
}

function pause(place: PortalPlace, subscription: Subscription): Markup | false {
	if (!place.configuration.features.subscription_pause.enabled) return false;
	if (subscription.status !== 'active') return false;
	return html`<section>
		<h2>Take a break</h2>
		${form(place, 'pause', html`<button class="quiet">Pause subscription</button>`)}
	</section>`;
}
