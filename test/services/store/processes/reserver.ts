/** Reserves every step once, in an order of its own, as overlapping runs of a journey do, and prints what it won. */
import { openStore, type StoreLocation } from '../../../../services/store/index.ts';

const [location, seed, stepCount] = JSON.parse(process.argv[2] ?? '') as [
	StoreLocation,
	number,
	number,
];

const store = await openStore(location);
const { sends } = store.partition({ workspace: 'default', mode: 'test' });
const steps = Array.from({ length: stepCount }, (_, one) => (one * 7919 + seed * 613) % stepCount);

process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.once('end', () => void reserveAll());

async function reserveAll(): Promise<void> {
	const won: number[] = [];
	for (const one of steps) {
		const now = new Date();
		const result = await sends.reserve(
			{
				key: `step-${one}`,
				accountId: `account-${one}`,
				category: 'marketing',
				journey: 'conversion',
				step: 'three',
				anchorAt: new Date(0),
				variant: null,
				at: now,
				settledBy: 'message',
				minGapMs: 3_600_000,
			},
			now,
		);
		if (result === 'won') won.push(one);
	}
	process.stdout.write(`${won.join(' ')}\n`);
	await store.close();
}
