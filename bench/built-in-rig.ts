import { lookup } from 'node:dns/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import type { N8nClient } from '../sandbox/n8n/client.ts';
import { createInstance, type CredentialImport, type Instance } from '../sandbox/n8n/instance.ts';
import { buildPackage, packPackage } from '../sandbox/n8n/package.ts';
import { ensureRuntime } from '../sandbox/n8n/runtime.ts';
import { onEndRequested } from '../sandbox/setup/processes.cjs';
import { createStripeStandIn, type Settings, type StripeStandIn } from '../sandbox/stripe/index.ts';
import { STRIPE_HOST, type OwnNetwork } from './own-network.ts';

export interface RigOptions {
	/** From `inOwnNetwork`; null where n8n's built-in nodes cannot be led to the stand-in. */
	readonly network: OwnNetwork | null;
	/** Imported, not published: see `N8nClient.publish` and `N8nClient.runWorkflow`. */
	readonly workflows: ReadonlyArray<{ readonly id: string }>;
	/** Ours of type `stripeTrialApi` is told where Stripe is; the built-in `stripeApi` cannot be told. */
	readonly credentials: readonly CredentialImport[];
	/** Such as `requestsPerSecond` and `requestsPerEndpoint`; can be changed later at `stripe.settings`. */
	readonly stripe?: Partial<Settings>;
}

/** A real n8n with our package as it is built now, and one Stripe for our nodes and n8n's own. */
export interface Rig {
	readonly n8n: Instance;
	readonly client: N8nClient;
	readonly stripe: StripeStandIn;
	/** Where the bench itself talks to the stand-in, without TLS. */
	readonly stripeUrl: string;
	/** Whether n8n's built-in Stripe nodes reach the stand-in too. */
	readonly hasBuiltIns: boolean;
	close(): Promise<void>;
}

const HTTPS = 443;

/** Both kinds of nodes reach the stand-in by Stripe's own name over TLS; without a network, ours alone does. */
export async function startRig(options: RigOptions): Promise<Rig> {
	const { network, workflows } = options;
	const folder = await mkdtemp(join(tmpdir(), 'bench-n8n-'));
	const closing = [async () => await rm(folder, { recursive: true, force: true })];
	const close = async () => {
		for (const step of closing.splice(0).reverse()) await step();
	};
	onEndRequested(close);
	try {
		const stripe = createStripeStandIn({
			settings: { searchLagSeconds: 0, ...options.stripe },
		});
		const stripeUrl = await stripe.listen();
		closing.push(stripe.close);
		if (network) {
			const front = await openFront(network, Number(new URL(stripeUrl).port));
			closing.push(async () => void front.close());
		}
		await buildPackage();
		const n8n = await createInstance({
			runtime: await ensureRuntime(),
			folder: join(folder, 'n8n'),
			...(network ? { env: { NODE_EXTRA_CA_CERTS: network.certFile } } : {}),
		});
		closing.push(n8n.stop);
		await n8n.installPackage(await packPackage(join(folder, 'package')));
		const baseUrl = network ? `https://${STRIPE_HOST}` : stripeUrl;
		await n8n.importCredentials(options.credentials.map((one) => ledTo(baseUrl, one)));
		await n8n.importWorkflows(workflows);
		const client = await n8n.start();
		return { n8n, client, stripe, stripeUrl, hasBuiltIns: network !== null, close };
	} catch (error) {
		await close();
		throw error;
	}
}

function ledTo(baseUrl: string, credential: CredentialImport): CredentialImport {
	if (credential.type !== 'stripeTrialApi') return credential;
	return { ...credential, data: { ...credential.data, baseUrl } };
}

/** Takes TLS off and hands the bytes on. */
async function openFront({ cert, key }: OwnNetwork, port: number): Promise<Server> {
	const { address } = await lookup(STRIPE_HOST);
	if (address !== '127.0.0.1') throw new Error(`${STRIPE_HOST} is ${address}, not the stand-in`);
	const front = createServer({ cert, key }, (outside) => {
		const inside = connect(port, '127.0.0.1');
		outside.pipe(inside).pipe(outside);
		outside.on('error', () => inside.destroy());
		inside.on('error', () => outside.destroy());
	});
	await new Promise<void>((resolve, reject) => {
		front.once('error', reject);
		front.listen(HTTPS, '127.0.0.1', resolve);
	});
	return front;
}
