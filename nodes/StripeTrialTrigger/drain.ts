import type Stripe from 'stripe';
import type { InboxReader } from '../../services/n8n/inbox/drain.ts';
import type { Delivery } from '../../services/store/index.ts';
import { createNewsReader, type NewsReader } from './account-news.ts';
import type { Consumer } from './consumer.ts';
import { isPassing, messageOf } from './failures.ts';
import { outputsOf, type Telling } from './items.ts';
import { tellTimeline } from './timeline.ts';

/** How this trigger takes its part of the inbox through: each account is read once a batch. */
export function readerOf(consumer: Consumer): InboxReader<Telling> {
	const { id, store, settings, now, log, report } = consumer;
	return {
		id,
		inbox: store.inbox,
		batchSize: settings.batchSize,
		maxAttempts: settings.maxAttempts,
		now,
		log,
		report,
		startReading: () => {
			const reader = createNewsReader(consumer);
			return async (deliveries) => await tellingOf(consumer, reader, deliveries);
		},
		outputsOf: (tellings) => outputsOf(consumer, tellings),
		messageOf,
		isPassing,
		words: {
			events: 'Stripe events',
			parkedHint: 'Mend the cause, then repeat them with Stripe Trial > Event > Get Missed.',
		},
	};
}

async function tellingOf(
	{ id, store, settings, now }: Consumer,
	reader: NewsReader,
	deliveries: readonly Delivery[],
): Promise<Telling> {
	const sources = deliveries.map(({ payload }) => payload as Stripe.Event);
	const news = await reader.read(sources);
	const facts = news.events.map(({ key, cause }) => ({ key, eventId: cause.id }));
	const ours = await store.inbox.claimFacts(id, facts, now());
	if (news.owner.accountId !== null) {
		await tellTimeline(store, news.owner.accountId, news.events);
	}
	return {
		sources,
		news,
		mayTell: ({ key, name, isStale }) =>
			ours.has(key) && settings.events.includes(name) && !(isStale && settings.dropsStale),
	};
}
