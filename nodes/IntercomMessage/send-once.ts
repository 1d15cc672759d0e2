import type { MessageCategory, SuppressionReason } from '../../lifecycle/consent.ts';
import { footingOf } from '../../lifecycle/journey/footing.ts';
import { statusOf } from '../../services/intercom/explain.ts';
import type {
	ClaimResult,
	Partition,
	SendOutcome,
	StorePartition,
} from '../../services/store/index.ts';
import type { StoreWarning, TimelineNews } from '../../services/store/journal.ts';
import { outcomeUnknown, suppressed } from '../../services/store/send-news.ts';
import type { IntercomMessageServices } from './operation.ts';

/** One message and its place in the ledger. */
export interface SendOnce<Message> {
	readonly partition: Partition;
	/** Identity of this message for this person; empty for a message that may go out any number of times. */
	readonly key: string;
	readonly accountId: string;
	readonly channel: string;
	readonly category: MessageCategory;
	readonly suppressed: SuppressionReason | null;
	readonly send: () => Promise<Message>;
}

export type SendResult<Message> =
	({ readonly message: Message } & StoreWarning) | { readonly suppressed: string };

/** Longer than any send takes, retries included; after that the outcome of a claim counts as unknown. */
const LEASE_MS = 5 * 60_000;

/**
 * Sends a message at most once per key, whoever asks: the right to send is claimed in the ledger before, and
 * what became of it is written down after. Without a key it is simply sent, unless consent forbids it.
 */
export async function sendOnce<Message extends { readonly id: string }>(
	services: Pick<IntercomMessageServices, 'store' | 'journal' | 'now' | 'executionId'>,
	order: SendOnce<Message>,
): Promise<SendResult<Message>> {
	if (order.key === '') {
		return order.suppressed ? { suppressed: order.suppressed } : { message: await order.send() };
	}
	const { store, journal, now, executionId } = services;
	const { sends, accounts } = store.partition(order.partition);
	const result = await sends.claim(
		{
			key: order.key,
			accountId: order.accountId,
			channel: order.channel,
			category: order.category,
			leaseMs: LEASE_MS,
			...(executionId === undefined ? {} : { executionId }),
		},
		now(),
	);
	if (!result.won) return { suppressed: reasonOf(result) };
	const settle = async (outcome: SendOutcome) =>
		await journal.write(async () => await sends.settle(result.claim, outcome, now()));
	const tell = async (event: TimelineNews) =>
		await journal.tell(order.partition, { accountId: order.accountId, event });

	if (order.suppressed) {
		await settle({ state: 'suppressed', reason: order.suppressed });
		await tell(suppressed(order, order.suppressed, now()));
		return { suppressed: order.suppressed };
	}
	if (await hasMovedOn(accounts, order.accountId, result.footing)) {
		// Whether it is meant for them all the same is for the journey to say, which looks again.
		await settle({ state: 'failed', reason: 'account_changed' });
		return { suppressed: 'account_changed' };
	}
	const message = await order.send().catch(async (error: unknown) => {
		const isKnown = isRefusal(error);
		await settle({ state: isKnown ? 'failed' : 'unknown', reason: reasonFrom(error) });
		if (!isKnown) await tell(outcomeUnknown(order, result.claim.attempt, now()));
		throw error;
	});
	return { message, ...(await settle({ state: 'sent', messageId: message.id })) };
}

/** Since a journey gave this out, n8n may have been told that they have paid, or asked to leave. */
async function hasMovedOn(
	accounts: StorePartition['accounts'],
	accountId: string,
	footing: string | null,
): Promise<boolean> {
	if (footing === null) return false;
	const account = await accounts.get(accountId);
	return account !== null && footingOf(account) !== footing;
}

function reasonOf(result: Exclude<ClaimResult, { won: true }>): string {
	switch (result.state) {
		case 'sent':
		case 'emitted':
			return 'already_sent';
		case 'reserved':
		case 'claimed':
			return 'being_sent';
		case 'unknown':
			return 'outcome_unknown';
		case 'paced':
			return 'too_soon';
		case 'suppressed':
		case 'failed':
			return ('reason' in result ? result.reason : null) ?? result.state;
	}
}

/** Intercom said no, so nothing was sent. Anything else may have been sent: a cut line, an error of Intercom's. */
function isRefusal(error: unknown): boolean {
	const status = statusOf(error);
	return status !== undefined && status >= 400 && status < 500;
}

function reasonFrom(error: unknown): string {
	const status = statusOf(error);
	return status === undefined ? 'no answer' : `HTTP ${status}`;
}
