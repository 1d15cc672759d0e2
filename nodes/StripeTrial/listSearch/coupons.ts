import type Stripe from 'stripe';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { toMoney } from '../../../lifecycle/money.ts';
import { connect, findInList } from './pages.ts';

/** Coupons with what they take off and for how long; spent and expired ones say so. */
export async function searchCoupons(
	this: ILoadOptionsFunctions,
	filter?: string,
	token?: string,
): Promise<INodeListSearchResult> {
	const stripe = await connect(this);
	const list = async (paging: Stripe.PaginationParams) => await stripe.coupons.list(paging);
	return await findInList(list, toEntry, { filter, token });
}

function toEntry(coupon: Stripe.Coupon) {
	const { id, name, valid } = coupon;
	const parts = [name ?? id, takesOff(coupon), lasts(coupon), valid ? undefined : 'NOT VALID'];
	return { name: parts.filter(Boolean).join(' - '), value: id };
}

function takesOff({ percent_off, amount_off, currency }: Stripe.Coupon): string | undefined {
	if (percent_off !== null) return `${percent_off} % off`;
	if (amount_off === null || currency === null) return undefined;
	const off = toMoney(amount_off, currency);
	return `${off.amount} ${off.currency} off`;
}

function lasts({ duration, duration_in_months }: Stripe.Coupon): string {
	return duration === 'repeating' ? `for ${duration_in_months} months` : duration;
}
