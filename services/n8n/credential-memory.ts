import type { ITriggerFunctions } from 'n8n-workflow';

/** n8n's contexts outside of executions: of a trigger, a webhook, a hook. */
export type CredentialContext = Pick<
	ITriggerFunctions,
	'getCredentials' | 'getNode' | 'getWorkflow'
>;

export interface CredentialMemory<Credential extends object> {
	/** The credential as it was some seconds ago at most. */
	recall(): Promise<Credential>;
	/** It seems to have changed: whoever recalls it next gets it as it is. */
	forget(): void;
}

interface Kept {
	readonly credential: Promise<object>;
	readonly until: number;
}

const KEPT_MS = 10_000;
const kept = new Map<string, Kept>();

/**
 * Looks a credential of this node up once for many requests. Outside of executions n8n makes an expression isolate
 * for each look-up, which keeps it busy for longer than all that a trigger does with an event.
 */
export function credentialMemory<Credential extends object>(
	context: CredentialContext,
	type: string,
): CredentialMemory<Credential> {
	const { id, credentials } = context.getNode();
	const key = [context.getWorkflow().id, id, type, credentials?.[type]?.id].join('/');
	return {
		async recall() {
			const known = kept.get(key);
			if (known && known.until > performance.now()) return (await known.credential) as Credential;
			const credential = context.getCredentials<Credential>(type);
			kept.set(key, { credential, until: performance.now() + KEPT_MS });
			credential.catch(() => kept.delete(key));
			return await credential;
		},
		forget: () => void kept.delete(key),
	};
}
