import type Stripe from 'stripe';
import { toMoney, type Money } from '../../lifecycle/money.ts';

/** What Stripe would charge, line by line. */
export interface ChargePreview {
	/** After discounts, taxes and the customer's balance. */
	readonly due: Money;
	readonly lines: readonly PreviewLine[];
}

export interface PreviewLine {
	readonly description: string | null;
	readonly amount: number;
	readonly startsAt: Date;
	readonly endsAt: Date;
	/** The part of a period that a change takes away or adds. */
	readonly isProration: boolean;
}

/** Nothing is written by it. https://docs.stripe.com/api/invoices/create_preview */
export async function previewCharge(
	stripe: Stripe,
	params: Stripe.InvoiceCreatePreviewParams,
): Promise<ChargePreview> {
	const { amount_due, currency, lines } = await stripe.invoices.createPreview(params);
	return { due: toMoney(amount_due, currency), lines: lines.data.map(toLine) };
}

function toLine({
	description,
	amount,
	currency,
	period,
	parent,
}: Stripe.InvoiceLineItem): PreviewLine {
	const details = parent?.subscription_item_details ?? parent?.invoice_item_details;
	return {
		description,
		amount: toMoney(amount, currency).amount,
		startsAt: new Date(period.start * 1000),
		endsAt: new Date(period.end * 1000),
		isProration: details?.proration ?? false,
	};
}
