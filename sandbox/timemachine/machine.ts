import { setTimeout as delay } from 'node:timers/promises';
import { isControlPath } from '../kernel/control.ts';
import type { StandIn } from '../kernel/http.ts';
import { perform } from './actions.ts';
import { createChanges } from './changes.ts';
import { contactViews } from './contact-view.ts';
import { createEntrance } from './entrance.ts';
import { crowd, fates, type Action, type FateName, type Plan } from './fates.ts';
import { joinPeople, type Person } from './people.ts';
import { productViews } from './product-view.ts';
import { connectServices, type ServiceUrls } from './services.ts';
import type { StripeFeed } from './stripe-feed.ts';
import { travel, type Journey } from './travel.ts';

export interface MachineOptions {
	readonly urls: ServiceUrls;
	readonly feed: StripeFeed;
	/** Everything that is asked of them is a sign of life, and a reason to look again. */
	readonly standIns: readonly StandIn[];
	/** Where n8n is, or will be, with the onboarding template. */
	readonly n8nUrl?: string;
	/** Runs the scheduled flows of that n8n once; resolves to a sentence for each that failed. */
	readonly runSchedules?: () => Promise<readonly string[]>;
}

/** What can be done to people and their time. Whatever goes wrong is an error with a sentence for the page. */
export interface Machine {
	people(): Promise<readonly Person[]>;
	timeOf(id: string): Date;
	isMoving(id: string): boolean;
	/** What is going on right now, for the page; empty when nothing is. */
	busy(): string;
	/** The sign-up form while n8n serves it. */
	formUrl(): Promise<string | undefined>;
	/** Resolves to what the form said when it did not let the person in. */
	signUp(name: string, email: string, fate: FateName): Promise<string | null>;
	/** Signs up people who do not exist, with different fates; resolves to their names. */
	signUpCrowd(count: number): Promise<readonly string[]>;
	move(journeys: readonly Journey[]): Promise<void>;
	/** Resolves to a sentence about what was done. */
	act(id: string, action: Action): Promise<string>;
	find(id: string): Promise<Person>;
	reset(): Promise<void>;
	version(): number;
	/** Resolves when the version is another one, or after a while. */
	changed(since: number): Promise<void>;
	close(): void;
}

const QUIET_MS = 400;
const LONGEST_NOISE_MS = 10_000;
const SIGN_UPS_AT_ONCE = 10;

export function createMachine(options: MachineOptions): Machine {
	const { urls, feed, standIns, n8nUrl, runSchedules } = options;
	const services = connectServices(urls);
	const entrance = createEntrance({ services, acmeUrl: urls.acme, n8nUrl });
	const changes = createChanges();
	const plansByEmail = new Map<string, Plan[]>();
	const moving = new Set<string>();
	let crowdSize = 0;
	let busy = '';
	let heardAt = 0;

	feed.onChange(changes.note);
	const stops = standIns.map((standIn) =>
		standIn.observe(({ request }) => {
			const isControl = isControlPath(request.path);
			if (!isControl) heardAt = Date.now();
			if (!isControl || request.method !== 'GET') changes.note();
		}),
	);

	async function people(): Promise<readonly Person[]> {
		const [acme, intercom] = await Promise.all([services.acmeState(), services.intercomState()]);
		return joinPeople(feed.billings(), productViews(acme), contactViews(intercom));
	}

	async function find(id: string): Promise<Person> {
		const person = (await people()).find((one) => one.id === id);
		if (!person) throw new Error('Nobody of that name is here any more.');
		return person;
	}

	function announce(what: string) {
		busy = what;
		changes.note();
	}

	/** Waits until the flows that were set off have run, as far as one can hear them. */
	async function quiet() {
		const giveUpAt = Date.now() + LONGEST_NOISE_MS;
		heardAt = Date.now();
		while (Date.now() - heardAt < QUIET_MS && Date.now() < giveUpAt) await delay(50);
	}

	async function signUp(name: string, email: string, fate: FateName): Promise<string | null> {
		const key = email.toLowerCase();
		// Who signs up a second time has a fate already.
		if (!plansByEmail.has(key)) plansByEmail.set(key, [...fates[fate].plans]);
		const refusal = await entrance.signUp({ name, email });
		changes.note();
		return refusal;
	}

	return {
		people,
		find,
		signUp,
		timeOf: feed.timeOf,
		isMoving: (id) => moving.has(id),
		busy: () => busy,
		formUrl: entrance.formUrl,
		version: changes.version,
		changed: changes.after,

		async signUpCrowd(count) {
			const newcomers = crowd(crowdSize, count);
			crowdSize += count;
			const failures: string[] = [];
			let arrived = 0;
			announce(`Signing up ${count}`);
			const queue = newcomers.values();
			const workers = Array.from({ length: SIGN_UPS_AT_ONCE }, async () => {
				for (const { name, email, fate } of queue) {
					await signUp(name, email, fate).catch((error: unknown) => {
						failures.push(`${name}: ${(error as Error).message}`);
					});
					arrived += 1;
					announce(`Signing up: ${arrived} of ${count}`);
				}
			});
			await Promise.all(workers);
			announce('');
			if (failures.length > 0) throw new Error(`Not all got in. ${failures.join('. ')}`);
			return newcomers.map(({ name }) => name);
		},

		async move(journeys) {
			for (const { id } of journeys) moving.add(id);
			announce(journeys.length === 1 ? 'Moving one clock' : `Moving ${journeys.length} clocks`);
			try {
				const failures = await travel(journeys, {
					services,
					people,
					timeOf: feed.timeOf,
					plansOf: ({ email }) => plansByEmail.get(email) ?? [],
					stopsAtEvents: async () => (await entrance.formUrl()) !== undefined,
					quiet,
					runSchedules,
				});
				if (failures.length > 0) throw new Error(`Not all went well. ${failures.join('. ')}`);
			} finally {
				for (const { id } of journeys) moving.delete(id);
				announce('');
			}
		},

		async act(id, action) {
			const done = await perform(action, await find(id), services);
			changes.note();
			return done;
		},

		async reset() {
			plansByEmail.clear();
			crowdSize = 0;
			await services.reset();
			changes.note();
		},

		close() {
			for (const stop of stops) stop();
			changes.close();
		},
	};
}
