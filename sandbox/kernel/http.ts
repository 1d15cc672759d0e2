import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults, type Faults, type Strike } from './faults.ts';
import { isControlPath } from './control.ts';

/** One request as a handler sees it: path parameters decoded, body still raw. */
export interface StandInRequest {
	readonly method: string;
	readonly path: string;
	readonly params: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly headers: Readonly<Record<string, string>>;
	readonly rawBody: string;
}

/** What a handler answers: `json` and `html` are two ways to give a body, at most one of them. */
export interface Reply {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly json?: unknown;
	readonly html?: string;
}

export interface Route {
	readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Segments starting with a colon are parameters: `/v1/customers/:id`. */
	readonly path: string;
	readonly handle: (request: StandInRequest) => Reply | Promise<Reply>;
}

/** An exchange that reached the stand-in, for journals and contract checks. */
export interface Exchange {
	/** The pattern, null when nothing matched. */
	readonly route: string | null;
	readonly request: StandInRequest;
	/** What was sent, or what a cut connection kept from the caller. */
	readonly reply: Reply;
	/** Whether a fault made the reply: then it says nothing about the stand-in. */
	readonly isInjected: boolean;
}

export interface StandInOptions {
	readonly name: string;
	readonly routes: readonly Route[];
	/** The vendor's own shape for an answer that no route gave: unknown path, injected fault, crash of a handler. */
	readonly errorReply: (status: number, message: string) => Reply;
	/** Runs before the route (authentication, rate limits, idempotent replay); a reply ends the request. */
	readonly before?: (request: StandInRequest, route: Route | null) => Reply | undefined;
	/** Runs on every reply on its way out (request ids, rate headers, remembering a reply for replay). */
	readonly after?: (request: StandInRequest, route: Route | null, reply: Reply) => Reply;
}

export interface StandIn {
	readonly name: string;
	readonly faults: Faults;
	/** Binds to 127.0.0.1 only; port 0 picks a free one. Resolves to the base URL. */
	listen(port?: number): Promise<string>;
	close(): Promise<void>;
	/** Called with every exchange after its reply was sent. Returns the way to stop. */
	observe(listener: (exchange: Exchange) => void): () => void;
}

const LOOPBACK = '127.0.0.1';
const MAX_BODY_BYTES = 1_000_000;

/** An HTTP server of exact routes with fault injection: the ground that all stand-ins stand on. */
export function createStandIn(options: StandInOptions): StandIn {
	const find = compileRoutes(options.routes);
	const listeners = new Set<(exchange: Exchange) => void>();
	const faults = createFaults();
	const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));

	async function serve(incoming: IncomingMessage, outgoing: ServerResponse) {
		const url = new URL(incoming.url ?? '/', `http://${LOOPBACK}`);
		const method = incoming.method ?? 'GET';
		const match = find(method, url.pathname);
		let rawBody: string;
		try {
			rawBody = await readBody(incoming);
		} catch {
			// The caller hung up while it was still sending: there is nobody to answer.
			outgoing.destroy();
			return;
		}
		const request: StandInRequest = {
			method,
			path: url.pathname,
			params: match?.params ?? {},
			query: url.searchParams,
			headers: flattenHeaders(incoming),
			rawBody,
		};
		const fault = match && !isControlPath(url.pathname) ? faults.strike(match.route) : undefined;
		if (fault?.moment === 'before') await delay(fault.delayMs);
		if (fault?.kind === 'cut' && fault.moment === 'before') {
			outgoing.destroy();
			return;
		}
		const reply =
			fault?.kind === 'status' && fault.moment === 'before'
				? options.errorReply(fault.status, 'Injected fault')
				: await answer(request, match?.route ?? null, fault);
		const sent =
			fault?.kind === 'nonsense' ? { status: 200, html: '<html>Bad gateway</html>' } : reply;
		if (fault?.kind === 'cut') outgoing.destroy();
		else send(outgoing, sent);
		const route = match ? routeName(match.route) : null;
		const isInjected = fault?.kind === 'nonsense' || fault?.kind === 'status';
		for (const listener of listeners) listener({ route, request, reply: sent, isInjected });
	}

	/** What strikes after the effect does so inside `before` and `after`: to them the request is still running. */
	async function answer(
		request: StandInRequest,
		route: Route | null,
		fault: Strike | undefined,
	): Promise<Reply> {
		const finish = (reply: Reply) => options.after?.(request, route, reply) ?? reply;
		try {
			const early = options.before?.(request, route);
			if (early) return finish(early);
			if (!route) {
				return finish(
					options.errorReply(404, `Unrecognized request URL (${request.method}: ${request.path})`),
				);
			}
			const reply = await route.handle(request);
			if (fault?.moment === 'after') await delay(fault.delayMs);
			return finish(
				fault?.kind === 'status'
					? options.errorReply(fault.status, 'Injected fault after the effect')
					: reply,
			);
		} catch (error) {
			// A crash of the stand-in itself must be loud: it is never a behaviour of the vendor.
			process.stderr.write(
				`${options.name} stand-in crashed at ${request.method} ${request.path}: ${String((error as Error).stack)}\n`,
			);
			return options.errorReply(500, `Stand-in crashed: ${String(error)}`);
		}
	}

	return {
		name: options.name,
		faults,
		listen: async (port = 0) => {
			await listen(server, port, options.name);
			return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
		},
		close: async () =>
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
		observe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

/** `POST /v1/customers/:id`: how a route is named in faults, journals and contract checks. */
export function routeName(route: Pick<Route, 'method' | 'path'>): string {
	return `${route.method} ${route.path}`;
}

interface RouteMatch {
	readonly route: Route;
	readonly params: Record<string, string>;
}

/** Exact segments win over parameters; lookup cost does not grow with the number of routes. */
function compileRoutes(routes: readonly Route[]) {
	interface Branch {
		readonly exact: Map<string, Branch>;
		parameter?: Branch;
		readonly routes: Map<string, Route>;
	}
	const createBranch = (): Branch => ({ exact: new Map(), routes: new Map() });
	const root = createBranch();
	for (const route of routes) {
		let branch = root;
		for (const segment of segmentsOf(route.path)) {
			if (segment.startsWith(':')) {
				branch = branch.parameter ??= createBranch();
			} else {
				const next = branch.exact.get(segment) ?? createBranch();
				branch.exact.set(segment, next);
				branch = next;
			}
		}
		if (branch.routes.has(route.method)) throw new Error(`Two routes ${routeName(route)}`);
		branch.routes.set(route.method, route);
	}

	const walk = (
		branch: Branch,
		method: string,
		segments: string[],
		at: number,
	): Route | undefined => {
		const segment = segments[at];
		if (segment === undefined) return branch.routes.get(method);
		const exact = branch.exact.get(segment);
		const found = exact && walk(exact, method, segments, at + 1);
		if (found) return found;
		return branch.parameter && walk(branch.parameter, method, segments, at + 1);
	};

	return (method: string, path: string): RouteMatch | null => {
		const segments = segmentsOf(path);
		const route = walk(root, method, segments, 0);
		if (!route) return null;
		const params: Record<string, string> = {};
		segmentsOf(route.path).forEach((segment, index) => {
			if (segment.startsWith(':'))
				params[segment.slice(1)] = decodeURIComponent(segments[index] ?? '');
		});
		return { route, params };
	};
}

function segmentsOf(path: string): string[] {
	return path.split('/').filter((segment) => segment !== '');
}

function flattenHeaders(incoming: IncomingMessage): Record<string, string> {
	const flat: Record<string, string> = {};
	for (const [name, value] of Object.entries(incoming.headers)) {
		if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
	}
	return flat;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of incoming as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > MAX_BODY_BYTES) throw new Error('Body too large');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

function send(outgoing: ServerResponse, reply: Reply) {
	const body = reply.html ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
	const type = reply.html === undefined ? 'application/json' : 'text/html; charset=utf-8';
	outgoing.writeHead(reply.status, {
		...(body === '' ? {} : { 'content-type': type }),
		'content-length': Buffer.byteLength(body),
		...reply.headers,
	});
	outgoing.end(body);
}

async function listen(server: Server, port: number, name: string) {
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			reject(
				error.code === 'EADDRINUSE'
					? new Error(
							`Port ${port} for the ${name} stand-in is in use: stop what listens there or choose another port.`,
						)
					: error,
			);
		});
		server.listen(port, LOOPBACK, resolve);
	});
}

async function delay(ms: number) {
	if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
