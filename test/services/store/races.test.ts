import { onBothDatabases } from './databases.ts';
import { runScript } from './processes/run.ts';

const PROCESSES = 16;
const KEYS = 10_000;

onBothDatabases((database) => {
	it(`lets every one of ${KEYS} keys be won exactly once by ${PROCESSES} processes`, async () => {
		const location = database.freshLocation();
		const claimers = Array.from({ length: PROCESSES }, (_, seed) =>
			runScript('claimer.ts', location, seed, KEYS),
		);
		for (const claimer of claimers) expect(await claimer.nextLine()).toBe('ready');
		for (const { child } of claimers) child.stdin.end();

		const won = await Promise.all(claimers.map(async (claimer) => await claimer.nextLine()));
		const keys = won.flatMap((line) => (line ? line.split(' ') : []));
		expect(keys).toHaveLength(KEYS);
		expect(new Set(keys).size).toBe(KEYS);
		for (const { exited } of claimers) expect(await exited).toBe(0);
	}, 600_000);
});
