import { sleep } from 'n8n-workflow';
import type { AccessLevel } from '../../lifecycle/access-level.ts';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { Failure } from '../failure.ts';
import type { AccessClient, Instance, InstanceAnswer } from './client.ts';

export interface InstanceOrder {
	readonly accountId: string;
	readonly email: string;
	readonly name?: string;
	readonly plan?: string;
	readonly access: AccessLevel;
	readonly trialEndsAt?: string;
	readonly language?: string;
	readonly metadata?: Readonly<Record<string, string>>;
}

const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Opens the instance of an account, or finds the one it has. With `waitMs` it asks until the instance is
 * ready, for that long at most; a later repeat of the same order goes on waiting for the same instance.
 */
export async function provision(
	access: AccessClient,
	{ accountId, ...order }: InstanceOrder,
	options: {
		readonly waitMs: number;
		readonly now?: () => number;
		readonly sleep?: (ms: number) => Promise<void>;
	},
): Promise<Instance> {
	const { waitMs, now = Date.now, sleep: wait = sleep } = options;
	const deadline = now() + waitMs;
	const key = idempotencyKey('provision', accountId, JSON.stringify(order));

	let answer: InstanceAnswer = await access.put(accountId, order, key);
	for (let pause = SHORTEST_PAUSE_MS; waitMs > 0; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
		const { instance, retryAfterMs } = answer;
		if (instance.status === 'ready') return instance;
		if (instance.status !== 'provisioning') throw neverReady(instance);
		const nextAt = now() + Math.min(retryAfterMs ?? pause, LONGEST_PAUSE_MS);
		if (nextAt > deadline) throw notReadyYet(accountId, waitMs);
		await wait(nextAt - now());
		const next = await access.get(accountId);
		if (!next) throw neverReady({ ...instance, status: 'revoked' });
		answer = next;
	}
	return answer.instance;
}

function notReadyYet(accountId: string, waitMs: number): Failure {
	return new Failure(
		`The instance of ${accountId} was not ready within ${Math.round(waitMs / 1000)} s`,
		{
			code: 'instance_not_ready',
			hint: 'Run again later: the same instance goes on being made. If your product needs longer as a rule, raise "Wait at Most".',
		},
	);
}

function neverReady({ accountId, status, reason }: Instance): Failure {
	return new Failure(`The instance of ${accountId} is ${status}${reason ? ` (${reason})` : ''}`, {
		code: `instance_${status}`,
		hint: 'Look at this account in the product. A repeat asks for the instance anew.',
	});
}
