import { createStandIn, type Route, type StandIn } from '../kernel/http.ts';
import { asset } from './assets.ts';
import { fates, isAction, isFateName } from './fates.ts';
import { createMachine, type Machine, type MachineOptions } from './machine.ts';
import { summaryOf, viewOf } from './views.ts';

/** The page on which a whole life of a trial is played through in minutes. */
export function createTimeMachine(options: MachineOptions): StandIn {
	const machine = createMachine(options);
	const standIn = createStandIn({
		name: 'time machine',
		routes: [
			{ method: 'GET', path: '/', handle: async () => await asset('index.html') },
			{
				method: 'GET',
				path: '/assets/:name',
				handle: async ({ params }) => await asset(params['name'] ?? ''),
			},
			...apiRoutes(machine, options.n8nUrl),
		],
		errorReply: (status, error) => ({ status, json: { error } }),
	});
	return {
		...standIn,
		close: async () => {
			machine.close();
			await standIn.close();
		},
	};
}

function apiRoutes(machine: Machine, n8nUrl: string | undefined): Route[] {
	return [
		api('GET', '/api/overview', async ({ query }) => {
			await machine.changed(Number(query.get('since')));
			const version = machine.version();
			const formUrl = await machine.formUrl();
			const people = (await machine.people()).toReversed();
			return {
				version,
				busy: machine.busy(),
				people: people.map((person) =>
					summaryOf(person, machine.timeOf(person.id), machine.isMoving(person.id)),
				),
				way:
					formUrl === undefined
						? 'n8n does not serve the onboarding form now: people are signed up directly at the stand-ins, and nobody writes to them.'
						: 'Sign-ups go through the form of the onboarding template.',
				links:
					formUrl === undefined
						? []
						: [
								{ label: 'Sign-up form', href: formUrl },
								{ label: 'n8n', href: n8nUrl },
							],
				fates: Object.entries(fates).map(([name, { label }]) => ({ name, label })),
			};
		}),

		api('GET', '/api/people/:id', async ({ id }) =>
			viewOf(await machine.find(id), machine.timeOf(id), machine.isMoving(id)),
		),

		api('POST', '/api/people', async ({ body }) => {
			const [name, email] = [textIn(body, 'name'), textIn(body, 'email')];
			const fate = isFateName(body['fate']) ? body['fate'] : 'open';
			const refusal = await machine.signUp(name, email, fate);
			const people = await machine.people();
			return {
				id: people.find((person) => person.email === email.toLowerCase())?.id ?? null,
				done: refusal === null ? `${name} has signed up.` : `The form said: ${refusal}`,
			};
		}),

		api('POST', '/api/crowd', async ({ body }) => {
			const count = Number(body['count']);
			if (!(Number.isInteger(count) && count > 0 && count <= 1000)) {
				throw new Error('A crowd is of 1 to 1000 people.');
			}
			const names = await machine.signUpCrowd(count);
			return { done: `${count === 1 ? names[0] : `${count} people`} signed up.` };
		}),

		api('POST', '/api/clock', async ({ body }) => {
			const hours = hoursIn(body);
			const people = (await machine.people()).filter(({ billing }) => billing !== undefined);
			await machine.move(people.map(({ id }) => ({ id, to: later(machine.timeOf(id), hours) })));
			return { done: `${people.length} ${people.length === 1 ? 'clock' : 'clocks'} moved.` };
		}),

		api('POST', '/api/people/:id/clock', async ({ id, body }) => {
			const { name } = await machine.find(id);
			await machine.move([{ id, to: targetIn(body, machine.timeOf(id)) }]);
			return { done: `${name} is now at ${machine.timeOf(id).toUTCString().slice(0, 22)}.` };
		}),

		api('POST', '/api/people/:id/actions', async ({ id, body }) => {
			if (!isAction(body['action'])) throw new Error('There is no such action.');
			return { done: await machine.act(id, body['action']) };
		}),

		api('POST', '/api/reset', async () => {
			await machine.reset();
			return { done: 'Everything is as at the start.' };
		}),
	];
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

function textIn(body: ApiRequest['body'], name: string): string {
	const text = String(body[name] ?? '').trim();
	if (text === '') throw new Error(`The ${name} is missing.`);
	return text;
}

function hoursIn(body: ApiRequest['body']): number {
	const hours = Number(body['hours']);
	if (!(hours > 0 && hours <= 24 * 366)) throw new Error('Time goes forward, a year at most.');
	return hours;
}

/** Where a single clock goes: to an instant, or on by so many hours. */
function targetIn(body: ApiRequest['body'], now: Date): Date {
	const hours =
		'to' in body ? (Date.parse(String(body['to'])) - now.getTime()) / 3_600_000 : body['hours'];
	return later(now, hoursIn({ hours }));
}

function later(from: Date, hours: number): Date {
	return new Date(from.getTime() + hours * 3_600_000);
}
