import type Stripe from 'stripe';
import type { IDataObject } from 'n8n-workflow';
import type { AccessPolicy } from '../../../lifecycle/access.ts';
import { Failure } from '../../../services/failure.ts';
import type { StorePartition } from '../../../services/store/index.ts';
import { unlessCursorIsLost } from '../../../services/stripe/batches.ts';
import { clocksOf } from '../../../services/stripe/clock.ts';
import { everySubscription } from '../../../services/stripe/every-subscription.ts';
import { paidInvoices } from '../../../services/stripe/paid-invoices.ts';
import { joinPayments } from './payments.ts';
import {
	begin,
	end,
	finish,
	forget,
	paymentsKnownUntil,
	resume,
	saveProgress,
	STEPS,
	type Place,
	type Step,
} from './progress.ts';
import { joinSubscriptions, type Desk } from './subscriptions.ts';
import { createTally } from './tally.ts';
import { tellUnknownOutcomes } from './upkeep.ts';

export interface Import {
	readonly stripe: Stripe;
	readonly partition: StorePartition;
	readonly now: () => Date;
	/** Names this run among all that run at the same time. */
	readonly runId: string;
	readonly executionId: string | undefined;
	readonly isStopped: () => boolean;
	readonly includesTestClocks: boolean;
	readonly includesPayments: boolean;
	/** What access billing demands: the same rules as where access is synced. */
	readonly policy: AccessPolicy;
	/** How many drifts, and how many skipped subscriptions, the report names. */
	readonly listAtMost: number;
	readonly pageSize?: number;
}

/** Invoices are read again that were made so long before the last import: a payment may take its time. */
const PAYMENT_OVERLAP_MS = 7 * 86_400_000;

/**
 * Brings every account of the store to what Stripe says. One page is in memory at a time; after each the place
 * is saved, so that whoever comes after a kill goes on there. Only one import runs in a partition.
 */
export async function importFromStripe(order: Import): Promise<IDataObject> {
	const { partition, runId, now } = order;
	await begin(partition, runId, now());
	try {
		return await run(order);
	} finally {
		await end(partition, runId);
	}
}

async function run(order: Import): Promise<IDataObject> {
	const { partition, now, includesTestClocks, includesPayments } = order;
	const choices = JSON.stringify({ includesTestClocks, includesPayments });
	const goOn = async () => await runFrom(await resume(partition, choices, now()), order);
	return await unlessCursorIsLost(goOn, async () => {
		// What stood at the saved place is gone, or the credential is now another Stripe account's.
		await forget(partition);
		return await goOn();
	});
}

async function runFrom(place: Place, order: Import): Promise<IDataObject> {
	const { partition, now } = order;
	const tally = createTally(place.counts, order.listAtMost);
	const { executionId, policy } = order;
	const desk = { partition, clockOf: clocksOf(order.stripe, now), executionId, tally, policy };

	const save = async (step: Step, after: string | null) => {
		const progress = { ...place, step, after, counts: tally.counts };
		await saveProgress(partition, progress, order.runId, now());
		if (order.isStopped()) throw stopped();
	};
	for (const step of STEPS.slice(STEPS.indexOf(place.step))) {
		const after = step === place.step ? place.after : null;
		await save(step, after);
		await eachPage(pagesOf(order, desk, step, after), now, async (last) => await save(step, last));
	}
	await finish(partition, place, order.includesPayments, now());
	return {
		...tally.counts,
		...tally.lists(),
		unknownMessages: await tellUnknownOutcomes(partition, executionId, now()),
		isResumed: place.isResumed,
		startedAt: place.startedAt.toISOString(),
		finishedAt: now().toISOString(),
	};
}

/** A page that has been read. */
interface Page {
	/** The place after it, null where the step has none and is repeated from its beginning. */
	readonly last: string | null;
	join(readAt: Date): Promise<void>;
}

async function eachPage(
	pages: AsyncGenerator<Page>,
	now: () => Date,
	reached: (last: string | null) => Promise<void>,
): Promise<void> {
	for (;;) {
		// Before the request: what changes while it travels must not be overwritten by it.
		const readAt = now();
		const { value: page, done } = await pages.next();
		if (done) return;
		await page.join(readAt);
		await reached(page.last);
	}
}

async function* pagesOf(
	order: Import,
	desk: Desk,
	step: Step,
	after: string | null,
): AsyncGenerator<Page> {
	const { stripe, pageSize } = order;
	switch (step) {
		case 'subscriptions':
			for await (const page of everySubscription(stripe, { after }, pageSize)) {
				yield {
					last: page.at(-1)?.id ?? null,
					join: async (readAt) => await joinSubscriptions(desk, page, readAt),
				};
			}
			return;
		case 'testClocks':
			if (!order.includesTestClocks) return;
			for await (const { id } of stripe.testHelpers.testClocks.list({ limit: 100 })) {
				const onClock = { after: null, testClockId: id };
				for await (const page of everySubscription(stripe, onClock, pageSize)) {
					yield {
						last: null,
						join: async (readAt) => await joinSubscriptions(desk, page, readAt),
					};
				}
			}
			return;
		case 'payments':
			if (!order.includesPayments) return;
			for await (const page of paidInvoices(
				stripe,
				{ since: await since(order), after },
				pageSize,
			)) {
				yield {
					last: page.at(-1)?.id ?? null,
					join: async (readAt) => await joinPayments(desk, page, readAt),
				};
			}
	}
}

async function since({ partition }: Import): Promise<Date | null> {
	const known = await paymentsKnownUntil(partition);
	return known && new Date(known.getTime() - PAYMENT_OVERLAP_MS);
}

function stopped(): Failure {
	return new Failure('The import was stopped', {
		code: 'import_stopped',
		hint: 'Run it again within a day: it goes on where it stopped.',
	});
}
