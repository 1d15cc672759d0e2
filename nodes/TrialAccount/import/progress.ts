import { Failure } from '../../../services/failure.ts';
import type { StorePartition } from '../../../services/store/index.ts';
import { NOTHING, type Counts } from './tally.ts';

export const STEPS = ['subscriptions', 'testClocks', 'payments'] as const;
export type Step = (typeof STEPS)[number];

/** Where an import stands. */
export interface Progress {
	readonly step: Step;
	/** The last object of the step that is done; null at its beginning. */
	readonly after: string | null;
	readonly counts: Readonly<Counts>;
	readonly startedAt: Date;
	/** The same again after an interruption, else it is another import. */
	readonly choices: string;
}

/** Where one run of it begins. */
export interface Place extends Progress {
	readonly isResumed: boolean;
}

const NAME = 'import_from_stripe';
const PAYMENTS_NAME = 'import_from_stripe/payments_until';
/** Later, too much that was done has changed again, and newer subscriptions were never seen. */
const RESUME_WITHIN_MS = 24 * 3_600_000;
/** Longer than a page takes with all its retries; a killed import blocks the next one for so long. */
const LEASE_MS = 5 * 60_000;

type Shelf = Pick<StorePartition, 'bookmarks' | 'leases'>;

/** Makes this import the only one in its partition, or throws. */
export async function begin({ leases }: Shelf, holder: string, now: Date): Promise<void> {
	if (await leases.take(NAME, holder, LEASE_MS, now)) return;
	throw new Failure('Another import from Stripe is running in this workspace', {
		code: 'import_running',
		hint: 'Let it finish. If it was killed, the next one may start after five minutes and goes on where it stopped.',
	});
}

export async function end({ leases }: Shelf, holder: string): Promise<void> {
	await leases.release(NAME, holder);
}

/** The interrupted import that is to be gone on with, or a new one. */
export async function resume({ bookmarks }: Shelf, choices: string, now: Date): Promise<Place> {
	const saved = parse(await bookmarks.get(NAME));
	const isFresh = saved && now.getTime() - saved.startedAt.getTime() < RESUME_WITHIN_MS;
	if (isFresh && saved.choices === choices) return { ...saved, isResumed: true };
	return {
		step: 'subscriptions',
		after: null,
		counts: NOTHING,
		startedAt: now,
		choices,
		isResumed: false,
	};
}

/** Saved after each page. Throws when meanwhile another import has taken over. */
export async function saveProgress(
	{ bookmarks, leases }: Shelf,
	progress: Progress,
	holder: string,
	now: Date,
): Promise<void> {
	if (!(await leases.take(NAME, holder, LEASE_MS, now))) {
		throw new Failure('This import was so slow that another one has taken over', {
			code: 'import_overtaken',
			hint: 'The other one goes on where this one stopped. Nothing is lost.',
		});
	}
	await bookmarks.set(NAME, JSON.stringify(progress), now);
}

/** The next import begins anew, and reads only payments of invoices made since this one began. */
export async function finish(
	{ bookmarks }: Shelf,
	{ startedAt }: Pick<Progress, 'startedAt'>,
	hasReadPayments: boolean,
	now: Date,
): Promise<void> {
	if (hasReadPayments) await bookmarks.set(PAYMENTS_NAME, startedAt.toISOString(), now);
	await bookmarks.remove(NAME);
}

/** The next import begins anew. */
export async function forget({ bookmarks }: Shelf): Promise<void> {
	await bookmarks.remove(NAME);
}

/** Up to when all payments are known; null before the first import that read them. */
export async function paymentsKnownUntil({ bookmarks }: Shelf): Promise<Date | null> {
	const saved = await bookmarks.get(PAYMENTS_NAME);
	return saved === null ? null : new Date(saved);
}

function parse(saved: string | null): Progress | null {
	if (saved === null) return null;
	const progress = JSON.parse(saved) as Omit<Progress, 'startedAt'> & { startedAt: string };
	return { ...progress, startedAt: new Date(progress.startedAt) };
}
