import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { createAcmeStandIn } from '../../../sandbox/acme/index.ts';
import type { StandIn } from '../../../sandbox/kernel/http.ts';
import { acmeSigningSecret } from '../../../sandbox/secrets.ts';
import { control, createAcmeClient } from './acme-client.ts';

interface Received {
	readonly id: string | undefined;
	readonly content: unknown;
}

describe('reports of milestones', () => {
	let acme: StandIn;
	let baseUrl: string;
	let receiver: Server;
	let received: Received[];
	let statuses: number[];

	beforeEach(async () => {
		received = [];
		statuses = [];
		receiver = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const headers = request.headers as Record<string, string>;
				const content = new Webhook(acmeSigningSecret).verify(
					Buffer.concat(chunks).toString(),
					headers,
				);
				received.push({ id: headers['webhook-id'], content });
				response.writeHead(statuses.shift() ?? 200).end();
			});
		});
		await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
		const { port } = receiver.address() as AddressInfo;
		acme = createAcmeStandIn({
			readyAfterMs: 0,
			milestoneUrl: `http://127.0.0.1:${port}/milestones`,
			retryDelaysMs: [1, 1],
			timeOf: () => new Date('2027-01-03T00:00:00Z'),
		});
		baseUrl = await acme.listen();
		const ada = { email: 'ada@example.com', access: 'full' };
		await createAcmeClient(baseUrl)('PUT', '/instances/acct_1', ada);
	});

	afterEach(async () => {
		await acme.close();
		receiver.close();
		receiver.closeAllConnections();
	});

	async function reach(name: string) {
		return await control(baseUrl, 'POST', '/instances/acct_1/milestones', { name });
	}

	async function settledDeliveries() {
		for (;;) {
			const state = (await (await control(baseUrl, 'GET', '/state')).json()) as {
				deliveries: Array<{ state: string; tries: number[] }>;
			};
			if (state.deliveries.every((delivery) => delivery.state !== 'pending')) {
				return state.deliveries.map(({ state: end, tries }) => [end, ...tries]);
			}
		}
	}

	it('are signed and say who reached what and when', async () => {
		await reach('invited_teammate');
		expect(await settledDeliveries()).toEqual([['delivered', 200]]);
		expect(received.map(({ content }) => content)).toEqual([
			{
				type: 'milestone.reached',
				timestamp: '2027-01-03T00:00:00.000Z',
				data: { accountId: 'acct_1', milestone: 'invited_teammate' },
			},
		]);
	});

	it('are repeated under the same id until they are received', async () => {
		statuses = [500, 503];
		await reach('created_project');
		expect(await settledDeliveries()).toEqual([['delivered', 500, 503, 200]]);
		expect(new Set(received.map(({ id }) => id)).size).toBe(1);
	});

	it('are given up after the last try', async () => {
		statuses = [500, 500, 500, 500];
		await reach('created_project');
		expect(await settledDeliveries()).toEqual([['given_up', 500, 500, 500]]);
	});

	it('count a silent receiver as a failed try', async () => {
		receiver.close();
		receiver.closeAllConnections();
		await reach('created_project');
		expect(await settledDeliveries()).toEqual([['given_up', 0, 0, 0]]);
	});

	it('are sent once per milestone, and nowhere when no URL is set', async () => {
		await reach('created_project');
		await reach('created_project');
		await control(baseUrl, 'PUT', '/milestone-url', {});
		await reach('imported_data');
		expect(await settledDeliveries()).toEqual([['delivered', 200]]);
		expect(received).toHaveLength(1);
	});

	it('cannot be made for an account without an instance', async () => {
		const response = await control(baseUrl, 'POST', '/instances/nobody/milestones', { name: 'x' });
		expect(response.status).toBe(404);
	});
});
