import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStripe, type Harness } from './harness.ts';

const platform = `cli-${process.platform}-${process.arch}`;
const binary = join(__dirname, '../../../node_modules/@stripe', platform, 'bin/stripe');
const isInstalled = existsSync(binary);
if (!isInstalled)
	process.stderr.write(`The Stripe CLI is not installed for ${platform}: skipped.\n`);

/** The official CLI plays its own scripts of events against the stand-in. */
(isInstalled ? describe : describe.skip)('the Stripe CLI', () => {
	let harness: Harness;
	let home: string;

	beforeAll(async () => {
		harness = await startStripe();
		home = mkdtempSync(join(tmpdir(), 'stripe-cli-'));
	});
	afterAll(async () => {
		await harness.close();
		rmSync(home, { recursive: true, force: true });
	});

	it.each([
		'customer.subscription.created',
		'customer.subscription.updated',
		'customer.subscription.deleted',
		'customer.subscription.paused',
		'customer.subscription.trial_will_end',
		'invoice.payment_failed',
		'invoice.paid',
		'payment_method.attached',
	])(
		'triggers %s',
		async (type) => {
			const before = (await harness.stripe.events.list({ type, limit: 100 })).data.length;
			const args = [
				'trigger',
				type,
				'--api-base',
				harness.url,
				'--api-key',
				'sk_test_cli0123456789',
			];
			const { stdout } = await promisify(execFile)(binary, args, {
				env: { ...process.env, STRIPE_CLI_TELEMETRY_OPTOUT: '1', XDG_CONFIG_HOME: home },
				timeout: 30_000,
			});
			expect(stdout).toContain('Trigger succeeded!');
			const after = (await harness.stripe.events.list({ type, limit: 100 })).data.length;
			expect(after).toBeGreaterThan(before);
		},
		30_000,
	);
});
