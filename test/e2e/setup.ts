import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage } from '../../sandbox/n8n/package.ts';
import { createProgress } from '../../sandbox/setup/progress.cjs';
import { startSandboxWithN8n } from '../../sandbox/with-n8n.ts';
import { forgetBranches } from '../support/branches.ts';
import { shareN8n } from '../support/n8n.ts';
import type { StandIn } from '../../sandbox/kernel/http.ts';
import { INTERCOM } from '../contract/intercom-routes.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { checkExchange, type VendorContract } from '../support/contract-exchange.ts';
import { keepForTeardown } from './teardown.ts';

/** What jest was told. */
interface Config {
	readonly maxWorkers: number;
	readonly testNamePattern?: string;
}

/** Starts the one n8n of all e2e suites, with what `dist/` holds installed as a user would install it. */
export default async function setup({ maxWorkers, testNamePattern }: Config) {
	if (maxWorkers > 1) {
		throw new Error('The e2e suites share one n8n and its stand-ins: run jest with --runInBand.');
	}
	if (!existsSync('dist')) await buildPackage();
	// What is run again adds to what was run before.
	if (!process.env['TEST_AGAIN']) forgetBranches();
	if (testNamePattern) process.env['TEST_NAMES'] = testNamePattern;
	const folder = await mkdtemp(join(tmpdir(), 'saas-lifecycle-e2e-'));
	const running = await startSandboxWithN8n({ folder, progress: createProgress() });
	const { n8n, client, standIns } = running;
	const violations: string[] = [];
	watch(STRIPE, standIns.stripe, violations);
	watch(INTERCOM, standIns.intercom, violations);
	keepForTeardown({ running, folder, violations });
	shareN8n({
		url: n8n.url,
		cookie: client.cookie,
		folder: n8n.folder,
		logFile: n8n.logFile,
		standIns: {
			stripe: standIns.stripe.url,
			intercom: standIns.intercom.url,
			acme: standIns.acme.url,
		},
	});
}

/** What n8n sends and gets is held to the contract too; the tear-down tells what broke it. */
function watch(vendor: VendorContract, standIn: StandIn, violations: string[]) {
	standIn.observe((exchange) => {
		const { method, path } = exchange.request;
		const problems = checkExchange(vendor, exchange);
		violations.push(...problems.map((problem) => `${method} ${path} ${problem}`));
	});
}
