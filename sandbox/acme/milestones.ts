import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { createTimers } from '../kernel/timers.ts';
import { postWebhook, stateAfter, type DeliveryState } from '../kernel/webhooks.ts';

/** The milestones that the product's page offers; by the control API any other name may be reached too. */
export const milestones = [
	{ name: 'created_project', label: 'Create a project', done: 'Project created' },
	{ name: 'invited_teammate', label: 'Invite a teammate', done: 'Teammate invited' },
	{ name: 'imported_data', label: 'Import your data', done: 'Data imported' },
	{ name: 'shared_board', label: 'Share a board', done: 'Board shared' },
] as const;

export interface Delivery {
	readonly id: string;
	readonly accountId: string;
	readonly milestone: string;
	readonly state: DeliveryState;
	/** The status of each try; 0 where no answer came. */
	readonly tries: readonly number[];
}

export interface MilestoneReporter {
	/** Where reports go from now on; undefined sends them nowhere. */
	sendTo(url: string | undefined): void;
	report(accountId: string, milestone: string, at: string): void;
	deliveries(): readonly Delivery[];
	/** Forgets everything and stops waiting repeats. */
	clear(): void;
}

/** Tells a URL about milestones, signed by the Standard Webhooks convention, again and again until it says 2xx. */
export function createMilestoneReporter(options: {
	readonly url: string | undefined;
	readonly signingSecret: string;
	/** The waits before the second, third, ... try. After the last one the report is given up. */
	readonly retryDelaysMs: readonly number[];
}): MilestoneReporter {
	const webhook = new Webhook(options.signingSecret);
	const deliveries = new Map<string, Delivery>();
	const timers = createTimers();
	let target = options.url;

	async function attempt(id: string, url: string, body: string) {
		const status = await post(id, url, body);
		const delivery = deliveries.get(id);
		// Cleared while the request was under way.
		if (!delivery) return;
		const wait = options.retryDelaysMs[delivery.tries.length];
		const state = stateAfter(status, wait !== undefined);
		deliveries.set(id, { ...delivery, tries: [...delivery.tries, status], state });
		if (state === 'pending') timers.after(wait ?? 0, () => void attempt(id, url, body));
	}

	async function post(id: string, url: string, body: string): Promise<number> {
		// Every try is signed anew: its timestamp must be young for the receiver.
		const now = new Date();
		return await postWebhook(url, body, {
			'webhook-id': id,
			'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
			'webhook-signature': webhook.sign(id, now, body),
		});
	}

	return {
		sendTo: (url) => void (target = url),
		report(accountId, milestone, at) {
			if (target === undefined) return;
			const id = `msg_${randomUUID()}`;
			deliveries.set(id, { id, accountId, milestone, state: 'pending', tries: [] });
			const data = { accountId, milestone };
			void attempt(id, target, JSON.stringify({ type: 'milestone.reached', timestamp: at, data }));
		},
		deliveries: () => [...deliveries.values()],
		clear() {
			timers.clear();
			deliveries.clear();
			target = options.url;
		},
	};
}
