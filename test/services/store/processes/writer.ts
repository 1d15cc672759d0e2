/** Writes without end and prints each number once the database has said that it is safe. */
import { openStore, type StoreLocation } from '../../../../services/store/index.ts';

const [location, first] = JSON.parse(process.argv[2] ?? '') as [StoreLocation, number];
const store = await openStore(location);
const { accounts, sends, timeline } = store.partition({ workspace: 'default', mode: 'test' });

for (let number = first; ; number++) {
	const accountId = `account-${number}`;
	const now = new Date();
	await accounts.upsert({ accountId, at: now, name: 'x'.repeat(2_000) }, now);
	const request = {
		key: accountId,
		accountId,
		channel: 'email',
		category: 'marketing',
		leaseMs: 1,
	} as const;
	await sends.claim(request, now);
	await timeline.append({ accountId, at: now, kind: 'test', source: 'test' });
	process.stdout.write(`${number}\n`);
}
