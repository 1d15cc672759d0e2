import type Stripe from 'stripe';
import { askAnew } from '../../services/ask.ts';
import { Failure } from '../../services/failure.ts';
import { isEmpty, type Outputs } from '../../services/n8n/inbox/drain.ts';
import type { Seal } from '../../services/seal.ts';
import { latestEvents } from '../../services/stripe/events.ts';
import { accountKeyOf } from '../../services/stripe/to-billing-event.ts';
import {
	deleteEndpoint,
	ensureEndpoint,
	listEndpoints,
	type KnownEndpoint,
} from '../../services/stripe/webhook-endpoints.ts';
import { readNews } from './account-news.ts';
import type { Consumer, Receiver } from './consumer.ts';
import type { Address } from './endpoint.ts';
import { outputsOf } from './items.ts';
import { openEndpoint, sealEndpoint, type KeptEndpoint } from './kept-endpoint.ts';
import { wantedTypes } from './settings.ts';

/** "Listen for test event": beside what is published, leaving no trace in the inbox. */

type KeptTestEndpoint = KeptEndpoint & { readonly url: string };

/** How far back an example is looked for. */
const LATEST = 100;

/** An endpoint for the time of listening. */
export async function openTestEndpoint(
	consumer: Consumer,
	{ url, owner, seal }: Address,
): Promise<void> {
	const { id, store, stripe, settings, now } = consumer;
	const wish = {
		url,
		owner: `${owner}/listening/${id}`,
		types: wantedTypes(settings),
		description: 'n8n: a test in the editor',
	};
	const known = await testEndpoint(consumer, seal);
	const endpoint = await ensureEndpoint(stripe, wish, known, await listEndpoints(stripe));
	const kept: KeptTestEndpoint = { ...sealEndpoint(endpoint, seal), url };
	await store.bookmarks.set(nameOf(id), JSON.stringify(kept), now());
}

export async function closeTestEndpoint(consumer: Consumer): Promise<void> {
	const { id, store, stripe } = consumer;
	const kept = await keptTestEndpoint(consumer);
	if (!kept) return;
	await deleteEndpoint(stripe, kept.id);
	await store.bookmarks.remove(nameOf(id));
}

export async function testEndpoint(receiver: Receiver, seal: Seal): Promise<KnownEndpoint | null> {
	const kept = await keptTestEndpoint(receiver);
	return kept && openEndpoint(kept, seal);
}

/** Where the trigger listens in the editor, null when it does not. */
export async function testUrl(consumer: Consumer): Promise<string | null> {
	return (await keptTestEndpoint(consumer))?.url ?? null;
}

async function keptTestEndpoint({ id, store }: Receiver): Promise<KeptTestEndpoint | null> {
	const text = await store.bookmarks.get(nameOf(id));
	return text === null ? null : (JSON.parse(text) as KeptTestEndpoint);
}

/** What the flow would get for these events, null when nothing that was chosen follows from them. */
export async function exampleOf(
	consumer: Consumer,
	sources: readonly Stripe.Event[],
): Promise<Outputs | null> {
	const { settings, now } = consumer;
	const { events } = settings;
	const news = await readNews(consumer, sources, { ask: askAnew, askedAt: now });
	const outputs = outputsOf(consumer, [{ sources, news }], ({ name }) => events.includes(name));
	return isEmpty(outputs) ? null : outputs;
}

/** The newest thing that happened at Stripe and that the flow would be told of. */
export async function latestExample(consumer: Consumer): Promise<Outputs> {
	const types = wantedTypes(consumer.settings);
	const latest = await latestEvents(consumer.stripe, { types, limit: LATEST });
	const read = new Set<string>();
	for (const event of latest) {
		const key = accountKeyOf(event);
		if (read.has(key)) continue;
		read.add(key);
		const example = await exampleOf(
			consumer,
			latest.filter((other) => accountKeyOf(other) === key),
		);
		if (example) return example;
	}
	throw new Failure('Stripe has no such event of the last 30 days', {
		hint: 'Let it happen in test mode, for example by starting a trial, then try again.',
	});
}

function nameOf(id: string): string {
	return `stripe-test-endpoint/${id}`;
}
