import type Stripe from 'stripe';
import { object, text, type Field } from '../api/params.ts';
import type { Stored } from '../state/stored.ts';

export type Address = Stored<Stripe.Address>;

/** An address parameter; an empty part is a part left out. */
export function address(): Field<Stripe.AddressParam> {
	const part = text({ empty: true });
	return object<Stripe.AddressParam>({
		city: part,
		country: part,
		line1: part,
		line2: part,
		postal_code: part,
		state: part,
	});
}

export function toAddress(param: Stripe.AddressParam): Address {
	return {
		city: param.city || null,
		country: param.country || null,
		line1: param.line1 || null,
		line2: param.line2 || null,
		postal_code: param.postal_code || null,
		state: param.state || null,
	};
}
