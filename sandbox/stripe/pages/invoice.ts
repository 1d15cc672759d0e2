import { html } from '../../kernel/html.ts';
import type { Reply, Route, StandInRequest } from '../../kernel/http.ts';
import type { Account } from '../account.ts';
import { putOnFile } from '../billing/attaching.ts';
import { payInvoice } from '../billing/collection.ts';
import { money } from '../billing/lines.ts';
import type { Invoice } from '../resources/invoices.ts';
import { cardField, complaint, page, redirect, sorry } from './page.ts';
import { attempt, filled, formOf, typedCard } from './person.ts';

interface Place {
	readonly account: Account;
	readonly invoice: Invoice;
}

/** The hosted invoice page, where a person pays what could not be collected, or answers their bank. */
export function invoiceRoutes(find: (url: string) => Place | undefined): Route[] {
	const at =
		(show: (place: Place, request: StandInRequest) => Reply) => (request: StandInRequest) => {
			const place = find(request.path);
			return place ? show(place, request) : sorry('This page does not exist.');
		};
	return [
		{ method: 'GET', path: '/invoice/:account/:slug', handle: at((one) => invoicePage(one, null)) },
		{ method: 'POST', path: '/invoice/:account/:slug', handle: at(pay) },
		{
			method: 'GET',
			path: '/invoice/:account/:slug/pdf',
			handle: () => sorry('The stand-in prints no invoices.', 200),
		},
	];
}

function pay(place: Place, request: StandInRequest): Reply {
	const { account, invoice } = place;
	const form = formOf(request);
	const problem = attempt(() => {
		const customer = account.customers.get(invoice.customer ?? '');
		const typed = typedCard(account, filled(form, 'card'));
		const method = typed && customer ? putOnFile(account, typed, customer) : undefined;
		payInvoice(account, invoice, { isOwnerPresent: true, ...(method && { method }) });
	});
	if (problem === null) return redirect(request.path);
	const fresh = account.invoices.get(invoice.id) ?? invoice;
	return invoicePage({ account, invoice: fresh }, problem);
}

function invoicePage({ invoice }: Place, problem: string | null): Reply {
	const due = money(invoice.amount_remaining, invoice.currency);
	const body = html`<h1>Invoice ${invoice.number ?? ''}</h1>
		<section>
			${invoice.lines.data.map(
				(line) =>
					html`<p class="row">
						<span>${line.description ?? ''}</span>
						<span>${money(line.amount, line.currency)}</span>
					</p>`,
			)}
		</section>
		<section>
			<p class="row"><strong>Status</strong> <span>${invoice.status ?? ''}</span></p>
			${
				invoice.status === 'open' &&
				html`${complaint(problem)}
					<form method="post">
						${cardField()}
						<button>Pay ${due}</button>
					</form>
					<form method="post"><button class="quiet">Pay with the card on file</button></form>`
			}
		</section>`;
	return page('Invoice', body, problem === null ? 200 : 402);
}
