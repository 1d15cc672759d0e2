import type { Route } from './http.ts';

/**
 * A fault waits at one route and strikes the next `times` requests there, each with `probability`.
 * - `status`: the vendor's error body with this status, before the effect or after it (the duplicate trap)
 * - `cut`: the connection ends without an answer, before the effect or after it
 * - `slow`: the answer comes after `delayMs`, before or after the effect; longer than the caller's patience it is a
 *   timeout
 * - `nonsense`: 200 with an HTML page where JSON was expected
 */
export interface FaultSpec {
	/** A route name as in `POST /v1/customers/:id`, or `*` for all. */
	readonly route: string;
	readonly kind: 'status' | 'cut' | 'slow' | 'nonsense';
	readonly status?: number;
	readonly moment?: 'before' | 'after';
	readonly delayMs?: number;
	readonly times?: number;
	readonly probability?: number;
}

export interface Strike {
	readonly kind: FaultSpec['kind'];
	readonly status: number;
	readonly moment: 'before' | 'after';
	readonly delayMs: number;
}

export interface Faults {
	add(spec: FaultSpec): void;
	clear(): void;
	/** Restarts the chance: the same seed and the same requests give the same faults. */
	seed(value: number): void;
	/** What happens to the next request at this route, if anything. Uses up one strike. */
	strike(route: Pick<Route, 'method' | 'path'>): Strike | undefined;
	pending(): readonly FaultSpec[];
}

/** Seeded fault injection, so that a failing run can be repeated. */
export function createFaults(): Faults {
	let active: Array<{ spec: FaultSpec; left: number }> = [];
	let random = createRandom(1);
	return {
		add: (spec) => void active.push({ spec, left: spec.times ?? 1 }),
		clear: () => void (active = []),
		seed: (value) => void (random = createRandom(value)),
		strike(route) {
			const name = `${route.method} ${route.path}`;
			const hit = active.find(
				({ spec }) =>
					(spec.route === '*' || spec.route === name) && random() < (spec.probability ?? 1),
			);
			if (!hit) return undefined;
			hit.left -= 1;
			if (hit.left <= 0) active = active.filter((fault) => fault !== hit);
			const { kind, status = 500, moment = 'before', delayMs = 0 } = hit.spec;
			return { kind, status, moment, delayMs };
		},
		pending: () => active.map(({ spec, left }) => ({ ...spec, times: left })),
	};
}

/** Mulberry32, a small public-domain generator: uniform in [0, 1), fully determined by its seed. */
export function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}
