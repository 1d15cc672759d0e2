import type Stripe from 'stripe';
import type { LifecycleEvent } from '../../lifecycle/events/index.ts';
import type { InboxReader, Outputs } from '../../services/n8n/inbox/drain.ts';
import { readNews } from './account-news.ts';
import type { Consumer } from './consumer.ts';
import { isPassing, messageOf } from './failures.ts';
import { outputsOf, type Reading } from './items.ts';
import { chargePageCards } from './page-cards.ts';
import type { TriggerSettings } from './settings.ts';
import { tellTimeline } from './timeline.ts';

/** How this trigger takes its part of the inbox through: each account is read once a batch. */
export function readerOf(consumer: Consumer): InboxReader<Reading> {
	const { id, store, settings, reads, now, log, report } = consumer;
	return {
		id,
		inbox: store.inbox,
		batchSize: settings.batchSize,
		maxAttempts: settings.maxAttempts,
		now,
		log,
		report,
		startReading: (batch) => {
			const askFor = reads.startBatch(batch);
			return async (deliveries) => {
				const sources = deliveries.map(({ payload }) => payload as Stripe.Event);
				await chargePageCards(consumer, sources, askFor(deliveries).ask);
				return { sources, news: await readNews(consumer, sources, askFor(deliveries)) };
			};
		},
		outputsOf: async (readings) => await tell(consumer, readings),
		messageOf,
		isPassing,
		words: {
			events: 'Stripe events',
			parkedHint: 'Mend the cause, then repeat them with Stripe Trial > Event > Get Missed.',
		},
	};
}

/** Claimed and written down for the whole batch at once: each commit keeps the process waiting for the disk. */
async function tell(consumer: Consumer, readings: readonly Reading[]): Promise<Outputs> {
	const { id, store, settings, now } = consumer;
	const news = readings.map((reading) => reading.news);
	const facts = news
		.flatMap((one) => one.events)
		.filter((event) => isWanted(event, settings))
		.map(({ key, cause }) => ({ key, eventId: cause.id }));
	const ours = await store.inbox.claimFacts(id, facts, now());
	await tellTimeline(store, news);
	return outputsOf(consumer, readings, (event) => ours.has(event.key) && isWanted(event, settings));
}

/**
 * What is left out is not claimed either: another event may tell the same fact when it is true again, as a trial that
 * lapsed, got a card and was given up.
 */
function isWanted(
	{ name, isStale, isSuperseded }: LifecycleEvent,
	{ events, dropsStale }: TriggerSettings,
): boolean {
	return events.includes(name) && !isSuperseded && !(isStale && dropsStale);
}
