import { IntercomMessageTrigger } from '../../../nodes/IntercomMessageTrigger/IntercomMessageTrigger.node.ts';
import type { ITriggerFunctions } from 'n8n-workflow';
import type { Outputs } from '../../../services/n8n/inbox/drain.ts';
import { contact } from '../IntercomMessage/harness.ts';
import { EVENTS, sign, useTriggers } from './harness.ts';

const triggers = useTriggers();
const { run, control, delivered, post, published } = triggers;

const aNotification = (more: object = {}) =>
	JSON.stringify({
		type: 'notification_event',
		id: 'notif_1',
		topic: 'contact.unsubscribed',
		created_at: 1_800_000_000,
		app_id: 'acme_us',
		data: { item: { type: 'contact_unsubscribe', contact: { type: 'contact', id: 'c1' } } },
		...more,
	});

describe('a delivery', () => {
	it.each([
		['of Intercom', aNotification(), sign(aNotification()), 200, 'Received'],
		['without a signature', aNotification(), null, 401, 'The signature does not fit'],
		['signed by another', aNotification(), sign(aNotification(), 'x'), 401, 'does not fit'],
		['that was changed', `${aNotification()} `, sign(aNotification()), 401, 'does not fit'],
		['signed with half a hash', aNotification(), 'sha1=abc', 401, 'does not fit'],
		['that is no JSON', 'hello', sign('hello'), 400, 'not a notification'],
		['that is nothing', '{}', sign('{}'), 400, 'not a notification'],
		['that nobody wants', aNotification({ topic: 'company.created' }), undefined, 200, 'Nobody'],
		['to see who is there', aNotification({ topic: 'ping' }), undefined, 200, 'Here I am'],
	])('%s: %#', async (_, body, signature, status, message) => {
		const trigger = await published();
		expect(await post(body, signature)).toEqual({
			status,
			message: expect.stringContaining(message) as string,
		});
		expect(await trigger.consumer.store.notifications.counts(trigger.consumer.id)).toMatchObject({
			pending: message === 'Received' ? 1 : 0,
		});
	});

	it('is known when it comes again', async () => {
		await published();
		await post(aNotification());
		expect(await post(aNotification())).toEqual({ status: 200, message: 'Known already' });
	});

	it('is refused for now when it cannot be kept, so that Intercom sends it again', async () => {
		triggers.setCredential({ clientSecret: ' ' });
		expect(await post(aNotification())).toMatchObject({ status: 503 });
	});

	it('may be announced: the Developer Hub looks whether anybody is there', async () => {
		expect(await triggers.head()).toBe(200);
	});

	it('reaches every trigger of the workspace, whichever has the address', async () => {
		const one = await published({}, 'workflow-1/trigger');
		const other = await published({}, 'workflow-2/trigger');
		await run([contact('acct_1')]);
		await control('POST', 'contacts/acct_1/unsubscribe');
		await delivered(1);
		for (const trigger of [one, other]) {
			await trigger.drain();
			expect(trigger.told()).toEqual(['unsubscribed acct_1']);
		}
	});
});

describe('in the editor', () => {
	const listen = async (body: string) => {
		const answers: unknown[] = [];
		const result = await new IntercomMessageTrigger().webhook.call(
			triggers.context(
				{ events: EVENTS, mode: 'test' },
				{
					getMode: () => 'manual',
					getWebhookName: () => 'default',
					getRequestObject: () => ({ rawBody: Buffer.from(body) }),
					getHeaderData: () => ({ 'x-hub-signature': sign(body) }),
					getResponseObject: () => ({
						status: () => ({ json: (answer: unknown) => answers.push(answer) }),
					}),
				},
			),
		);
		return { items: result.workflowData?.flat().map(({ json }) => json), answers };
	};

	it('shows what comes in at once, and keeps nothing of it', async () => {
		await run([contact('acct_1')]);
		const [found] = (await run([{ resource: 'contact', operation: 'get', contact: 'acct_1' }])) as [
			{ contactId: string },
		];
		const item = { type: 'contact_unsubscribe', contact: { type: 'contact', id: found.contactId } };
		const { items } = await listen(aNotification({ data: { item } }));
		expect(items).toMatchObject([{ event: 'unsubscribed', account: { accountId: 'acct_1' } }]);
		const emitted: Outputs[] = [];
		const flow = triggers.context(
			{ events: EVENTS, mode: 'test' },
			{ getMode: () => 'manual', emit: (outputs: Outputs) => emitted.push(outputs) },
		);
		const start = async () => {
			const node = new IntercomMessageTrigger();
			const { manualTriggerFunction } = await node.trigger.call(
				flow as unknown as ITriggerFunctions,
			);
			await manualTriggerFunction?.();
		};
		await start();
		expect(emitted.flat(2).map(({ json }) => json)).toEqual(items);
		await expect(start()).rejects.toThrow('Nothing has come in');
		const { notifications } = await triggers.ledger();
		expect(await notifications.receive([], new Date())).toEqual([]);
		expect(await notifications.nextDueAt('workflow/node-under-test')).toBeNull();
	});

	it('says so when nothing that was chosen follows', async () => {
		const { items, answers } = await listen(aNotification({ topic: 'contact.merged' }));
		expect(items).toBeUndefined();
		expect(answers).toEqual([{ message: expect.stringContaining('Nothing that was chosen') }]);
	});
});

describe('publishing', () => {
	const {
		checkExists,
		create,
		delete: remove,
	} = new IntercomMessageTrigger().webhookMethods.default;
	const parameters = { events: ['replied'], mode: 'test' };

	it.each(['', ' ', undefined])('refuses to without a client secret (%p)', async (clientSecret) => {
		triggers.setCredential({ clientSecret: clientSecret as string });
		const context = triggers.context(parameters);
		await expect(checkExists.call(context)).rejects.toThrow('no client secret');
		await expect(create.call(context)).rejects.toMatchObject({
			message: expect.stringContaining('no client secret') as string,
			description: expect.stringContaining('Basic information') as string,
		});
	});

	it('refuses to for nothing', async () => {
		await expect(create.call(triggers.context({ events: [] }))).rejects.toThrow(
			'No event is chosen',
		);
	});

	it('is noted, and forgotten again', async () => {
		const context = triggers.context(parameters);
		expect(await checkExists.call(context)).toBe(false);
		expect(await create.call(context)).toBe(true);
		expect(await checkExists.call(context)).toBe(true);
		expect(await remove.call(context)).toBe(true);
		expect(await checkExists.call(context)).toBe(false);
	});

	it('is not ended by the editor that stops listening', async () => {
		await create.call(triggers.context(parameters));
		const editor = { getNodeWebhookUrl: () => 'http://127.0.0.1/webhook-test/intercom' };
		expect(await remove.call(triggers.context(parameters, editor))).toBe(true);
		expect(await checkExists.call(triggers.context(parameters))).toBe(true);
	});

	it('can always be ended', async () => {
		await create.call(triggers.context(parameters));
		triggers.setCredential({ clientSecret: '' });
		expect(await remove.call(triggers.context(parameters))).toBe(false);
	});
});
