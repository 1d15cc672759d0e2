import { setTimeout as delay } from 'node:timers/promises';
import type { N8nClient } from '../../n8n/client.ts';
import type { Sandbox } from '../../sandbox.ts';
import type { Inbox } from './inbox.ts';

export interface SettlingOptions {
	readonly standIns: Sandbox;
	readonly inbox: Inbox;
	/** Undefined while n8n is down: then nobody is waited for but Stripe itself. */
	readonly n8n: () => N8nClient | undefined;
}

const POLL_MS = 100;
const PATIENCE_MS = 120_000;

/**
 * Waits until everything that was set off has come to rest: nothing is on its way to n8n, no execution runs, and
 * no Stripe event waits in the inbox. What one round sets off by itself is waited for in the next.
 */
export async function settle(options: SettlingOptions): Promise<void> {
	const { stripe } = options.standIns;
	const giveUpAt = Date.now() + PATIENCE_MS;
	let reason: string | undefined;
	let eventsBefore: number;
	do {
		eventsBefore = eventCount(options);
		await stripe.deliveriesDone();
		reason = await restlessness(options);
		if (Date.now() > giveUpAt) throw new Error(`It did not come to rest: ${reason}`);
		if (reason !== undefined) await delay(POLL_MS);
	} while (reason !== undefined || eventCount(options) !== eventsBefore);
}

async function restlessness({
	standIns,
	inbox,
	n8n,
}: SettlingOptions): Promise<string | undefined> {
	const client = n8n();
	if (!client) return undefined;
	for (const { url } of [standIns.intercom, standIns.acme]) {
		const state = (await (await fetch(`${url}/_control/state`)).json()) as {
			deliveries: ReadonlyArray<{ readonly state: string }>;
		};
		const pending = state.deliveries.filter((one) => one.state === 'pending').length;
		if (pending > 0) return `${pending} notifications of ${url} were not taken`;
	}
	if (!isAskedForAll(standIns, inbox.wanted())) return 'Stripe does not send all yet';
	const missed = inbox.missing(undelivered(standIns));
	if (missed.length > 0) return `${missed.length} Stripe events were not fetched`;
	const events = inbox.unsettled();
	if (events > 0) return `${events} Stripe events wait in the inbox`;
	const running = await client.running();
	if (running.length > 0) return `${running.length} executions run`;
	return undefined;
}

/** The triggers share one endpoint; whoever holds it adds what the others want within a minute. */
function isAskedForAll({ stripe }: Sandbox, wanted: readonly string[]): boolean {
	const asked = new Set(
		[...stripe.account.webhookEndpoints.newestFirst()].flatMap((one) => one.enabled_events),
	);
	return asked.has('*') || wanted.every((type) => asked.has(type));
}

/** What n8n was down for: it fetches that by itself when it is back. */
function undelivered({ stripe }: Sandbox): readonly string[] {
	return stripe.account.deliveries
		.all()
		.filter(({ kind, state }) => kind === 'genuine' && state !== 'delivered')
		.map(({ event }) => event);
}

function eventCount({ standIns }: SettlingOptions): number {
	return [...standIns.stripe.account.events.table.newestFirst()].length;
}
