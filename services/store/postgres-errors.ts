import { Failure } from '../failure.ts';
import type { PostgresConnection } from './location.ts';

interface Explanation {
	readonly code: string;
	readonly message: string;
	readonly hint: string;
}

const UNREACHABLE: Explanation = {
	code: 'store_unreachable',
	message: 'The Postgres server of the lifecycle store does not answer',
	hint: 'Check host, port and TLS in the credential, and that n8n can reach the server. A repeat does nothing twice.',
};
const REFUSED_LOGIN: Explanation = {
	code: 'store_login_refused',
	message: 'Postgres refused the login of the lifecycle store',
	hint: 'Check user and password in the credential.',
};
const FULL: Explanation = {
	code: 'store_full',
	message: 'There is no room left on the disk of the lifecycle store',
	hint: 'Free some disk space on the Postgres server, then run again. What was stored before is safe.',
};
const LOCKED: Explanation = {
	code: 'store_locked',
	message: 'The lifecycle store waited too long for a lock',
	hint: 'Look for a long transaction on the Postgres server, then run again. Nothing was lost.',
};

/** https://www.postgresql.org/docs/current/errcodes-appendix.html and error codes of Node.js */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
	'28000': REFUSED_LOGIN,
	'28P01': REFUSED_LOGIN,
	'3D000': {
		code: 'store_unreachable',
		message: 'The database of the lifecycle store does not exist',
		hint: 'Create it on the Postgres server, or correct its name in the credential.',
	},
	'42501': {
		code: 'store_read_only',
		message: 'The Postgres user may not do this in the database of the lifecycle store',
		hint: 'Grant the user CREATE on the database, or create the schema as an administrator and make the user its owner.',
	},
	'25006': {
		code: 'store_read_only',
		message: 'The Postgres server of the lifecycle store is read-only',
		hint: 'Point the credential at the primary server, not at a replica.',
	},
	'53100': FULL,
	'53200': FULL,
	'53300': {
		code: 'store_busy',
		message: 'The Postgres server of the lifecycle store has no connection left',
		hint: 'Raise max_connections on the server, or lower the connections in the credential.',
	},
	'40P01': LOCKED,
	'55P03': LOCKED,
	'57014': LOCKED,
	'57P01': UNREACHABLE,
	'57P03': UNREACHABLE,
	'08006': UNREACHABLE,
	ECONNREFUSED: UNREACHABLE,
	ECONNRESET: UNREACHABLE,
	ENOTFOUND: UNREACHABLE,
	EAI_AGAIN: UNREACHABLE,
	EHOSTUNREACH: UNREACHABLE,
	ENETUNREACH: UNREACHABLE,
	ETIMEDOUT: UNREACHABLE,
	EPIPE: UNREACHABLE,
};

/** node-postgres gives these without a code: https://node-postgres.com/apis/pool */
const UNREACHABLE_WORDS =
	/connection terminated|timeout exceeded|client has encountered a connection error/i;

/** Postgres' error in the operator's words; anything else as it came. */
export function explainPostgres(error: unknown, { host, port }: PostgresConnection): unknown {
	const explanation = explanationOf(error);
	if (!explanation) return error;
	return new Failure(`${explanation.message} (${host}:${port})`, {
		code: explanation.code,
		hint: explanation.hint,
	});
}

function explanationOf(error: unknown): Explanation | undefined {
	if (typeof error !== 'object' || error === null) return undefined;
	if ('code' in error && typeof error.code === 'string') return EXPLANATIONS[error.code];
	const words = 'message' in error ? String(error.message) : '';
	return UNREACHABLE_WORDS.test(words) ? UNREACHABLE : undefined;
}
