import { accountAt } from '../../lifecycle/account-now.ts';
import type { Account } from '../../lifecycle/account.ts';
import type { CohortMember, KnownPayment } from '../../lifecycle/funnel.ts';
import { LAPSE_REASONS, lapseReason } from '../../lifecycle/lapse-reason.ts';
import { giveWay } from '../../services/store/give-way.ts';
import type { AccountSigns, CohortQuery, StorePartition } from '../../services/store/index.ts';

/** By what accounts are put into weeks. */
export type CohortAnchor = 'signedUpAt' | 'trialStartedAt';

export interface CohortWindow extends Omit<CohortQuery, 'kinds'> {
	readonly anchor: CohortAnchor;
	/** Included. */
	readonly from: Date;
	/** Not included. */
	readonly to: Date;
}

const PAGE_SIZE = 500;

const LAPSE = 'trial_lapsed';
/** Lifecycle events that tell of a payment, each with its invoice. */
const PAYMENTS = ['trial_converted', 'subscription_resumed', 'payment_recovered'] as const;

/** Who joined within the window, read in pages, so that memory does not grow with their number. */
export async function* cohortMembers(
	{ accounts, cohortSigns }: Pick<StorePartition, 'accounts' | 'cohortSigns'>,
	{ anchor, from, to, ...query }: CohortWindow,
	now: Date,
): AsyncGenerator<CohortMember> {
	let after: Account | undefined;
	do {
		const page: readonly Account[] = await accounts.due({
			anchor,
			from,
			to,
			limit: PAGE_SIZE,
			...(after ? { after } : {}),
		});
		const ids = page.map(({ accountId }) => accountId);
		const signs = await cohortSigns(ids, { ...query, kinds: [LAPSE, ...PAYMENTS] });
		for (const account of page) {
			const joinedAt = anchorOf(account, anchor);
			const sign = signs.get(account.accountId);
			if (joinedAt && sign) yield toMember(accountAt(account, now), joinedAt, sign);
		}
		await giveWay();
		after = page.length < PAGE_SIZE ? undefined : page.at(-1);
	} while (after);
}

function anchorOf({ signedUpAt, subscription }: Account, anchor: CohortAnchor): Date | null {
	return anchor === 'signedUpAt' ? signedUpAt : (subscription?.trial?.startedAt ?? null);
}

function toMember(account: Account, joinedAt: Date, signs: AccountSigns): CohortMember {
	return {
		joinedAt,
		hadTrial: account.lastTrialEndsAt !== null,
		activatedAt: signs.milestoneAt,
		remindedAt: signs.firstSentAt,
		firstPaidAt: account.firstPaidAt,
		lapse: lapseOf(account, signs.entries),
		payments: signs.entries.flatMap(paymentIn),
		sends: signs.sends,
	};
}

/** As it was told when it happened, for that outlives a recovery; else as the account stands. */
function lapseOf(
	{ stage, subscription, lapsedAt }: Account,
	entries: AccountSigns['entries'],
): CohortMember['lapse'] {
	const told = entries.find(({ kind }) => kind === LAPSE);
	if (told) {
		const reason = LAPSE_REASONS.find((candidate) => candidate === told.data['reason']);
		return { at: told.at, reason: reason ?? 'no_payment_method' };
	}
	if (stage !== 'lapsed' || !subscription || !lapsedAt) return null;
	return { at: lapsedAt, reason: lapseReason(subscription) };
}

function paymentIn({ kind, at, data }: AccountSigns['entries'][number]): KnownPayment[] {
	const { invoiceId, amountPaid, currency } = data;
	if (typeof invoiceId !== 'string' || typeof amountPaid !== 'number') return [];
	if (kind === LAPSE || typeof currency !== 'string') return [];
	return [{ invoiceId, at, amountPaid, currency, hadFailed: kind === 'payment_recovered' }];
}
