/**
 * An import of 100,000 subscriptions with their customers, latest invoices and all paid invoices must stay under
 * 300 MB of memory. `npm run bench -- import`; `SUBSCRIPTIONS=10000` makes it quicker.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';
import { DEFAULT_ACCESS_POLICY } from '../lifecycle/access.ts';
import { importFromStripe } from '../nodes/TrialAccount/import/index.ts';
import { openStore } from '../services/store/index.ts';

const SUBSCRIPTIONS = Number(process.env['SUBSCRIPTIONS'] ?? 100_000);
const MAX_MB = 300;
const SAMPLE_MS = 50;
const PAGE_SIZE = 100;
const MB = 1024 * 1024;

if (process.argv[2] === 'stand-in') await serve();
else await measure();

async function measure(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'lifecycle-bench-'));
	const file = join(folder, 'store.sqlite');
	const child = spawn(
		process.execPath,
		[...process.execArgv, fileURLToPath(import.meta.url), 'stand-in'],
		{
			stdio: ['pipe', 'pipe', 'inherit'],
		},
	);
	try {
		const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
		const store = await openStore({ kind: 'sqlite', file });
		const stripe = new Stripe('sk_test_bench', {
			host: '127.0.0.1',
			port: line,
			protocol: 'http',
			telemetry: false,
		});
		const run = async (name: string) => {
			const peak = watchMemory();
			const pauses = monitorEventLoopDelay({ resolution: 5 });
			pauses.enable();
			const startedAt = performance.now();
			const report = await importFromStripe({
				stripe,
				partition: store.partition({ workspace: 'default', mode: 'test' }),
				now: () => new Date(),
				runId: name,
				executionId: undefined,
				isStopped: () => false,
				includesTestClocks: false,
				policy: DEFAULT_ACCESS_POLICY,
				includesPayments: true,
				listAtMost: 100,
			});
			const seconds = (performance.now() - startedAt) / 1_000;
			pauses.disable();
			return {
				import: name,
				subscriptions: report['subscriptions'],
				created: report['created'],
				unchanged: report['unchanged'],
				invoices: report['invoices'],
				'time (s)': Math.round(seconds),
				'subscriptions/s': Math.round(SUBSCRIPTIONS / seconds),
				'peak memory (MB)': Math.round(peak() / MB),
				'others wait, 99 % (ms)': Math.round(pauses.percentile(99) / 1e6),
				'store (MB)': Math.round(statSync(file).size / MB),
			};
		};
		const before = process.memoryUsage.rss();
		const rows = [await run('first'), await run('nightly')];
		await store.close();
		report(rows, before);
	} finally {
		child.stdin.end();
		await once(child, 'exit');
		rmSync(folder, { recursive: true, force: true });
	}
}

type Row = Readonly<Record<string, unknown>> & { readonly 'peak memory (MB)': number };

function report(rows: readonly Row[], before: number): void {
	console.table(rows);
	console.log(`Memory before the first import: ${Math.round(before / MB)} MB`);
	const isComplete =
		rows[0]?.['created'] === SUBSCRIPTIONS && rows[1]?.['unchanged'] === SUBSCRIPTIONS;
	if (!isComplete) console.log('Not every subscription was imported once.');
	const figure = Math.max(...rows.map((row) => row['peak memory (MB)']));
	const ratio = Number((figure / MAX_MB).toFixed(2));
	const holds = isComplete && figure < MAX_MB;
	console.log(JSON.stringify({ figure, baseline: MAX_MB, ratio, holds }));
	process.exitCode = holds ? 0 : 1;
}

/** The highest resident memory of this process from now until it is asked for. */
function watchMemory(): () => number {
	let peak = 0;
	const sample = () => void (peak = Math.max(peak, process.memoryUsage.rss()));
	const timer = setInterval(sample, SAMPLE_MS);
	return () => {
		clearInterval(timer);
		sample();
		return peak;
	};
}

/**
 * A Stripe that knows two lists, in a process of its own: everybody had a trial, every second one has paid for a
 * month since. Bodies are those of the sandbox with other ids, so that they are as long as real ones.
 */
async function serve(): Promise<void> {
	const { createStripeStandIn } = await import('../sandbox/stripe/index.ts');
	const day = 86_400_000;
	let now = Date.now() - 40 * day;
	const standIn = createStripeStandIn({ now: () => now, settings: { rateLimits: false } });
	const url = await standIn.listen();
	const ask = async (path: string, body?: Record<string, string>) => {
		const reply = await fetch(`${url}${path}`, {
			headers: { authorization: 'Bearer sk_test_bench' },
			...(body ? { method: 'POST', body: new URLSearchParams(body) } : {}),
		});
		return (await reply.json()) as { id: string; data: ReadonlyArray<{ id: string }> };
	};
	for (const isPaying of [false, true]) {
		const { id: customer } = await ask('/v1/customers', {
			email: 'person@example.com',
			name: 'A person of the bench',
			'metadata[account_id]': 'account-of-the-bench',
		});
		await ask('/v1/subscriptions', {
			customer,
			'items[0][price]': 'price_boards_pro_monthly',
			trial_period_days: '14',
			'trial_settings[end_behavior][missing_payment_method]': 'pause',
		});
		const card = JSON.stringify({ customer, kind: 'good' });
		if (isPaying) await fetch(`${url}/_control/cards`, { method: 'POST', body: card });
	}
	now += 20 * day;
	const expand = 'expand[]=data.customer&expand[]=data.latest_invoice';
	const lists = {
		'/v1/subscriptions': (await ask(`/v1/subscriptions?status=all&${expand}`)).data,
		'/v1/invoices': (await ask('/v1/invoices?status=paid')).data,
	};
	await standIn.close();

	const server = createServer((request, reply) => {
		const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
		const samples = lists[pathname as keyof typeof lists];
		// Nobody has paid anything since the first import.
		const count = searchParams.has('created[gte]') ? 0 : SUBSCRIPTIONS;
		const first = Number(searchParams.get('starting_after')?.split('_').at(-1) ?? -1) + 1;
		const last = Math.min(first + PAGE_SIZE, count);
		const data = Array.from({ length: last - first }, (_, index) => {
			const number = first + index;
			const sample = samples[number % samples.length];
			const person = number % 2 === 0 ? number : number - 1;
			return JSON.stringify(sample)
				.replaceAll(/\b(cus|sub|in|si|il)_\w+/g, (_id, prefix: string) => `${prefix}_${number}`)
				.replaceAll('person@example.com', `person-${person}@example.com`)
				.replaceAll('account-of-the-bench', `account-${number}`);
		});
		reply.setHeader('content-type', 'application/json');
		const isMore = last < count;
		reply.end(`{"object":"list","url":"${pathname}","has_more":${isMore},"data":[${data.join()}]}`);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	console.log((server.address() as AddressInfo).port);
	process.stdin.resume();
	process.stdin.once('end', () => process.exit(0));
}
