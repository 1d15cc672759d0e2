import { isPortFree } from './n8n/ports.ts';

/** Where everything of `npm start` listens, on 127.0.0.1. */
export interface SandboxPorts {
	readonly n8n: number;
	readonly timeMachine: number;
	readonly stripe: number;
	readonly intercom: number;
	readonly acme: number;
}

const N8N_PORT = 5678;
const PORT_BASE = 12110;

/** The ports by default, or as `SANDBOX_N8N_PORT` and `SANDBOX_PORT_BASE` say. */
export function readPorts(env: NodeJS.ProcessEnv): SandboxPorts {
	const base = readPort(env, 'SANDBOX_PORT_BASE', PORT_BASE);
	return {
		n8n: readPort(env, 'SANDBOX_N8N_PORT', N8N_PORT),
		timeMachine: base,
		stripe: base + 1,
		intercom: base + 2,
		acme: base + 3,
	};
}

function readPort(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
	const text = env[name];
	if (!text) return fallback;
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port < 65_533) return port;
	throw new Error(`${name} must be a port number, not "${text}".`);
}

/** Fails with a sentence that names the first port somebody else listens on, and the way out. */
export async function requireFreePorts(ports: SandboxPorts): Promise<void> {
	for (const [name, port] of Object.entries(ports)) {
		if (await isPortFree(port)) continue;
		const variable = name === 'n8n' ? 'SANDBOX_N8N_PORT' : 'SANDBOX_PORT_BASE';
		throw new Error(
			`Port ${port} (${NAMES[name as keyof SandboxPorts]}) is in use. Stop what listens there, or choose other ports: ` +
				`${variable}=${port + 1000} npm start`,
		);
	}
}

const NAMES: Readonly<Record<keyof SandboxPorts, string>> = {
	n8n: 'n8n',
	timeMachine: 'time machine',
	stripe: 'Stripe stand-in',
	intercom: 'Intercom stand-in',
	acme: 'Acme Boards',
};
