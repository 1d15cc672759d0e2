import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../../services/failure.ts';
import { openStore, storeLocation, type StoreLocation } from '../../../services/store/index.ts';
import { onBothDatabases, withSqlite } from './databases.ts';
import { runScript } from './processes/run.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const DEFAULT = { workspace: 'default', mode: 'test' } as const;

async function failureOf(work: Promise<unknown>): Promise<Failure> {
	const error: unknown = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof Failure) return error;
	throw new Error(`No Failure but ${String(error)}`);
}

onBothDatabases((database) => {
	it('makes its tables once when eight processes start together', async () => {
		const location = database.freshLocation();
		const openers = Array.from({ length: 8 }, (_, index) =>
			runScript('opener.ts', location, `account-${index}`),
		);
		for (const opener of openers) expect(await opener.nextLine()).toBe('ready');
		for (const { child } of openers) child.stdin.end();
		for (const opener of openers) {
			expect(await opener.nextLine()).toBe('created');
			expect(await opener.exited).toBe(0);
		}
	}, 60_000);

	it('keeps what is in it from one opening to the next', async () => {
		const location = database.freshLocation();
		const first = await openStore(location);
		await first.partition(DEFAULT).bookmarks.set('import', 'sub_1', NOW);
		await first.close();
		const second = await openStore(location);
		expect(await second.partition(DEFAULT).bookmarks.get('import')).toBe('sub_1');
		await second.close();
	});

	it('is one store for all who open it in one process', async () => {
		const location = database.freshLocation();
		const [one, other] = await Promise.all([openStore(location), openStore(location)]);
		expect(one).toBe(other);
		await one?.close();
	});

	it('refuses a workspace without a name', async () => {
		const store = await database.freshStore();
		expect(() => store.partition({ workspace: ' ', mode: 'test' })).toThrow(/no name/);
	});

	it('says that it is locked when another process does not let go, and can be used afterwards', async () => {
		const location = { ...database.freshLocation(), patienceMs: 100 };
		const store = await openStore(location);
		const { accounts } = store.partition(DEFAULT);
		const letGo = await database.lockAccount(location, 'test/default', 'acme-1');
		const { details } = await failureOf(accounts.upsert({ accountId: 'acme-1', at: NOW }, NOW));
		expect(details).toMatchObject({
			code: 'store_locked',
			hint: expect.stringMatching(/Nothing was lost/),
		});
		await letGo();
		expect(await accounts.get('acme-1')).toBeNull();
		expect(await accounts.upsert({ accountId: 'acme-1', at: NOW }, NOW)).toMatchObject({
			outcome: 'created',
		});
		await store.close();
	});

	describe('kill -9', () => {
		it('in the middle of writing loses nothing that was said to be safe', async () => {
			const location = database.freshLocation();
			let written = 0;
			for (const lines of [1, 7, 20]) {
				const writer = runScript('writer.ts', location, written);
				for (let line = 0; line < lines; line++) written = Number(await writer.nextLine()) + 1;
				writer.child.kill('SIGKILL');
				await writer.exited;
			}
			const store = await openStore(location);
			const { accounts, sends, timeline } = store.partition(DEFAULT);
			for (let number = 0; number < written; number++) {
				const accountId = `account-${number}`;
				expect(await accounts.get(accountId)).toMatchObject({ accountId });
				expect(await sends.list(accountId, 9)).toHaveLength(1);
				const told = await timeline.list({ accountId, limit: 9 });
				expect(told.entries.length).toBeGreaterThanOrEqual(1);
			}
			await store.close();
			if (location.kind === 'sqlite') expect(integrityOf(location.file)).toBe('ok');
		}, 60_000);
	});
});

/** Two megabytes that only this process sees. */
function fillSmallDisk(folder: string): unknown {
	const script = join(__dirname, 'processes', 'filler.ts');
	const node = `"$NODE" --disable-warning=MODULE_TYPELESS_PACKAGE_JSON "${script}" '["${folder}"]'`;
	const { stdout } = spawnSync(
		'unshare',
		['-rm', 'sh', '-c', `mount -t tmpfs -o size=2m tmpfs "${folder}" && ${node}`],
		{ encoding: 'utf8', env: { ...process.env, NODE: process.execPath } },
	);
	return JSON.parse(stdout);
}

function integrityOf(file: string): unknown {
	const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
	const database = new DatabaseSync(file);
	const row = database.prepare('pragma integrity_check').get();
	database.close();
	return row?.['integrity_check'];
}

describe('the built-in store', () => {
	const database = withSqlite();
	const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
	const freshFile = () => {
		const location = database.freshLocation();
		return location.kind === 'sqlite' ? location.file : '';
	};

	it('makes its folder, and a file that only its owner may read', async () => {
		const file = join(dirname(freshFile()), 'new', 'folder', 'store.sqlite');
		await (await openStore({ kind: 'sqlite', file })).close();
		expect(statSync(file).mode & 0o777).toBe(0o600);
	});

	it('waits while the file is locked, and then goes on', async () => {
		const file = freshFile();
		const store = await openStore({ kind: 'sqlite', file });
		const other = new DatabaseSync(file);
		other.exec('begin immediate');
		const writing = store.partition(DEFAULT).bookmarks.set('import', 'sub_1', NOW);
		let ticks = 0;
		const clock = setInterval(() => ticks++, 5);
		while (ticks < 20) await new Promise(setImmediate);
		clearInterval(clock);
		other.exec('rollback');
		await writing;
		expect(await store.partition(DEFAULT).bookmarks.get('import')).toBe('sub_1');
		other.close();
		await store.close();
	});

	it('leaves nothing of an erased person in its files', async () => {
		const file = freshFile();
		const store = await openStore({ kind: 'sqlite', file });
		const { accounts, erase } = store.partition(DEFAULT);
		const everything = () =>
			[file, `${file}-wal`].map((part) => readFileSync(part, 'latin1')).join('');
		for (const number of Array.from({ length: 50 }, (_, index) => index)) {
			const facts = { accountId: `acme-${number}`, at: NOW, email: `person-${number}@example.com` };
			await accounts.upsert(facts, NOW);
			await accounts.upsert({ ...facts, name: `Person ${number} Surname` }, NOW);
		}
		expect(everything()).toMatch(/person-7@example\.com/);
		await erase('acme-7', { isDryRun: false }, NOW);
		expect(everything()).not.toMatch(/person-7@example\.com|Person 7 Surname|acme-7\D/);
		expect(everything()).toMatch(/person-8@example\.com/);
		await store.close();
	});

	it.each<[string, string, (file: string) => void]>([
		['is not a database', 'store_damaged', (file) => writeFileSync(file, 'x'.repeat(10_000))],
		['is a folder', 'store_unreachable', (file) => mkdirSync(file)],
	])('says what is wrong when the file %s', async (_, code, spoil) => {
		const file = freshFile();
		spoil(file);
		const { message, details } = await failureOf(openStore({ kind: 'sqlite', file }));
		expect(message).toContain(file);
		expect(details).toMatchObject({ code, hint: expect.any(String) });
	});

	it('can be opened once what was wrong is right', async () => {
		const folder = freshFile();
		writeFileSync(folder, '');
		const location: StoreLocation = { kind: 'sqlite', file: join(folder, 'store.sqlite') };
		expect((await failureOf(openStore(location))).details.code).toBe('store_unreachable');
		rmSync(folder);
		await (await openStore(location)).close();
	});

	it('refuses a store of a newer release, untouched', async () => {
		const file = freshFile();
		await (await openStore({ kind: 'sqlite', file })).close();
		const newer = new DatabaseSync(file);
		newer.exec('insert into migrations values (99, 0)');
		const { details } = await failureOf(openStore({ kind: 'sqlite', file }));
		expect(details).toMatchObject({ code: 'store_too_new', hint: expect.stringMatching(/Update/) });
		newer.close();
	});

	const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;
	const fullDisk = 'says that the disk is full, loses nothing, and goes on when there is room';
	const cannotMount = 'This machine lets no test mount a small disk: the full disk is not tested';
	if (!canMount) process.stderr.write(`${cannotMount}\n`);
	(canMount ? it : it.skip)(
		canMount ? fullDisk : cannotMount,
		async () => {
			const folder = freshFile();
			mkdirSync(folder);
			expect(fillSmallDisk(folder)).toEqual({ code: 'store_full', lost: 0 });
		},
		60_000,
	);
});

describe('storeLocation', () => {
	const connection = { host: 'db', port: 5432, database: 'n8n', user: 'n8n', password: 'x' };
	const situation = { credential: null, userFolder: '/home/node/.n8n', isQueueMode: false };

	it("is a file in n8n's folder when nobody chose anything", () => {
		expect(storeLocation(situation)).toEqual({
			kind: 'sqlite',
			file: join('/home/node/.n8n', 'saas-lifecycle.sqlite'),
		});
	});

	it.each([true, false])('is the chosen Postgres (queue mode: %s)', (isQueueMode) => {
		expect(storeLocation({ ...situation, isQueueMode, credential: connection })).toEqual({
			kind: 'postgres',
			connection,
		});
	});

	it('is never a file in queue mode', () => {
		expect(() => storeLocation({ ...situation, isQueueMode: true })).toThrow(
			expect.objectContaining({
				message: expect.stringMatching(/queue mode/),
				details: { code: 'store_needs_postgres', hint: expect.stringMatching(/Postgres/) },
			}),
		);
	});

	it('says which Node.js it takes where this one has no SQLite', () => {
		const builtIn = jest.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
		expect(() => storeLocation(situation)).toThrow(
			expect.objectContaining({
				details: { code: 'store_needs_newer_node', hint: expect.stringMatching(/22\.13/) },
			}),
		);
		expect(storeLocation({ ...situation, credential: connection }).kind).toBe('postgres');
		builtIn.mockRestore();
	});
});
