import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020';
import { parse } from 'yaml';
import { createAcmeStandIn } from '../../../sandbox/acme/index.ts';
import { isControlPath } from '../../../sandbox/kernel/control.ts';
import { routeName, type Exchange, type StandIn } from '../../../sandbox/kernel/http.ts';
import { control, createAcmeClient } from './acme-client.ts';

interface Body {
	readonly content: Readonly<Record<string, { readonly schema: object }>>;
}
interface Operation {
	readonly requestBody?: Body;
	readonly responses: Readonly<Record<string, Body | { readonly $ref: string }>>;
}

const contract = parse(readFileSync('docs/provisioning-api.yaml', 'utf8')) as {
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
	readonly components: { readonly responses: Readonly<Record<string, Body>> };
};
const isEmail = /^[^@\s]+@[^@\s]+$/;
const ajv = new Ajv2020({
	strict: false,
	formats: { 'date-time': true, uri: true, 'uri-reference': true, email: isEmail },
});

function fits(value: unknown, body: Body | undefined): boolean {
	const [media] = Object.values(body?.content ?? {});
	if (!media) return false;
	// References inside the document are local to it, so the document's components come along.
	return ajv.validate({ ...media.schema, components: contract.components }, value);
}

function operationOf({ request, route }: Exchange): Operation | undefined {
	const [, pattern = ''] = (route ?? '').split(' ');
	return contract.paths[pattern.replace(/:(\w+)/g, '{$1}')]?.[request.method.toLowerCase()];
}

function isAnswerDocumented(exchange: Exchange): boolean {
	const response = operationOf(exchange)?.responses[exchange.reply.status];
	const body =
		response && '$ref' in response
			? contract.components.responses[response.$ref.split('/').at(-1) ?? '']
			: response;
	return fits(exchange.reply.json, body);
}

const ada = { email: 'ada@example.com', access: 'full' };
const refusedBodies = [
	{ ...ada, nonsense: true },
	{ ...ada, name: '' },
	{ ...ada, name: 'x'.repeat(201) },
	{ ...ada, language: 7 },
	{ ...ada, metadata: { seats: 3 } },
	{ ...ada, metadata: { note: 'x'.repeat(501) } },
	{ access: 'full' },
	[],
];

describe('Acme Boards keeps to docs/provisioning-api.yaml', () => {
	let acme: StandIn;
	let exchanges: Exchange[];

	beforeAll(async () => {
		acme = createAcmeStandIn({ readyAfterMs: 0 });
		exchanges = [];
		acme.observe((exchange) => {
			if (!isControlPath(exchange.request.path)) exchanges.push(exchange);
		});
		const baseUrl = await acme.listen();
		const call = createAcmeClient(baseUrl);
		await call('GET', '/health');
		await call('GET', '/health', undefined, { authorization: '' });
		await call('GET', '/instances/a');
		for (const body of refusedBodies) await call('PUT', '/instances/a', body);
		await call('PUT', '/instances/a', ada);
		await call('PUT', '/instances/a', { ...ada, plan: 'team' });
		await call('PUT', '/instances/a', ada, { 'webhook-id': 'forged' });
		await call('PUT', '/instances/a/access', { level: 'grace', reason: 'payment_failed' });
		await call('PUT', '/instances/a/access', { level: 'none' });
		await call('DELETE', '/instances/a');
		await call('PUT', '/instances/a', ada);
		await call('PUT', '/instances/a/access', { level: 'full' });
		await control(baseUrl, 'PUT', '/behaviour', { outcome: 'never' });
		await call('PUT', '/instances/b', ada);
		await call('GET', '/instances/b');
	});

	afterAll(async () => await acme.close());

	it('in every answer', () => {
		const broken = exchanges.filter((exchange) => !isAnswerDocumented(exchange));
		expect(broken.map(({ route, reply }) => [route, reply])).toEqual([]);
	});

	it('and takes exactly the bodies that it allows', () => {
		const verdicts = exchanges
			.filter(({ request, reply }) => request.method === 'PUT' && reply.status !== 401)
			.map((exchange) => ({
				body: exchange.request.rawBody,
				isAllowed: fits(JSON.parse(exchange.request.rawBody), operationOf(exchange)?.requestBody),
				isTaken: exchange.reply.status !== 422,
			}));
		expect(verdicts.filter(({ isAllowed, isTaken }) => isAllowed !== isTaken)).toEqual([]);
		expect(verdicts.filter(({ isTaken }) => !isTaken)).toHaveLength(refusedBodies.length + 1);
	});

	it('and this test has seen every documented answer of every route', () => {
		const seen = new Set(exchanges.map(({ route, reply }) => `${route} ${reply.status}`));
		const documented = Object.entries(contract.paths).flatMap(([path, operations]) =>
			['get', 'put', 'delete'].flatMap((method) =>
				Object.keys(operations[method]?.responses ?? {}).map((status) => {
					const route = {
						method: method.toUpperCase() as 'GET',
						path: path.replace(/\{(\w+)\}/g, ':$1'),
					};
					return `${routeName(route)} ${status}`;
				}),
			),
		);
		const unseen = documented.filter((answer) => !seen.has(answer));
		// The door is the same for all routes and is tested once; so are unknown accounts.
		expect(unseen.filter((answer) => !/ (401|404)$/.test(answer))).toEqual([]);
		expect(documented).toHaveLength(19);
	});
});
