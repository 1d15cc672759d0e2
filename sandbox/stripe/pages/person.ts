import type { StandInRequest } from '../../kernel/http.ts';
import type { Account } from '../account.ts';
import { failure, isFailure } from '../api/failure.ts';
import { cardByNumber } from '../billing/test-cards.ts';
import { createCard, type PaymentMethod } from '../resources/payment-methods.ts';

/** What a person types and clicks on a hosted page. */

export function formOf(request: StandInRequest): URLSearchParams {
	return new URLSearchParams(request.rawBody);
}

/** A field that was filled in. */
export function filled(form: URLSearchParams, name: string): string | undefined {
	return form.get(name)?.trim() || undefined;
}

/** The card behind the number; it belongs to nobody until the page has used it. */
export function typedCard(account: Account, number: string | undefined): PaymentMethod | null {
	if (number === undefined) return null;
	const card = cardByNumber(number);
	if (card) return account.paymentMethods.put(createCard(account, card));
	throw failure(402, {
		type: 'card_error',
		code: 'incorrect_number',
		message: 'Your card number is incorrect.',
	});
}

/** Does what the person asked for; what cannot be done is told on the page, in Stripe's words. */
export function attempt(happen: () => void): string | null {
	try {
		happen();
		return null;
	} catch (error) {
		if (isFailure(error)) return error.message;
		throw error;
	}
}
