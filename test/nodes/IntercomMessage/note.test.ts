import type { ItemParams } from '../../support/execute-node.ts';
import { contact, DORA, teammate, useIntercom } from './harness.ts';

const POST_NOTE = 'POST /contacts/:id/notes';

const intercom = useIntercom();
const { run, call } = intercom;

const note = (who: string, more: ItemParams = {}): ItemParams => ({
	resource: 'note',
	operation: 'create',
	contact: who,
	adminId: teammate(DORA),
	body: 'Asked for a call',
	mode: 'test',
	...more,
});

let contactId: string;

beforeEach(async () => {
	const [made] = await run([contact('acct_1'), contact('acct_2')]);
	contactId = String(made?.['contactId']);
});

async function notes() {
	const { data } = await call<{ data: Array<{ body: string }> }>(
		'GET',
		`/contacts/${contactId}/notes`,
	);
	return data;
}

describe('Note > Create', () => {
	it('leaves a note on each contact, and again when repeated without a key', async () => {
		const items = [note('acct_1'), note('acct_2', { body: 'Wants a discount' })];
		expect(await run(items)).toMatchObject([
			{ created: true, accountId: 'acct_1', noteId: expect.any(String) as string },
			{ created: true, accountId: 'acct_2' },
		]);
		await run(items);
		expect(await notes()).toHaveLength(2);
	});

	it('writes a note with a key once, however often it is asked', async () => {
		const once = note('acct_1', { noteKey: 'survey/sub_1' });
		await Promise.all([run([once, once]), run([once])]);
		expect(await run([once])).toMatchObject([{ created: false, suppressed: 'already_sent' }]);
		expect(await notes()).toMatchObject([{ body: '<p>Asked for a call</p>' }]);
		const { timeline } = await intercom.ledger();
		const { entries } = await timeline.list({ accountId: 'acct_1', limit: 9 });
		expect(entries.filter(({ kind }) => kind === 'note_created')).toHaveLength(1);
	});

	it('tries again after a refusal, because nothing was written', async () => {
		const once = note('acct_1', { noteKey: 'survey/sub_1' });
		intercom.standIn().faults.add({ route: POST_NOTE, kind: 'status', status: 422 });
		const [refused] = await run([once], { continueOnFail: true });
		expect(refused).toMatchObject({ error: { httpCode: 422 } });
		expect(await run([once])).toMatchObject([{ created: true }]);
	});

	it('fails for a contact that is not there or an empty note, and goes on with the others', async () => {
		const items = [note('acct_404'), note('acct_1', { body: '' }), note('acct_1')];
		expect(await run(items, { continueOnFail: true })).toMatchObject([
			{ error: { message: 'Intercom has no contact for the account "acct_404"' } },
			{ error: { message: '"Note" is empty' } },
			{ created: true },
		]);
	});
});
