import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isControlPath } from '../kernel/control.ts';
import { createStandIn, type Reply, type Route, type StandIn } from '../kernel/http.ts';
import { perform } from './actions.ts';
import { createChanges } from './changes.ts';
import { contactViews } from './contact-view.ts';
import { createEntrance } from './entrance.ts';
import { crowd, fates, isAction, isFateName, type FateName, type Plan } from './fates.ts';
import { joinPeople, type Person } from './people.ts';
import { productViews } from './product-view.ts';
import { connectServices, type ServiceUrls } from './services.ts';
import type { StripeFeed } from './stripe-feed.ts';
import { travel, type Journey } from './travel.ts';
import { summaryOf, viewOf } from './views.ts';

export interface TimeMachineOptions {
	readonly urls: ServiceUrls;
	readonly feed: StripeFeed;
	/** Everything that is asked of them is a sign of life, and a reason to look again. */
	readonly standIns: readonly StandIn[];
	/** Where n8n is, or will be, with the onboarding template. */
	readonly n8nUrl?: string;
}

const QUIET_MS = 400;
const LONGEST_NOISE_MS = 10_000;
const SIGN_UPS_AT_ONCE = 4;
const APPEARANCE_MS = 5_000;

/** The page on which a whole life of a trial is played through in minutes. */
export function createTimeMachine(options: TimeMachineOptions): StandIn {
	const { urls, feed, n8nUrl } = options;
	const services = connectServices(urls);
	const entrance = createEntrance({ services, acmeUrl: urls.acme, n8nUrl });
	const changes = createChanges();
	const plansByEmail = new Map<string, Plan[]>();
	const moving = new Set<string>();
	let crowdSize = 0;
	let busy = '';
	let heardAt = 0;

	feed.onChange(changes.note);
	const stops = options.standIns.map((standIn) =>
		standIn.observe(({ request }) => {
			if (isControlPath(request.path) && request.method === 'GET') return;
			if (!isControlPath(request.path)) heardAt = Date.now();
			changes.note();
		}),
	);

	async function people(): Promise<readonly Person[]> {
		const [acme, intercom] = await Promise.all([services.acmeState(), services.intercomState()]);
		return joinPeople(feed.billings(), productViews(acme), contactViews(intercom));
	}

	async function quiet() {
		const giveUpAt = Date.now() + LONGEST_NOISE_MS;
		heardAt = Date.now();
		while (Date.now() - heardAt < QUIET_MS && Date.now() < giveUpAt) await delay(50);
	}

	async function move(journeys: readonly Journey[], what: string): Promise<string> {
		for (const { id } of journeys) moving.add(id);
		const failures = await during(`Moving ${what}`, async () =>
			travel(journeys, {
				services,
				people,
				timeOf: feed.timeOf,
				plansOf: ({ email }) => plansByEmail.get(email) ?? [],
				stopsAtEvents: async () => (await entrance.formUrl()) !== undefined,
				quiet,
			}),
		).finally(() => {
			for (const { id } of journeys) moving.delete(id);
			changes.note();
		});
		if (failures.length > 0) throw new Error(`Not all went well. ${failures.join('. ')}`);
		return what;
	}

	/** Says on the page what is going on while it is going on. */
	async function during<T>(what: string, work: () => Promise<T>): Promise<T> {
		busy = what;
		changes.note();
		try {
			return await work();
		} finally {
			busy = '';
			changes.note();
		}
	}

	async function signUp(name: string, email: string, fate: FateName) {
		plansByEmail.set(email.toLowerCase(), [...fates[fate].plans]);
		await entrance.signUp({ name, email });
		changes.note();
	}

	async function appeared(email: string): Promise<Person | undefined> {
		const giveUpAt = Date.now() + APPEARANCE_MS;
		for (;;) {
			const person = (await people()).find((one) => one.email === email.toLowerCase());
			if (person || Date.now() > giveUpAt) return person;
			await delay(100);
		}
	}

	async function signUpCrowd(count: number): Promise<string> {
		const newcomers = [...crowd(crowdSize, count)];
		crowdSize += count;
		const failures: string[] = [];
		let arrived = 0;
		await during(`Signing up ${count}`, async () => {
			const queue = newcomers[Symbol.iterator]();
			const workers = Array.from({ length: SIGN_UPS_AT_ONCE }, async () => {
				for (const { name, email, fate } of queue) {
					await signUp(name, email, fate).catch((error: unknown) => {
						failures.push(`${name}: ${(error as Error).message}`);
					});
					arrived += 1;
					busy = `Signing up: ${arrived} of ${count}`;
				}
			});
			await Promise.all(workers);
		});
		if (failures.length > 0) throw new Error(`Not all got in. ${failures.join('. ')}`);
		return count === 1 ? `${newcomers[0]?.name} has signed up.` : `${count} people have signed up.`;
	}

	async function find(id: string): Promise<Person> {
		const person = (await people()).find((one) => one.id === id);
		if (!person) throw new Error('Nobody of that name is here any more.');
		return person;
	}

	const routes: Route[] = [
		{ method: 'GET', path: '/', handle: async () => await asset('index.html') },
		{
			method: 'GET',
			path: '/assets/:name',
			handle: async ({ params }) => await asset(params['name'] ?? ''),
		},
		api('GET', '/api/overview', async ({ query }) => {
			await changes.after(Number(query.get('since')));
			const version = changes.version();
			const formUrl = await entrance.formUrl();
			const everybody = (await people()).toReversed();
			return {
				version,
				busy,
				people: everybody.map((person) =>
					summaryOf(person, feed.timeOf(person.id), moving.has(person.id)),
				),
				way: formUrl
					? 'Sign-ups go through the form of the onboarding template.'
					: 'n8n does not serve the onboarding form now: people are signed up directly at the stand-ins, and nobody writes to them.',
				links: formUrl
					? [
							{ label: 'Sign-up form', href: formUrl },
							{ label: 'n8n', href: n8nUrl },
						]
					: [],
				fates: Object.entries(fates).map(([name, { label }]) => ({ name, label })),
			};
		}),
		api('GET', '/api/people/:id', async ({ id }) =>
			viewOf(await find(id), feed.timeOf(id), moving.has(id)),
		),
		api('POST', '/api/people', async ({ body }) => {
			const [name, email] = [String(body['name']).trim(), String(body['email']).trim()];
			await signUp(name, email, isFateName(body['fate']) ? body['fate'] : 'open');
			const person = await appeared(email);
			return {
				id: person?.id ?? null,
				done: person
					? `${name} has signed up.`
					: `The form was sent, but no trial was started for ${email}.`,
			};
		}),
		api('POST', '/api/crowd', async ({ body }) => ({
			done: await signUpCrowd(Math.min(1000, Number(body['count']) || 1)),
		})),
		api('POST', '/api/clock', async ({ body }) => {
			const ids = (await people()).filter(({ billing }) => billing).map(({ id }) => id);
			const hours = hoursIn(body);
			const journeys = ids.map((id) => ({ id, to: later(feed.timeOf(id), hours) }));
			await move(journeys, `${ids.length} people by ${hours} hours`);
			return { done: `${ids.length} people have moved on.` };
		}),
		api('POST', '/api/people/:id/clock', async ({ id, body }) => {
			const { name } = await find(id);
			const to =
				typeof body['to'] === 'string'
					? new Date(body['to'])
					: later(feed.timeOf(id), hoursIn(body));
			await move([{ id, to }], name);
			return { done: `${name} is now at ${feed.timeOf(id).toUTCString().slice(0, 22)}.` };
		}),
		api('POST', '/api/people/:id/actions', async ({ id, body }) => {
			const { action } = body;
			if (!isAction(action)) throw new Error('There is no such action.');
			const done = await perform(action, await find(id), services);
			changes.note();
			return { done };
		}),
		api('POST', '/api/reset', async () => {
			plansByEmail.clear();
			crowdSize = 0;
			await services.reset();
			changes.note();
			return { done: 'Everything is as at the start.' };
		}),
	];

	const standIn = createStandIn({
		name: 'Time machine',
		routes,
		errorReply: (status, error) => ({ status, json: { error } }),
	});

	return {
		...standIn,
		close: async () => {
			for (const stop of stops) stop();
			changes.close();
			await standIn.close();
		},
	};
}

interface ApiRequest {
	readonly id: string;
	readonly query: URLSearchParams;
	readonly body: Readonly<Record<string, unknown>>;
}

/** A route of the page's own API; what goes wrong is told to the page. */
function api(
	method: 'GET' | 'POST',
	path: string,
	answer: (request: ApiRequest) => Promise<object>,
): Route {
	return {
		method,
		path,
		handle: async ({ params, query, rawBody }) => {
			try {
				const body = JSON.parse(rawBody || '{}') as ApiRequest['body'];
				return { status: 200, json: await answer({ id: params['id'] ?? '', query, body }) };
			} catch (error) {
				return { status: 400, json: { error: (error as Error).message } };
			}
		},
	};
}

const types: Readonly<Record<string, string>> = {
	html: 'text/html; charset=utf-8',
	css: 'text/css; charset=utf-8',
	js: 'text/javascript; charset=utf-8',
	svg: 'image/svg+xml',
};

/** All commands of the project start at its root. */
const pageFolder = resolve('sandbox/timemachine/page');

async function asset(name: string): Promise<Reply> {
	const type = types[name.split('.').at(-1) ?? ''];
	if (!/^[\w-]+\.\w+$/.test(name) || type === undefined) return { status: 404 };
	return {
		status: 200,
		headers: {
			'content-type': type,
			'cache-control': 'no-cache',
			'content-security-policy':
				"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'",
		},
		html: await readFile(resolve(pageFolder, name), 'utf8'),
	};
}

function hoursIn(body: ApiRequest['body']): number {
	const hours = Number(body['hours']);
	if (!(hours > 0 && hours <= 24 * 366)) throw new Error('Time goes forward, a year at most.');
	return hours;
}

function later(from: Date, hours: number): Date {
	return new Date(from.getTime() + hours * 3_600_000);
}
