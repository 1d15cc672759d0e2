/** Opens the store when told to, uses it, and prints what it made. */
import { openStore, type StoreLocation } from '../../../../services/store/index.ts';

const [location, accountId] = JSON.parse(process.argv[2] ?? '') as [StoreLocation, string];

process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.once('end', () => void open());

async function open(): Promise<void> {
	const store = await openStore(location);
	const { accounts } = store.partition({ workspace: 'default', mode: 'test' });
	const { outcome } = await accounts.upsert({ accountId, at: new Date() }, new Date());
	process.stdout.write(`${outcome}\n`);
	await store.close();
}
