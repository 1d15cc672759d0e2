/** Claims every key once, in an order of its own, and prints the keys that it won. */
import { openStore, type StoreLocation } from '../../../../services/store/index.ts';

const [location, seed, keyCount] = JSON.parse(process.argv[2] ?? '') as [
	StoreLocation,
	number,
	number,
];
const CONCURRENCY = 4;

const store = await openStore(location);
const { sends } = store.partition({ workspace: 'default', mode: 'test' });
const keys = Array.from({ length: keyCount }, (_, index) => (index * 7919 + seed * 613) % keyCount);
const won: number[] = [];

process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.once('end', () => void claimAll());

async function claimAll(): Promise<void> {
	await Promise.all(Array.from({ length: CONCURRENCY }, claimNext));
	process.stdout.write(`${won.join(' ')}\n`);
	await store.close();
}

async function claimNext(): Promise<void> {
	for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
		const request = {
			key: `key-${key}`,
			accountId: `account-${key}`,
			channel: 'email',
			category: 'marketing',
			leaseMs: 600_000,
		} as const;
		if ((await sends.claim(request, new Date())).won) won.push(key);
	}
}
