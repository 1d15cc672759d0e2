import type { MessageCategory } from '../../lifecycle/consent.ts';
import type { TimelineNews } from './journal.ts';

type DatedNews = TimelineNews & { readonly at: Date };

/** A message as far as the timeline names it. */
export interface NamedSend {
	readonly key: string;
	readonly channel: string;
	readonly category: MessageCategory;
}

/** Nobody will ever say whether it went out: the answer was lost, or the process died. */
export function outcomeUnknown(send: NamedSend, attempt: number, at: Date): DatedNews {
	const kind = 'message_outcome_unknown';
	return { kind, key: `${kind}/${send.key}/${attempt}`, at, data: named(send) };
}

/** It was decided against, by what the person wants or has done. */
export function suppressed(send: NamedSend, reason: string, at: Date): DatedNews {
	const kind = 'message_suppressed';
	return { kind, key: `${kind}/${send.key}`, at, data: { ...named(send), reason } };
}

function named({ key, channel, category }: NamedSend) {
	return { channel, category, sendOnceKey: key };
}
