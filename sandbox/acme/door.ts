import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { problem } from './problem.ts';
import type { Reply, StandInRequest } from '../kernel/http.ts';

/** Refuses a request without the right bearer token; nothing when it may pass. */
export function refuseWrongToken(request: StandInRequest, token: string): Reply | undefined {
	const given = request.headers['authorization'];
	if (given === undefined) return problem(401, 'The header Authorization is missing');
	return isSame(given, `Bearer ${token}`) ? undefined : problem(401, 'The bearer token is wrong');
}

/** Refuses a request whose Standard Webhooks signature does not fit its body; nothing when it may pass. */
export function refuseWrongSignature(request: StandInRequest, secret: string): Reply | undefined {
	try {
		new Webhook(secret).verify(request.rawBody, { ...request.headers }, { jsonParse: false });
		return undefined;
	} catch (error) {
		return problem(401, `The signature was not accepted: ${(error as Error).message}`);
	}
}

function isSame(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}
