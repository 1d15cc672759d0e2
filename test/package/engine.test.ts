import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { PackageDirectoryLoader } from 'n8n-core';
import { Webhook } from 'standardwebhooks';
import packageJson from '../../package.json';
import { loadPackage, runInEngine } from '../support/engine.ts';
import { useTemporaryUserFolder } from '../support/user-folder.ts';

const ROOT = path.resolve(__dirname, '../..');
const SIGNING_SECRET = `whsec_${Buffer.from('a secret of the sandbox').toString('base64')}`;
const TOKEN = 'token-of-the-product';

interface Received {
	readonly request: IncomingMessage;
	readonly body: string;
}

useTemporaryUserFolder();

let loader: PackageDirectoryLoader;
let product: Server;
let baseUrl: string;
let received: Received[];

beforeAll(async () => {
	loader = await loadPackage(ROOT);
	product = createServer((request, reply) => {
		let body = '';
		request.on('data', (chunk) => (body += String(chunk)));
		request.on('end', () => {
			received.push({ request, body });
			const accountId = decodeURIComponent(request.url?.split('/')[2] ?? '');
			reply.setHeader('content-type', 'application/json');
			if (accountId === 'unknown') reply.statusCode = 404;
			reply.end(
				accountId === 'nonsense'
					? '<html>'
					: JSON.stringify({
							accountId,
							status: 'ready',
							access: 'full',
							instanceUrl: `https://acme.example/${encodeURIComponent(accountId)}`,
							updatedAt: '2027-01-01T00:00:00Z',
						}),
			);
		});
	});
	await new Promise<void>((resolve) => product.listen(0, '127.0.0.1', resolve));
	baseUrl = `http://127.0.0.1:${(product.address() as AddressInfo).port}`;
});

afterAll(async () => await new Promise((resolve) => product.close(resolve)));

beforeEach(() => (received = []));

const credential = () => ({
	type: 'accessProvisioningApi',
	data: { baseUrl, token: TOKEN, signingSecret: SIGNING_SECRET },
});

const PROVISION = {
	resource: 'access',
	operation: 'provision',
	accountId: '={{ $json.accountId }}',
	email: 'ada@example.com',
	waitUntilReady: true,
	waitSeconds: 5,
	additionalFields: {},
	metadata: {},
};

describe("the built package in n8n's own engine", () => {
	it('loads every node and credential that the manifest names, with icons and codex', () => {
		expect(Object.keys(loader.nodeTypes).sort()).toEqual(namesOf(packageJson.n8n.nodes));
		expect(Object.keys(loader.credentialTypes).sort()).toEqual(
			namesOf(packageJson.n8n.credentials),
		);
		for (const node of loader.types.nodes) {
			expect(node.iconUrl).toMatchObject({ light: expect.any(String), dark: expect.any(String) });
			expect(node.codex?.resources?.primaryDocumentation?.[0]?.url).toMatch(/^https:/);
		}
	});

	it('evaluates expressions per item, signs writes and pairs rows with items', async () => {
		const { outputs, error } = await runInEngine(loader, {
			node: 'accessProvisioning',
			parameters: PROVISION,
			items: [{ accountId: 'acct_1' }, { accountId: 'árvíz/2' }],
			credential: credential(),
		});
		expect(error).toBeUndefined();
		expect(
			outputs[0]?.map(({ json, pairedItem }) => [json['accountId'], json['isReady'], pairedItem]),
		).toEqual([
			['acct_1', true, { item: 0 }],
			['árvíz/2', true, { item: 1 }],
		]);
		expect(received).toHaveLength(2);
		for (const { request, body } of received) {
			expect(request.headers.authorization).toBe(`Bearer ${TOKEN}`);
			const headers = request.headers as Record<string, string>;
			expect(() => new Webhook(SIGNING_SECRET).verify(body, headers)).not.toThrow();
			expect(headers['webhook-id']).toBe(headers['idempotency-key']);
		}
	});

	it('stops at the failing item with its number, and says nothing secret', async () => {
		const { error } = await runInEngine(loader, {
			node: 'accessProvisioning',
			parameters: PROVISION,
			items: [{ accountId: 'acct_1' }, { accountId: 'nonsense' }],
			credential: credential(),
		});
		expect(error?.message).toBe(
			'The product API answered with something that is not an instance [item 1]',
		);
		const everything = JSON.stringify(error) + String(error?.stack);
		expect(everything).not.toContain(TOKEN);
		expect(everything).not.toContain(SIGNING_SECRET);
	});

	it('sends failing items to the error output and the others on', async () => {
		const { outputs } = await runInEngine(loader, {
			node: 'accessProvisioning',
			parameters: PROVISION,
			items: [{ accountId: "it's" }, { accountId: 'acct_1' }],
			credential: credential(),
			onError: 'continueErrorOutput',
		});
		expect(outputs.map((rows) => rows.map(({ pairedItem }) => pairedItem))).toEqual([
			[{ item: 1 }],
			[{ item: 0 }],
		]);
		expect(outputs[1]?.[0]?.json['error']).toMatchObject({
			message: 'The account ID is malformed',
			hint: expect.stringContaining('1 to 200'),
		});
	});

	it('says that a product which is down did not answer', async () => {
		const { error } = await runInEngine(loader, {
			node: 'accessProvisioning',
			parameters: { ...PROVISION, operation: 'get' },
			items: [{ accountId: 'acct_1' }],
			credential: {
				type: 'accessProvisioningApi',
				data: { baseUrl: 'http://127.0.0.1:9', token: TOKEN, signingSecret: SIGNING_SECRET },
			},
		});
		expect(error?.message).toBe('No answer from 127.0.0.1:9: connection refused [item 0]');
	});

	it('answers an account without an instance with a row', async () => {
		const { outputs } = await runInEngine(loader, {
			node: 'accessProvisioning',
			parameters: { ...PROVISION, operation: 'get', accountId: 'unknown' },
			items: [{}],
			credential: credential(),
		});
		expect(outputs[0]?.[0]?.json).toMatchObject({
			status: 'absent',
			access: 'none',
			isReady: false,
		});
	});
});

function namesOf(files: readonly string[]): string[] {
	return files
		.map((file) => path.basename(file).replace(/\.\w+\.js$/, ''))
		.map((name) => name.charAt(0).toLowerCase() + name.slice(1))
		.sort();
}
