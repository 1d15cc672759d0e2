import type { ItemParams } from '../../support/execute-node.ts';
import { contact, DORA, SUPPORT, teammate, useIntercom } from './harness.ts';

const REPLY = 'POST /conversations/:id/reply';

const intercom = useIntercom();
const { run, call, control } = intercom;

interface Conversation {
	readonly admin_assignee_id: number | null;
	readonly conversation_parts: {
		readonly conversation_parts: ReadonlyArray<{
			readonly part_type: string;
			readonly body: string;
		}>;
	};
}

let first: string;
let second: string;

/** Two people have written. */
beforeEach(async () => {
	await run([contact('acct_1'), contact('acct_2')]);
	first = await begin('acct_1');
	second = await begin('acct_2');
});

async function begin(who: string): Promise<string> {
	const answer = await control('POST', `contacts/${who}/reply`, { body: 'Hello?' });
	return (answer as { id: string }).id;
}

const read = async (id: string) => await call<Conversation>('GET', `/conversations/${id}`);

async function partsOf(id: string) {
	const { conversation_parts: parts } = await read(id);
	return parts.conversation_parts.map(({ part_type: kind, body }) => [kind, body]);
}

describe('Conversation > Reply', () => {
	const reply = (conversationId: string, more: ItemParams = {}): ItemParams => ({
		resource: 'conversation',
		operation: 'reply',
		conversationId,
		adminId: teammate(DORA),
		body: 'Gladly',
		mode: 'test',
		...more,
	});

	it('answers in one conversation and leaves a note in another', async () => {
		expect(await run([reply(first), reply(second, { kind: 'note' })])).toMatchObject([
			{ sent: true, accountId: 'acct_1', conversationId: first, state: 'open' },
			{ sent: true, accountId: 'acct_2', conversationId: second },
		]);
		expect(await partsOf(first)).toEqual([['comment', '<p>Gladly</p>']]);
		expect(await partsOf(second)).toEqual([['note', '<p>Gladly</p>']]);
	});

	it('answers once per key, however often it is asked', async () => {
		const once = reply(first, { sendOnceKey: 'call/sub_1' });
		await Promise.all([run([once, once]), run([once])]);
		expect(await run([once])).toMatchObject([{ sent: false, suppressed: 'already_sent' }]);
		expect(await partsOf(first)).toHaveLength(1);
		const { sends, timeline } = await intercom.ledger();
		expect(await sends.list('acct_1', 9)).toMatchObject([
			{ state: 'sent', channel: 'conversation' },
		]);
		const { entries } = await timeline.list({ accountId: 'acct_1', limit: 9 });
		expect(entries.filter(({ kind }) => kind === 'conversation_replied')).toHaveLength(1);
	});

	it('never repeats by itself what may have been sent', async () => {
		intercom.standIn().faults.add({ route: REPLY, kind: 'status', status: 500, moment: 'after' });
		const [row] = await run([reply(first)], { continueOnFail: true });
		expect(row).toMatchObject({ error: { httpCode: 500 } });
		expect(await partsOf(first)).toHaveLength(1);
	});

	it('fails for a conversation that is not there or an empty answer, and goes on', async () => {
		const items = [reply('999'), reply(first, { body: '' }), reply(first)];
		expect(await run(items, { continueOnFail: true })).toMatchObject([
			{ error: { httpCode: 404 } },
			{ error: { message: '"Message" is empty' } },
			{ sent: true },
		]);
	});
});

describe('Conversation > Assign', () => {
	const assign = (conversationId: string, to: string): ItemParams => ({
		resource: 'conversation',
		operation: 'assign',
		conversationId,
		assigneeId: teammate(to),
		adminId: teammate(DORA),
	});

	it('gives conversations to teammates, once', async () => {
		const items = [assign(first, SUPPORT), assign(second, DORA)];
		expect(await run(items)).toEqual([
			{ conversationId: first, assigneeId: SUPPORT, assigned: true },
			{ conversationId: second, assigneeId: DORA, assigned: true },
		]);
		expect((await run(items)).map(({ assigned }) => assigned)).toEqual([false, false]);
		expect(await read(first)).toMatchObject({ admin_assignee_id: Number(SUPPORT) });
		expect(await partsOf(first)).toHaveLength(1);
	});

	it('fails without a teammate or a conversation, and goes on with the others', async () => {
		const items = [assign(first, ''), assign('999', DORA), assign(first, DORA)];
		expect(await run(items, { continueOnFail: true })).toMatchObject([
			{ error: { message: '"Assign To" is not a teammate' } },
			{ error: { httpCode: 404 } },
			{ assigned: true },
		]);
	});
});
