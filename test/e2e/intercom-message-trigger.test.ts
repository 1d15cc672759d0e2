import { createIntercomStandIn } from '../../sandbox/intercom/index.ts';
import { intercomClientSecret, intercomToken } from '../../sandbox/secrets.ts';
import { INTERCOM } from '../contract/intercom-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { control, stateOf } from '../support/n8n.ts';
import { TRIGGER, triggerFlow, useTriggerFlows } from '../support/trigger-flows.ts';
import { waitFor } from '../support/wait-for.ts';

const TOPICS = ['conversation.user.created', 'contact.unsubscribed'];

/** A flow that takes its time over unsubscriptions. */
const aWorkflow = (id: string, waitSeconds = 0, credential = 'intercom') =>
	triggerFlow(
		id,
		{
			type: 'intercomMessageTrigger',
			typeVersion: 1,
			parameters: { events: ['replied', 'unsubscribed'], mode: 'test' },
			credential: ['intercomMessageApi', credential],
		},
		waitSeconds,
	);

const aCredential = (id: string, clientSecret: string, baseUrl: string) => ({
	id,
	name: id,
	type: 'intercomMessageApi',
	data: { accessToken: intercomToken, region: 'us', baseUrl, clientSecret },
});

interface Told {
	readonly event: string;
	readonly account: { readonly accountId: string };
}

describe('the Intercom Message Trigger in a real n8n', () => {
	jest.setTimeout(180_000);

	const flows = useTriggerFlows({
		workflows: [aWorkflow('one', 5), aWorkflow('two')],
		createStandIn: () => underContract(INTERCOM, createIntercomStandIn()),
		credentials: (baseUrl) => [
			aCredential('intercom', intercomClientSecret, baseUrl),
			aCredential('incomplete', '', baseUrl),
		],
	});
	beforeAll(async () => await tellIntercom(hook()));

	const hook = (kind = 'webhook') => `${flows.n8n.url}/${kind}/one-hook/intercom`;
	const tellIntercom = async (url: string) =>
		await control(flows.vendorUrl, 'PUT', '/webhook', { url, topics: TOPICS });

	async function contact(name: string): Promise<void> {
		const reply = await fetch(`${flows.vendorUrl}/contacts`, {
			method: 'POST',
			headers: {
				authorization: `Bearer ${intercomToken}`,
				'intercom-version': '2.14',
				'content-type': 'application/json',
			},
			body: JSON.stringify({ role: 'user', external_id: name, email: `${name}@example.com` }),
		});
		if (!reply.ok) throw new Error(await reply.text());
	}

	const writes = async (name: string) => {
		await contact(name);
		await control(flows.vendorUrl, 'POST', `/contacts/${name}/reply`, { body: 'Hello' });
	};
	const leaves = async (name: string) => {
		await contact(name);
		await control(flows.vendorUrl, 'POST', `/contacts/${name}/unsubscribe`);
	};

	const expectTold = async (workflow: string, names: readonly string[], about = 'replied') =>
		await flows.expectTold<Told>(workflow, names, ({ event, account }) =>
			event === about ? account.accountId : undefined,
		);

	const tries = async () =>
		(await stateOf<{ deliveries: Array<{ tries: number[] }> }>(flows.vendorUrl)).deliveries.map(
			(delivery) => delivery.tries,
		);

	it('tells every workflow once, by the address of one of them', async () => {
		await control(flows.vendorUrl, 'PUT', '/settings', {
			webhookRepeats: 1,
			webhookForgeries: true,
		});
		for (const name of ['ada', 'bob']) await writes(name);
		await expectTold('one', ['ada', 'bob']);
		await expectTold('two', ['ada', 'bob']);
		expect(await tries()).toEqual([[200], [200]]);
		await control(flows.vendorUrl, 'PUT', '/settings', {
			webhookRepeats: 0,
			webhookForgeries: false,
		});
	});

	it('is there when the Developer Hub looks, and refuses what is not from Intercom', async () => {
		expect((await fetch(hook(), { method: 'HEAD' })).status).toBe(200);
		const forged = { method: 'POST', body: '{"id":"x","topic":"contact.unsubscribed"}' };
		expect((await fetch(hook(), forged)).status).toBe(401);
	});

	it('tells again what was under way when n8n was killed', async () => {
		await leaves('cyd');
		await flows.expectToldAgainAfterKill('one');
		await expectTold('two', ['cyd'], 'unsubscribed');
	});

	it('tells what it had answered with 200 a moment before the kill', async () => {
		await writes('dan');
		await waitFor('the answer', async () =>
			(await tries()).flat().length === 4 ? true : undefined,
		);
		await flows.n8n.kill();
		await flows.start();
		await expectTold('two', ['ada', 'bob', 'dan']);
	});

	it('goes on where it stopped when it is published again', async () => {
		await flows.unpublish('two');
		await writes('eve');
		await expectTold('one', ['ada', 'bob', 'dan', 'eve']);
		await flows.client.publish('two');
		await expectTold('two', ['ada', 'bob', 'dan', 'eve']);
	});

	it('listens for a test event in the editor, beside the published flow', async () => {
		const known = new Set((await flows.client.executions('one')).map(({ id }) => id));
		await flows.client.request('POST', '/rest/workflows/one/run', {
			triggerToStartFrom: { name: TRIGGER },
		});
		const testUrl = hook('webhook-test');
		expect((await fetch(testUrl, { method: 'HEAD' })).status).toBe(200);
		await tellIntercom(testUrl);
		await writes('fay');
		const run = await waitFor('the test run', async () =>
			(await flows.client.executions('one')).find(
				({ id, status }) => !known.has(id) && status === 'success',
			),
		);
		expect(run.mode).toBe('manual');
		await tellIntercom(hook());
		await writes('gus');
		await expectTold('two', ['ada', 'bob', 'dan', 'eve', 'gus']);
	});

	it('cannot be published without a client secret, and says what to do', async () => {
		await flows.n8n.stop();
		await flows.n8n.importWorkflows([aWorkflow('three', 0, 'incomplete')]);
		await flows.start();
		await expect(flows.client.publish('three')).rejects.toThrow(/no client secret/);
	});
});
