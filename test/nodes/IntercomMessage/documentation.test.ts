import { readFileSync } from 'node:fs';
import path from 'node:path';
import { contact, message, useIntercom } from './harness.ts';

const { run } = useIntercom();

const PAGE = readFileSync(path.resolve(__dirname, '../../../docs/intercom-message.md'), 'utf8');

it.each([
	['Contact > Create or Update', contact('acct_1')],
	['Message > Send', message('acct_1')],
])('the page shows %s as it comes out', async (operation, item) => {
	if (operation === 'Message > Send') await run([contact('acct_1')]);
	const [row = {}] = await run([item]);
	const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${operation}\n`)) ?? '';
	const example = JSON.parse(/```json\n([^]*?)```/.exec(section)?.[1] ?? '{}') as object;
	expect(Object.keys(example)).toEqual(Object.keys(row));
});
