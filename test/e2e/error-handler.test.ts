import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkflowTemplate } from '../../sandbox/n8n/equipment.ts';
import { useFlow } from '../support/flow.ts';
import { nextExecution } from '../support/n8n.ts';
import { waitFor } from '../support/wait-for.ts';

const HANDLER = 'saasErrorHandler';
const EDITOR = 'https://n8n.example.com';

/** A flow that fails with what is posted to it. */
function failing(id: string, errorWorkflow: string): WorkflowTemplate {
	const workflow = {
		id,
		name: `Flow ${id}`,
		active: false,
		settings: { executionOrder: 'v1', errorWorkflow },
		nodes: [
			{
				id: `${id}-start`,
				name: 'Start',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2.1,
				position: [0, 0],
				webhookId: id,
				parameters: { httpMethod: 'POST', path: id, options: {} },
			},
			{
				id: `${id}-break`,
				name: 'Break',
				type: 'n8n-nodes-base.stopAndError',
				typeVersion: 1,
				position: [200, 0],
				parameters: { errorMessage: '={{ $json.body.message }}' },
			},
		],
		connections: { Start: { main: [[{ node: 'Break', type: 'main', index: 0 }]] } },
	};
	return workflow;
}

/** The template as if n8n had told it this. */
function toldOf(id: string, failure: object): WorkflowTemplate {
	const template = JSON.parse(
		readFileSync(`workflows/error-handler.json`, 'utf8'),
	) as WorkflowTemplate;
	return {
		...template,
		id,
		pinData: { 'When a flow fails': [{ json: failure }] },
	} as WorkflowTemplate;
}

const TRIGGER_FAILURE = {
	trigger: { mode: 'trigger', error: { message: 'Stripe refused the key' } },
	workflow: { id: 'saasFailedPayment', name: 'Payments' },
};

describe('a flow that fails', () => {
	const settings: Record<string, string> = { editorUrl: EDITOR };
	let channel: Server;
	let alerts: string[] = [];
	let isDown = false;

	beforeAll(async () => {
		channel = createServer((request, reply) => {
			let body = '';
			request.on('data', (chunk) => (body += String(chunk)));
			request.on('end', () => {
				if (isDown) return void reply.writeHead(500).end();
				alerts.push((JSON.parse(body) as { readonly text: string }).text);
				reply.end('ok');
			});
		});
		await new Promise<void>((resolve) => channel.listen(0, '127.0.0.1', resolve));
		settings['alertUrl'] = `http://127.0.0.1:${(channel.address() as AddressInfo).port}/hook`;
	});
	const flow = useFlow([HANDLER], settings, [
		failing('known', HANDLER),
		failing('orphan', 'saasNotThereAtAll'),
		toldOf('toldOfTrigger', TRIGGER_FAILURE),
	]);
	afterAll(async () => await new Promise((resolve) => channel.close(resolve)));
	beforeEach(() => (alerts = []));

	jest.setTimeout(120_000);

	/** Lets a flow fail, and waits until that is in n8n's list of executions. */
	async function fail(id: string, message: string) {
		const known = new Set((await flow.client.executions(id)).map((run) => run.id));
		await fetch(`${flow.n8n.url}/webhook/${id}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ message }),
		});
		return await nextExecution(flow.client, id, known);
	}

	const handled = async () =>
		(await flow.finished(HANDLER)).filter(({ status }) => status === 'success').length;

	it('is told in one readable line, with the way to it', async () => {
		const { id, status } = await fail('known', 'Stripe has no price "price_1"');
		expect(status).toBe('error');
		const [alert] = await waitFor('an alert', async () => (alerts.length > 0 ? alerts : undefined));
		const [line, link] = alert?.split('\n') ?? [];
		expect(line).toBe('Flow known failed at "Break": Stripe has no price "price_1"');
		expect(link).toMatch(new RegExp(`/workflow/known/executions/${id}$`));
	});

	it.each([
		['an address', 'No mail to ada.l@example.com, sorry', 'No mail to (e-mail), sorry'],
		['a key', `Bad key ${'sk'}_test_abc123DEF in use`, 'Bad key (key) in use'],
		['a token', 'GET /form?token=WyJv.abc&x=1 failed', 'GET /form?token=(key)&x=1 failed'],
		['a bearer', 'Bearer dG9rZW4=.x was refused', 'Bearer (key) was refused'],
	])('is told without %s', async (_what, message, sentence) => {
		await fail('known', message);
		await waitFor('an alert', async () => (alerts.length > 0 ? alerts : undefined));
		expect(alerts[0]?.split('\n')[0]).toBe(`Flow known failed at "Break": ${sentence}`);
	});

	it('is told once in an hour, however often it fails in the same way', async () => {
		const before = await handled();
		for (const item of [0, 1, 2]) await fail('known', `Intercom is down [item ${item}]`);
		await waitFor('all of them to be handled', async () =>
			(await handled()) === before + 3 ? true : undefined,
		);
		expect(alerts).toHaveLength(1);
		await fail('known', 'Intercom refused the token');
		await waitFor('the other one', async () => (alerts.length === 2 ? true : undefined));
	});

	it('is told when its trigger cannot start, with the way to the flow', async () => {
		expect((await flow.runNow('toldOfTrigger', 'When a flow fails')).status).toBe('success');
		expect(alerts).toEqual([
			`Payments failed at "its trigger": Stripe refused the key\n${EDITOR}/workflow/saasFailedPayment`,
		]);
	});

	it('shows in n8n when the channel is down', async () => {
		isDown = true;
		await fail('known', 'Nobody hears this');
		await waitFor('a run of the handler that failed', async () =>
			(await flow.finished(HANDLER)).find(({ status }) => status === 'error'),
		);
		isDown = false;
	});

	it('can be imported in the editor while the error handler that it names is missing', async () => {
		const { data } = await flow.client.request<{ readonly data: { readonly id: string } }>(
			'POST',
			'/rest/workflows',
			failing('editor', 'saasNotThereAtAll'),
		);
		await flow.client.publish(data.id);
	});

	it('fails as it would without one when its error handler is missing', async () => {
		for (const message of ['first', 'second']) {
			expect((await fail('orphan', message)).status).toBe('error');
		}
		expect(alerts).toEqual([]);
	});
});
