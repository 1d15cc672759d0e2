/** Fills a small disk until a write fails, makes room, and prints how it went. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../../../services/failure.ts';
import { openStore } from '../../../../services/store/index.ts';

const [folder] = JSON.parse(process.argv[2] ?? '') as [string];
const ballast = join(folder, 'ballast');
writeFileSync(ballast, Buffer.alloc(1_000_000));

const store = await openStore({ kind: 'sqlite', file: join(folder, 'store.sqlite') });
const { accounts } = store.partition({ workspace: 'default', mode: 'test' });
const write = async (number: number) => {
	const now = new Date();
	await accounts.upsert({ accountId: `account-${number}`, at: now, name: 'x'.repeat(5_000) }, now);
};

let written = 0;
let failure: unknown;
while (failure === undefined && written < 100_000) {
	try {
		await write(written);
		written++;
	} catch (error) {
		failure = error;
	}
}
rmSync(ballast);
await write(written);

let found = 0;
for (let number = 0; number <= written; number++) {
	if (await accounts.get(`account-${number}`)) found++;
}
const code = failure instanceof Failure ? failure.details.code : String(failure);
process.stdout.write(`${JSON.stringify({ code, lost: written + 1 - found })}\n`);
await store.close();
