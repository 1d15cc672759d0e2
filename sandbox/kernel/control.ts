import type { FaultSpec } from './faults.ts';
import type { Reply, Route, StandIn } from './http.ts';

/**
 * The control API that every stand-in serves beside its vendor's routes, under `/_control`:
 * what tests, the time machine page and the story use, and what no vendor has.
 */
export function controlRoutes(options: {
	readonly standIn: () => StandIn;
	/** The whole state as plain JSON, for assertions and pages. */
	readonly state: () => unknown;
	/** Back to the state of a fresh start. */
	readonly reset: () => void;
}): Route[] {
	const done: Reply = { status: 200, json: { ok: true } };
	return [
		{
			method: 'GET',
			path: '/_control/state',
			handle: () => ({ status: 200, json: options.state() }),
		},
		{
			method: 'POST',
			path: '/_control/reset',
			handle: () => {
				options.standIn().faults.clear();
				options.reset();
				return done;
			},
		},
		{
			method: 'GET',
			path: '/_control/faults',
			handle: () => ({ status: 200, json: options.standIn().faults.pending() }),
		},
		{
			method: 'POST',
			path: '/_control/faults',
			handle: (request) => {
				const { seed, ...spec } = JSON.parse(request.rawBody) as FaultSpec & { seed?: number };
				if (seed !== undefined) options.standIn().faults.seed(seed);
				options.standIn().faults.add(spec);
				return done;
			},
		},
		{
			method: 'DELETE',
			path: '/_control/faults',
			handle: () => {
				options.standIn().faults.clear();
				return done;
			},
		},
	];
}

export function isControlPath(path: string): boolean {
	return path.startsWith('/_control');
}
