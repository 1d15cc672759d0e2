import { createHash } from 'node:crypto';
import type { Ask } from '../../ask.ts';
import type { Delivery, Inbox } from '../../store/index.ts';

/** The questions of one reading. */
export interface Asking {
	readonly ask: Ask;
	/** When the oldest of the answers so far was asked for: what is true of it then may be over now. */
	askedAt(): Date;
}

/** What the readers of one inbox read of the vendor, so that a dozen of them do not ask a dozen times. */
export interface SharedReads {
	/** For a batch that has just been handed out: how to ask on behalf of some of its deliveries. */
	startBatch(batch: readonly Delivery[]): (deliveries: readonly Delivery[]) => Asking;
}

const KEPT_MS = 30_000;
/** Of subscriptions with all that belongs to them, some megabytes. */
const MOST_KEPT = 500;

interface Kept {
	/** The youngest event of which it was certain, when this was asked, that it had come in. */
	readonly after: number;
	readonly askedAt: Date;
	readonly answer: Promise<unknown>;
	isAnswered: boolean;
}

const shared = new WeakMap<Inbox, Map<string, SharedReads>>();

/** Those of one inbox, for all who ask with the same credential in this process. The credential is not kept. */
export function sharedReadsOf(inbox: Inbox, credential: object, now: () => Date): SharedReads {
	const byCredential = shared.get(inbox) ?? new Map<string, SharedReads>();
	shared.set(inbox, byCredential);
	const key = createHash('sha256').update(JSON.stringify(credential)).digest('hex');
	const reads = byCredential.get(key) ?? createSharedReads(now);
	byCredential.set(key, reads);
	return reads;
}

/**
 * An answer serves every delivery whose event had come in before the question was asked, and is not kept for long.
 * Which came first is told by their places in the inbox, not by clocks: those of several hosts may differ.
 */
export function createSharedReads(now: () => Date): SharedReads {
	const kept = new Map<string, Kept>();
	let youngest = Number.NEGATIVE_INFINITY;
	// Nothing lies about when nobody asks any more.
	const forgetting = setTimeout(() => kept.clear(), KEPT_MS).unref();

	const mayServe = ({ after, askedAt, isAnswered }: Kept, seq: number) =>
		after >= seq && (!isAnswered || now().getTime() - askedAt.getTime() <= KEPT_MS);

	function keep(question: string, read: () => Promise<unknown>): Kept {
		const asked: Kept = { after: youngest, askedAt: now(), answer: read(), isAnswered: false };
		kept.delete(question);
		kept.set(question, asked);
		const [oldest] = kept.keys();
		if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
		forgetting.refresh();
		asked.answer.then(
			() => (asked.isAnswered = true),
			() => {
				if (kept.get(question) === asked) kept.delete(question);
			},
		);
		return asked;
	}

	return {
		startBatch(batch) {
			youngest = Math.max(youngest, youngestOf(batch));
			return (deliveries) => {
				const seq = youngestOf(deliveries);
				let oldest: Date | undefined;
				return {
					async ask<Answer>(question: string, read: () => Promise<Answer>) {
						const known = kept.get(question);
						const { askedAt, answer } =
							known && mayServe(known, seq) ? known : keep(question, read);
						if (oldest === undefined || askedAt < oldest) oldest = askedAt;
						return (await answer) as Answer;
					},
					askedAt: () => oldest ?? now(),
				};
			};
		},
	};
}

function youngestOf(deliveries: readonly Delivery[]): number {
	return Math.max(...deliveries.map(({ seq }) => seq));
}
