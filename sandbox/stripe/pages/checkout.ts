import { html } from '../../kernel/html.ts';
import type { Reply, Route, StandInRequest } from '../../kernel/http.ts';
import type { Account } from '../account.ts';
import { completeSession, needsCard } from '../billing/checkout/completing.ts';
import { recoverSession } from '../billing/checkout/expiring.ts';
import { isTrial } from '../billing/checkout/opening.ts';
import { money } from '../billing/lines.ts';
import type { CheckoutSession } from '../resources/checkout-sessions.ts';
import { cardField, complaint, dateOf, page, redirect, sorry } from './page.ts';
import { attempt, filled, formOf, typedCard } from './person.ts';

interface Place {
	readonly account: Account;
	readonly session: CheckoutSession;
}

/** Checkout as a person meets it. `find` knows the account that a session belongs to. */
export function checkoutRoutes(find: (sessionId: string) => Place | undefined): Route[] {
	const at =
		(show: (place: Place, request: StandInRequest) => Reply) => (request: StandInRequest) => {
			const place = find(request.params['id'] ?? '');
			place?.account.catchUp();
			// Time may have closed the session just now.
			const fresh = place && find(place.session.id);
			return fresh ? show(fresh, request) : sorry('This page does not exist.');
		};
	return [
		{ method: 'GET', path: '/c/pay/:id', handle: at((place) => checkoutPage(place, null)) },
		{ method: 'POST', path: '/c/pay/:id', handle: at(pay) },
		{
			method: 'GET',
			path: '/c/recover/:id',
			handle: at(({ account, session }) => {
				let url = '';
				const problem = attempt(() => void (url = recoverSession(account, session).url ?? ''));
				return problem === null ? redirect(url) : sorry(problem, 410);
			}),
		},
	];
}

function pay(place: Place, request: StandInRequest): Reply {
	const { account, session } = place;
	if (session.status !== 'open') return checkoutPage(place, null);
	const form = formOf(request);
	const [email, name] = [filled(form, 'email'), filled(form, 'name')];
	const problem = attempt(() => {
		const code = promotionCode(account, filled(form, 'code'));
		completeSession(account, session, {
			card: typedCard(account, filled(form, 'card')),
			...(email !== undefined && { email }),
			...(name !== undefined && { name }),
			...(code !== undefined && { promotionCode: code }),
		});
	});
	if (problem !== null) return checkoutPage(place, problem);
	const target = session.success_url ?? '/';
	return redirect(target.replaceAll('{CHECKOUT_SESSION_ID}', session.id));
}

function promotionCode(account: Account, typed: string | undefined): string | undefined {
	if (typed === undefined) return undefined;
	const [code] = account.promotionCodes.where('code', typed.toUpperCase());
	return code?.id ?? typed;
}

function checkoutPage({ account, session }: Place, problem: string | null): Reply {
	if (session.status === 'expired') return sorry('This link has expired.', 410);
	if (session.status === 'complete') return sorry('All done. You can close this page.', 200);
	const customer = account.customers.get(session.customer ?? '');
	const email = customer?.email ?? session.customer_email;
	const asksCard = needsCard(session);
	const isSetup = session.mode === 'setup';
	const verb = isSetup ? 'Save card' : isTrial(session.hidden.params) ? 'Start trial' : 'Subscribe';
	const body = html`<h1>${isSetup ? 'Save a card' : 'Subscribe to Acme Boards'}</h1>
		${session.hidden.lineItems.map(
			(item) =>
				html`<section class="row">
					<span>${item.description ?? 'Item'} × ${item.quantity ?? 1}</span>
					<strong>${money(item.amount_total, item.currency)}</strong>
				</section>`,
		)}
		${trialNote(session)}
		<section>
			${complaint(problem)}
			<form method="post">
				${
					email === null || email === undefined
						? html`<label for="email">E-mail</label>
								<input id="email" name="email" type="email" required />`
						: html`<p>${email}</p>`
				}
				${asksCard && cardField()}
				${asksCard && html`<label for="name">Name on card</label> <input id="name" name="name" />`}
				${
					session.allow_promotion_codes === true &&
					html`<label for="code">Promotion code</label> <input id="code" name="code" />`
				}
				<button>${verb}</button>
			</form>
			${session.cancel_url !== null && html`<p><a href="${session.cancel_url}">Back</a></p>`}
		</section>`;
	return page('Checkout', body, problem === null ? 200 : 402);
}

function trialNote({ hidden: { params }, created }: CheckoutSession) {
	const { trial_end: end, trial_period_days: days } = params.subscription_data ?? {};
	const until = end ?? (days === undefined ? undefined : created + days * 24 * 60 * 60);
	return until !== undefined && html`<p>Nothing to pay until ${dateOf(until)}.</p>`;
}
