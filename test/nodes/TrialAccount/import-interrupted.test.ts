import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import Stripe from 'stripe';
import {
	importFromStripe as runImport,
	type Import,
} from '../../../nodes/TrialAccount/import/index.ts';
import { DEFAULT_ACCESS_POLICY } from '../../../lifecycle/access.ts';
import { stripeSecretKey } from '../../../sandbox/secrets.ts';
import { storeFile, useTemporaryUserFolder } from '../../support/user-folder.ts';
import { daysFromNow, getMany, importFromStripe, partitionOf, run } from './harness.ts';
import { createStripeWorld, type StripeWorld } from './stripe-world.ts';

useTemporaryUserFolder();

const PEOPLE = 23;
const PAGE_SIZE = 5;
const LIST = 'GET /v1/subscriptions';
const LEASE = 'import_from_stripe';
const minutesFromNow = (minutes: number) => daysFromNow(minutes / (24 * 60));

let world: StripeWorld;
beforeEach(async () => {
	world = await createStripeWorld(new Date());
	await signUp(PEOPLE);
	world.forgetCalls();
});
afterEach(async () => await world.close());

async function signUp(people: number) {
	for (let number = 0; number < people; number++) {
		await world.startTrial({ email: `person-${number}@example.com` });
	}
}

/** The import without n8n around it, in small pages. */
async function runInPages(more: Partial<Import> = {}) {
	const { hostname: host, port } = new URL(world.url);
	return await runImport({
		stripe: new Stripe(stripeSecretKey, {
			host,
			port,
			protocol: 'http',
			telemetry: false,
			maxNetworkRetries: 0,
		}),
		partition: await partitionOf(),
		now: () => new Date(),
		runId: 'this run',
		executionId: undefined,
		isStopped: () => false,
		includesTestClocks: false,
		policy: DEFAULT_ACCESS_POLICY,
		includesPayments: true,
		listAtMost: 10,
		pageSize: PAGE_SIZE,
		...more,
	});
}

/** Lets a run save its place so many times, the first time before the first page. */
function stoppedAfter(places: number): Pick<Import, 'isStopped'> {
	let left = places;
	return { isStopped: () => --left === 0 };
}

const pagesAsked = () => world.calls.filter(({ route }) => route === LIST).length;
const everyone = { subscriptions: PEOPLE, created: PEOPLE, unchanged: 0 };

describe('an import that is interrupted', () => {
	it('goes on where it was killed, as soon as its lease is over', async () => {
		const child = spawn(process.execPath, [
			'--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
			path.join(__dirname, 'processes/importer.ts'),
			JSON.stringify([{ kind: 'sqlite', file: storeFile() }, world.url, PAGE_SIZE]),
		]);
		const exited = once(child, 'exit');
		world.standIn.observe(() => void (pagesAsked() === 3 && child.kill('SIGKILL')));
		expect(await exited).toEqual([null, 'SIGKILL']);

		await expect(runInPages()).rejects.toMatchObject({ details: { code: 'import_running' } });
		expect(pagesAsked()).toBe(3);

		const report = await runInPages({ now: () => minutesFromNow(6) });
		expect(report).toMatchObject({ subscriptions: PEOPLE, changed: 0, isResumed: true });
		// Of the page in which it was killed, some may have been joined before.
		expect(report['unchanged']).toBeLessThanOrEqual(PAGE_SIZE);
		expect(pagesAsked()).toBeLessThanOrEqual(3 + 4);
		expect(await run([getMany()])).toHaveLength(PEOPLE);
	});

	it('goes on where the operator stopped it', async () => {
		await expect(runInPages(stoppedAfter(3))).rejects.toThrow('The import was stopped');
		expect(await run([getMany()])).toHaveLength(2 * PAGE_SIZE);
		expect(await runInPages()).toMatchObject({ ...everyone, isResumed: true });
		expect(pagesAsked()).toBe(5);
		expect(await runInPages()).toMatchObject({ unchanged: PEOPLE, isResumed: false });
	});

	it('goes on at once after an error, because it gives its lease back', async () => {
		world.standIn.faults.add({ route: LIST, kind: 'status', status: 500 });
		await expect(runInPages()).rejects.toMatchObject({ statusCode: 500 });
		expect(await runInPages()).toMatchObject(everyone);
	});

	it('goes on with the payments when all subscriptions were read', async () => {
		await expect(runInPages(stoppedAfter(7))).rejects.toThrow('The import was stopped');
		world.forgetCalls();
		expect(await runInPages()).toMatchObject({ ...everyone, invoices: PEOPLE, isResumed: true });
		expect(pagesAsked()).toBe(0);
	});

	it.each([
		['a day later', { now: () => daysFromNow(1.01) }],
		['with other choices', { includesPayments: false }],
	])('begins anew %s', async (_name, later) => {
		await expect(runInPages(stoppedAfter(3))).rejects.toThrow('The import was stopped');
		expect(await runInPages(later)).toMatchObject({
			subscriptions: PEOPLE,
			created: PEOPLE - 2 * PAGE_SIZE,
			unchanged: 2 * PAGE_SIZE,
			isResumed: false,
		});
	});

	it('begins anew when Stripe no longer knows its place', async () => {
		await expect(runInPages(stoppedAfter(3))).rejects.toThrow('The import was stopped');
		world.standIn.reset();
		await signUp(2);
		expect(await runInPages()).toMatchObject({ subscriptions: 2, isResumed: false });
	});
});

describe('two imports at once', () => {
	it('are refused in one workspace: the second says so, the first one ends', async () => {
		const runs = await Promise.all(
			['one', 'other'].map(
				async () => await run([importFromStripe()], { stripeUrl: world.url, continueOnFail: true }),
			),
		);
		const [done, refused] = runs.flat().sort((a) => ('error' in a ? 1 : -1));
		expect(done).toMatchObject(everyone);
		expect(refused).toMatchObject({
			error: {
				code: 'import_running',
				message: 'Another import from Stripe is running in this workspace',
			},
		});
	});

	it('never go on both: who lost its lease stops', async () => {
		const { leases } = await partitionOf();
		const takeOver = () => {
			void leases.take(LEASE, 'another run', 600_000, minutesFromNow(6));
			return false;
		};
		await expect(runInPages({ isStopped: takeOver })).rejects.toMatchObject({
			details: { code: 'import_overtaken' },
		});
		expect(await leases.holderOf(LEASE, new Date())).toBe('another run');
	});
});
