import { createStandIn, type Exchange, type StandIn } from '../../../sandbox/kernel/http.ts';

describe('the ground of all stand-ins', () => {
	let effects: string[];
	let standIn: StandIn;
	let url: string;

	beforeEach(async () => {
		effects = [];
		standIn = createStandIn({
			name: 'test',
			routes: [
				{
					method: 'POST',
					path: '/things/:id',
					handle: ({ params, rawBody }) => {
						effects.push(`${params['id']}=${rawBody}`);
						return { status: 200, json: { id: params['id'] } };
					},
				},
				{ method: 'POST', path: '/things/search', handle: () => ({ status: 200, json: 'search' }) },
			],
			errorReply: (status, message) => ({ status, json: { error: { message } } }),
		});
		url = await standIn.listen();
	});

	afterEach(async () => await standIn.close());

	const post = async (path: string, body = '') =>
		await fetch(`${url}${path}`, { method: 'POST', body });

	it('prefers an exact segment to a parameter and decodes parameters', async () => {
		expect(await (await post('/things/search')).json()).toBe('search');
		expect(await (await post('/things/a%2Fb', 'x')).json()).toEqual({ id: 'a/b' });
		expect(effects).toEqual(['a/b=x']);
	});

	it('answers an unknown route in the shape of the vendor', async () => {
		const response = await post('/nowhere');
		expect(response.status).toBe(404);
		expect(await response.json()).toEqual({
			error: { message: 'Unrecognized request URL (POST: /nowhere)' },
		});
	});

	it('strikes before or after the effect, as often as asked', async () => {
		standIn.faults.add({ route: 'POST /things/:id', kind: 'status', status: 500 });
		standIn.faults.add({ route: 'POST /things/:id', kind: 'status', status: 502, moment: 'after' });
		const statuses = [];
		for (const value of ['1', '2', '3']) statuses.push((await post('/things/a', value)).status);
		expect(statuses).toEqual([500, 502, 200]);
		expect(effects).toEqual(['a=2', 'a=3']);
	});

	it('lets hooks see the reply that a fault made of the effect, and no fault that came before it', async () => {
		const seen: number[] = [];
		const hooked = createStandIn({
			name: 'hooked',
			routes: [{ method: 'POST', path: '/', handle: () => ({ status: 200, json: {} }) }],
			errorReply: (status) => ({ status, json: {} }),
			after: (_request, _route, reply) => {
				seen.push(reply.status);
				return reply;
			},
		});
		const hookedUrl = await hooked.listen();
		hooked.faults.add({ route: '*', kind: 'status', status: 503 });
		hooked.faults.add({ route: '*', kind: 'status', status: 500, moment: 'after' });
		const statuses = [];
		for (let turn = 0; turn < 3; turn += 1) {
			statuses.push((await fetch(hookedUrl, { method: 'POST' })).status);
		}
		await hooked.close();
		expect([statuses, seen]).toEqual([
			[503, 500, 200],
			[500, 200],
		]);
	});

	it('cuts the connection after the effect', async () => {
		standIn.faults.add({ route: '*', kind: 'cut', moment: 'after' });
		await expect(post('/things/a', '1')).rejects.toThrow();
		expect(effects).toEqual(['a=1']);
	});

	it('repeats the same chance for the same seed', () => {
		const play = () => {
			standIn.faults.clear();
			standIn.faults.seed(42);
			standIn.faults.add({ route: '*', kind: 'cut', probability: 0.3, times: 1000 });
			return Array.from({ length: 50 }, () =>
				standIn.faults.strike({ method: 'GET', path: '/' }) ? 'x' : '.',
			).join('');
		};
		const first = play();
		expect(first).toContain('x');
		expect(first).toContain('.');
		expect(play()).toBe(first);
	});

	it('tells observers what a fault made, and what a cut line kept back', async () => {
		const seen: Exchange[] = [];
		standIn.observe((exchange) => void seen.push(exchange));
		standIn.faults.add({ route: '*', kind: 'nonsense' });
		await post('/things/a', '1');
		standIn.faults.add({ route: '*', kind: 'cut', moment: 'after' });
		await post('/things/a', '2').catch(() => {});
		expect(
			seen.map(({ request, reply, isInjected }) => [request.rawBody, reply.json, isInjected]),
		).toEqual([
			['1', undefined, true],
			['2', { id: 'a' }, false],
		]);
	});

	it('tells observers route, request and reply', async () => {
		const seen: Exchange[] = [];
		const stop = standIn.observe((exchange) => void seen.push(exchange));
		await post('/things/a', 'x');
		stop();
		await post('/things/b', 'y');
		expect(seen.map(({ route, reply }) => [route, reply.status])).toEqual([
			['POST /things/:id', 200],
		]);
	});
});
