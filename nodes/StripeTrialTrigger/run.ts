import type { Failure } from '../../services/failure.ts';
import type { DrainOptions } from '../../services/n8n/inbox/drain.ts';
import { keepDraining } from '../../services/n8n/inbox/keep-draining.ts';
import { repeat } from '../../services/n8n/inbox/repeat.ts';
import type { Consumer } from './consumer.ts';
import { readerOf } from './drain.ts';
import {
	holdEndpoint,
	isSecretReadable,
	leaveEndpoint,
	notedUrl,
	renewHold,
	type Address,
} from './endpoint.ts';
import { forgetLost, stayPresent } from './enrolment.ts';
import { isDeadCredential, messageOf, toFailure } from './failures.ts';
import { pull, purgeInbox, typesWanted } from './pull.ts';

export interface RunOptions {
	readonly emit: DrainOptions['emit'];
	/** Null for a trigger that only polls. */
	readonly address: AddressCare | null;
	/** Stripe does not take the key any more. */
	readonly onDeadCredential: (failure: Failure) => void;
	/** How often the store is looked at for what other processes have received. */
	readonly lookEveryMs?: number;
	readonly maintainEveryMs?: number;
}

/** How a trigger gets to know its address: n8n may start it before it gives it one. */
export interface AddressCare {
	/** By the credential as it is now. */
	readonly at: (url: string) => Promise<Address>;
	/** Tells the other triggers that this one has an address. */
	readonly announce: (url: string) => Promise<void>;
}

const MAINTAIN_EVERY_MS = 5_000;
const ENDPOINT_CHECK_EVERY_MS = 600_000;
/** As often as polling goes by default, which meanwhile brings what webhooks would have brought. */
const SECRET_CHECK_EVERY_MS = 60_000;
const TIDIED = 'stripe-tidied';
const TIDY_EVERY_MS = 86_400_000;

/** Works until it is stopped. An execution that is under way then is not waited for, but its end is noted down. */
export function run(consumer: Consumer, options: RunOptions): { stop(): void } {
	const stopping = new AbortController();
	const { signal } = stopping;
	const maintainEveryMs = options.maintainEveryMs ?? MAINTAIN_EVERY_MS;
	void repeat(signal, maintainEveryMs, maintenance(consumer, options), (error) => {
		consumer.log(`Trying again later: ${messageOf(error)}`);
		if (isDeadCredential(error)) options.onDeadCredential(toFailure(error));
	});
	const { partition } = consumer;
	void keepDraining(signal, readerOf(consumer), { ...options, source: 'stripe', partition });
	return { stop: () => stopping.abort() };
}

/** What only has to be done now and then, by whichever trigger of the account comes first. */
function maintenance(consumer: Consumer, options: RunOptions): () => Promise<void> {
	const endpoint = options.address ? endpointCare(consumer, options.address) : undefined;
	return async () => {
		await stayPresent(consumer);
		await endpoint?.();
		await pull(consumer);
		await tidyUp(consumer);
	};
}

/** Takes over what nobody holds; the holder looks after it now and then, and when somebody wants more types. */
function endpointCare(consumer: Consumer, { at, announce }: AddressCare): () => Promise<void> {
	let caredFor: { readonly types: string; readonly at: number } | null = null;
	let lookedAt = Number.NEGATIVE_INFINITY;
	let announced: string | null = null;
	const isSecretLost = async (url: string, now: number) => {
		if (now - lookedAt < SECRET_CHECK_EVERY_MS) return false;
		lookedAt = now;
		return !(await isSecretReadable(consumer, await at(url)));
	};
	return async () => {
		// n8n takes the address away before it stops the trigger.
		const url = await notedUrl(consumer);
		if (url !== null && url !== announced) await announce(url);
		announced = url;
		if (url === null || !(await renewHold(consumer))) {
			caredFor = null;
			return;
		}
		const types = (await typesWanted(consumer)).join();
		const now = consumer.now().getTime();
		if (await isSecretLost(url, now)) caredFor = null;
		const isDue = caredFor?.types !== types || now - caredFor.at >= ENDPOINT_CHECK_EVERY_MS;
		if (!isDue) return;
		await holdEndpoint(consumer, await at(url));
		caredFor = { types, at: now };
		if ((await notedUrl(consumer)) !== url) await leaveEndpoint(consumer);
	};
}

/** Once a day. */
async function tidyUp(consumer: Consumer): Promise<void> {
	const { store, now } = consumer;
	const last = await store.bookmarks.get(TIDIED);
	if (last !== null && now().getTime() - Date.parse(last) < TIDY_EVERY_MS) return;
	await store.bookmarks.set(TIDIED, now().toISOString(), now());
	await forgetLost(consumer);
	await purgeInbox(consumer);
}
