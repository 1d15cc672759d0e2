import type { InboxReader, Outputs } from '../../services/n8n/inbox/drain.ts';
import type { Notification } from '../../services/intercom/notification.ts';
import type { Delivery } from '../../services/store/index.ts';
import type { Consumer } from './consumer.ts';
import { isDeadCredential, isPassing, messageOf, toFailure } from './failures.ts';
import { readNews, type ContactNews } from './news.ts';
import { toPayload, toTopicPayload } from './payload.ts';

/** How this trigger takes its part of the inbox through: each contact is read once. */
export function readerOf(consumer: Consumer): InboxReader<ContactNews> {
	const { id, store, settings, reads, now, log, report } = consumer;
	return {
		id,
		inbox: store.notifications,
		batchSize: settings.batchSize,
		maxAttempts: settings.maxAttempts,
		now,
		log,
		report,
		startReading: (batch) => {
			const askFor = reads.startBatch(batch);
			let isReported = false;
			return async (deliveries) => {
				const reading = readNews(consumer, deliveries.map(toNotification), askFor(deliveries));
				reading.catch((error: unknown) => {
					if (isDeadCredential(error) && !isReported) report(toFailure(error));
					isReported = true;
				});
				return await reading;
			};
		},
		outputsOf: (tellings) => outputsOf(consumer, tellings),
		messageOf,
		isPassing,
		words: {
			events: 'notifications of Intercom',
			parkedHint: 'Mend the cause, then unpublish and publish the workflow: they are repeated.',
		},
	};
}

/** One output for each chosen event, and one for all further topics. */
export function outputsOf(
	{ settings }: Pick<Consumer, 'settings'>,
	tellings: readonly ContactNews[],
): Outputs {
	const { events, topics, dropsStale, partition } = settings;
	const count = events.length + (topics.length > 0 ? 1 : 0);
	const outputs: Outputs = Array.from({ length: count }, () => []);
	for (const news of tellings) {
		for (const told of news.notifications) {
			const isDropped = told.isStale && dropsStale;
			if (told.event !== null && !isDropped) {
				outputs[events.indexOf(told.event)]?.push({ json: toPayload(told, news, partition) });
			}
			if (topics.includes(told.notification.topic)) {
				outputs[events.length]?.push({ json: toTopicPayload(told, news, partition) });
			}
		}
	}
	return outputs;
}

function toNotification({ payload }: Delivery): Notification {
	return payload as Notification;
}
