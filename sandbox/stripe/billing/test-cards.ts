/** What happens when a card is charged without its owner at hand. */
export type ChargeOutcome =
	| { readonly kind: 'succeeds' }
	| { readonly kind: 'needs_authentication' }
	| {
			readonly kind: 'declines';
			/** The error's code; the issuer's own word for it is the decline code. */
			readonly code: string;
			readonly declineCode: string;
			readonly message: string;
	  };

export interface TestCard {
	readonly number: string;
	/** Names under which the API accepts this card without its number, as `pm_card_visa`. */
	readonly aliases: readonly string[];
	readonly brand: string;
	readonly funding: 'credit' | 'debit';
	readonly outcome: ChargeOutcome;
	/** Refused already when it is attached; the card 0341 is made to pass there and fail later. */
	readonly refusedOnAttach: boolean;
}

const SUCCEEDS: ChargeOutcome = { kind: 'succeeds' };

function declines(
	declineCode: string,
	code = 'card_declined',
	message = 'Your card was declined.',
): ChargeOutcome {
	return { kind: 'declines', code, declineCode, message };
}

const good = (number: string, brand: string, ...aliases: string[]): TestCard => ({
	number,
	aliases,
	brand,
	funding: 'credit',
	outcome: SUCCEEDS,
	refusedOnAttach: false,
});

const bad = (number: string, outcome: ChargeOutcome, ...aliases: string[]): TestCard => ({
	...good(number, 'visa', ...aliases),
	outcome,
	refusedOnAttach: true,
});

/** https://docs.stripe.com/testing */
const TEST_CARDS: readonly TestCard[] = [
	good('4242424242424242', 'visa', 'pm_card_visa', 'tok_visa'),
	good('4000056655665556', 'visa', 'pm_card_visa_debit', 'tok_visa_debit'),
	good('5555555555554444', 'mastercard', 'pm_card_mastercard', 'tok_mastercard'),
	good('378282246310005', 'amex', 'pm_card_amex', 'tok_amex'),
	good('6011111111111117', 'discover', 'pm_card_discover', 'tok_discover'),
	{
		...bad('4000000000000341', declines('generic_decline'), 'pm_card_chargeCustomerFail'),
		refusedOnAttach: false,
	},
	bad('4000000000000002', declines('generic_decline'), 'pm_card_visa_chargeDeclined'),
	bad(
		'4000000000009995',
		declines('insufficient_funds', 'card_declined', 'Your card has insufficient funds.'),
		'pm_card_visa_chargeDeclinedInsufficientFunds',
	),
	bad('4000000000009987', declines('lost_card'), 'pm_card_visa_chargeDeclinedLostCard'),
	bad('4000000000009979', declines('stolen_card'), 'pm_card_visa_chargeDeclinedStolenCard'),
	bad(
		'4000000000000069',
		declines('expired_card', 'expired_card', 'Your card has expired.'),
		'pm_card_chargeDeclinedExpiredCard',
	),
	bad(
		'4000000000000127',
		declines('incorrect_cvc', 'incorrect_cvc', "Your card's security code is incorrect."),
		'pm_card_chargeDeclinedIncorrectCvc',
	),
	bad(
		'4000000000000119',
		declines(
			'processing_error',
			'processing_error',
			'An error occurred while processing your card. Try again in a little bit.',
		),
		'pm_card_chargeDeclinedProcessingError',
	),
	{
		...bad('4000002760003184', { kind: 'needs_authentication' }, 'pm_card_authenticationRequired'),
		refusedOnAttach: false,
	},
	{
		...bad(
			'4000002500003155',
			SUCCEEDS,
			'pm_card_authenticationRequiredOnSetup',
			'pm_card_authenticationRequiredSetupForOffSession',
		),
		refusedOnAttach: false,
	},
];

/** The kinds of cards that the time machine and the stories speak of. */
export type CardKind =
	'good' | 'declined' | 'insufficient_funds' | 'expired' | 'authentication_required';

export const CARD_OF_KIND: Readonly<Record<CardKind, string>> = {
	good: '4242424242424242',
	declined: '4000000000000341',
	insufficient_funds: '4000000000009995',
	expired: '4000000000000069',
	authentication_required: '4000002760003184',
};

export function cardByNumber(number: string): TestCard | undefined {
	const digits = number.replaceAll(/\D/g, '');
	return TEST_CARDS.find((card) => card.number === digits);
}

export function cardByAlias(alias: string): TestCard | undefined {
	return TEST_CARDS.find((card) => card.aliases.includes(alias));
}

/**
 * Declines after which a card is not tried again by itself.
 * https://docs.stripe.com/billing/revenue-recovery/smart-retries#non-retryable-decline-codes
 */
const HARD_DECLINES = new Set([
	'authentication_required',
	'highest_risk_level',
	'incorrect_number',
	'lost_card',
	'pickup_card',
	'revocation_of_all_authorizations',
	'revocation_of_authorization',
	'stolen_card',
	'transaction_not_allowed',
]);

export function isHardDecline(declineCode: string | null | undefined): boolean {
	return HARD_DECLINES.has(declineCode ?? '');
}
