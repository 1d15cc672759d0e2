import type Stripe from 'stripe';
import type { LifecycleEvent } from '../../lifecycle/events/index.ts';
import type { Outputs } from '../../services/n8n/inbox/drain.ts';
import type { AccountNews } from './account-news.ts';
import type { Consumer } from './consumer.ts';
import { toPayload, toRawPayload } from './payload.ts';
import type { TriggerSettings } from './settings.ts';

/** One account's part of a batch: its Stripe events, and what they mean. */
export interface Reading {
	readonly sources: readonly Stripe.Event[];
	readonly news: AccountNews;
}

/** One output for each chosen event, and one for all of Stripe's own. */
export function outputsOf(
	consumer: Consumer,
	readings: readonly Reading[],
	mayTell: (event: LifecycleEvent) => boolean,
): Outputs {
	const { settings } = consumer;
	const outputs: Outputs = Array.from({ length: countOutputs(settings) }, () => []);
	for (const { sources, news } of readings) {
		const sourceOf = new Map(sources.map((source) => [source.id, source]));
		for (const event of news.events.filter(mayTell)) {
			const source = sourceOf.get(event.cause.id);
			const output = outputs[settings.events.indexOf(event.name)];
			if (source) output?.push({ json: toPayload(event, source, news, consumer) });
		}
		const wanted = sources.filter(({ type }) => settings.stripeTypes.includes(type));
		outputs[settings.events.length]?.push(
			...wanted.map((source) => ({ json: toRawPayload(source, news, consumer) })),
		);
	}
	return outputs;
}

function countOutputs({ events, stripeTypes }: TriggerSettings): number {
	return events.length + (stripeTypes.length > 0 ? 1 : 0);
}
