import { createAcmeStandIn } from './acme/index.ts';
import { createIntercomStandIn } from './intercom/index.ts';
import type { StandIn } from './kernel/http.ts';
import { readPorts, type SandboxPorts } from './ports.ts';
import {
	acmeSigningSecret,
	acmeToken,
	intercomClientSecret,
	intercomToken,
	scimToken,
	stripeSecretKey,
} from './secrets.ts';
import { onEndRequested } from './setup/processes.cjs';
import { createStripeStandIn, type Settings, type StripeStandIn } from './stripe/index.ts';
import { createTimeMachine } from './timemachine/index.ts';
import { createStripeFeed } from './timemachine/stripe-feed.ts';

export interface SandboxOptions {
	/** Free ports when left out. */
	readonly ports?: Omit<SandboxPorts, 'n8n'>;
	/** Where an n8n with the onboarding template is, or will be: the time machine signs people up there. */
	readonly n8nUrl?: string;
	/** Runs the scheduled flows of that n8n once, for people whose time is moved to a morning. */
	readonly runSchedules?: () => Promise<readonly string[]>;
	readonly stripe?: Partial<Settings>;
	readonly acme?: Parameters<typeof createAcmeStandIn>[0];
	readonly intercom?: Parameters<typeof createIntercomStandIn>[0];
}

/** Something that listens, and where. */
export type Listening<T extends StandIn = StandIn> = T & { readonly url: string };

export interface Sandbox {
	readonly stripe: Listening<StripeStandIn>;
	readonly intercom: Listening;
	readonly acme: Listening;
	readonly timeMachine: Listening;
	close(): Promise<void>;
}

/**
 * Stripe, Intercom and a product, in memory and on 127.0.0.1, with a time machine over them. Each account lives in
 * a time of its own, that of its test clock at Stripe, and the others record in that time too.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { ports } = options;
	const stripe = createStripeStandIn({
		settings: { ownClockPerCustomer: true, ...options.stripe },
	});
	const feed = createStripeFeed(stripe);
	const intercom = createIntercomStandIn({ now: feed.timeOf, ...options.intercom });
	const acme = createAcmeStandIn({ timeOf: feed.timeOf, ...options.acme });
	const open: StandIn[] = [];

	async function listen<T extends StandIn>(standIn: T, port: number | undefined) {
		const url = await standIn.listen(port);
		open.push(standIn);
		return Object.assign(standIn, { url });
	}

	async function close() {
		await Promise.all(open.map(async (standIn) => await standIn.close()));
	}

	try {
		const listening = {
			stripe: await listen(stripe, ports?.stripe),
			intercom: await listen(intercom, ports?.intercom),
			acme: await listen(acme, ports?.acme),
		};
		const timeMachine = createTimeMachine({
			urls: {
				stripe: listening.stripe.url,
				intercom: listening.intercom.url,
				acme: listening.acme.url,
			},
			feed,
			standIns: [stripe, intercom, acme],
			...(options.n8nUrl === undefined ? {} : { n8nUrl: options.n8nUrl }),
			...(options.runSchedules === undefined ? {} : { runSchedules: options.runSchedules }),
		});
		return { ...listening, timeMachine: await listen(timeMachine, ports?.timeMachine), close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** `npm run sandbox`: the stand-ins alone, for who brings an n8n or a client of their own. */
async function main() {
	try {
		const { n8n, ...ports } = readPorts(process.env);
		const sandbox = await startSandbox({ ports, n8nUrl: `http://127.0.0.1:${n8n}` });
		onEndRequested(sandbox.close);
		process.stdout.write(invitation(sandbox));
	} catch (error) {
		process.stderr.write(`${(error as Error).message}\n`);
		process.exitCode = 1;
	}
}

function invitation({ timeMachine, stripe, intercom, acme }: Sandbox): string {
	return `
  Time machine    ${timeMachine.url}

  Stripe          ${stripe.url}
    secret key      ${stripeSecretKey}
  Intercom        ${intercom.url}
    access token    ${intercomToken}
    client secret   ${intercomClientSecret}
  Acme Boards     ${acme.url}
    token           ${acmeToken}
    signing secret  ${acmeSigningSecret}
    SCIM 2.0        ${acme.url}/scim/v2, token ${scimToken}

  Everything is in memory and reachable from this machine only. Ctrl-C ends it.

`;
}

// Tests import this file as CommonJS, where `import.meta.main` is not at hand.
if (/[\\/]sandbox[\\/]sandbox\.ts$/.test(process.argv[1] ?? '')) void main();
