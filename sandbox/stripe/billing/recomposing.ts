import type { Account } from '../account.ts';
import { listOf } from '../api/lists.ts';
import { update } from '../events/changes.ts';
import type { Invoice, InvoiceLine } from '../resources/invoices.ts';
import { totalsOf } from './compose.ts';
import { applyDiscounts, discountsAt } from './discounts.ts';
import { invoiceItemLine } from './lines.ts';

/** Takes the present items, lines and discounts of a draft and adds it all up again. */
export function recompose(
	account: Account,
	draft: Invoice,
	discountIds: readonly string[] = draft.discounts,
): Invoice {
	const now = account.now(draft.test_clock);
	const own = draft.lines.data.filter((line) => itemIdOf(line) === null);
	const lineOfItem = new Map(draft.lines.data.map((line) => [itemIdOf(line), line.id]));
	const items = account.invoiceItems
		.where('customer', draft.customer ?? '')
		.filter((item) => item.invoice === draft.id)
		.toReversed()
		.map((item) => {
			const line = invoiceItemLine(account, item);
			return { ...line, id: lineOfItem.get(item.id) ?? line.id };
		});
	const applied = discountsAt(account, discountIds, now);
	const lines = applyDiscounts(account, [...own, ...items], applied, now).map((line) => ({
		...line,
		invoice: draft.id,
	}));
	const customer = account.customers.get(draft.customer ?? '');
	return update(
		account,
		account.invoices,
		{
			...draft,
			...totalsOf(lines, customer?.balance ?? 0),
			discounts: discountIds,
			lines: listOf(lines, draft.lines.url) as Invoice['lines'],
		},
		'invoice.updated',
	);
}

function itemIdOf(line: InvoiceLine): string | null {
	return line.parent?.invoice_item_details?.invoice_item ?? null;
}
