import { Failure } from '../failure.ts';

/** Primary result codes: https://www.sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;

interface Explanation {
	readonly code: string;
	readonly message: string;
	readonly hint: string;
}

const EXPLANATIONS: Readonly<Record<number, Explanation>> = {
	[BUSY]: {
		code: 'store_locked',
		message: 'The lifecycle store is locked by another program',
		hint: 'Close database tools and backups that hold the file open, then run again. Nothing was lost.',
	},
	[LOCKED]: {
		code: 'store_locked',
		message: 'The lifecycle store is locked by another program',
		hint: 'Close database tools and backups that hold the file open, then run again. Nothing was lost.',
	},
	8: {
		code: 'store_read_only',
		message: 'The lifecycle store cannot be written',
		hint: 'Give the user that runs n8n the right to write the file and its folder.',
	},
	10: {
		code: 'store_unreadable',
		message: 'The disk failed under the lifecycle store',
		hint: 'Check the disk, and that the folder is not a network share: SQLite needs a local disk.',
	},
	11: {
		code: 'store_damaged',
		message: 'The lifecycle store is damaged',
		hint: 'Restore the file from a backup, or move it away and run Trial Account > Import From Stripe to build a new one.',
	},
	13: {
		code: 'store_full',
		message: 'There is no room left on the disk of the lifecycle store',
		hint: 'Free some disk space, then run again. What was stored before is safe.',
	},
	14: {
		code: 'store_unreachable',
		message: 'The lifecycle store cannot be opened',
		hint: 'Check that the folder exists and that the user that runs n8n may write to it.',
	},
	26: {
		code: 'store_damaged',
		message: 'The file of the lifecycle store is not a database',
		hint: 'Move the file away: a new store is made in its place.',
	},
};

/** Errors of the file system while the file is made, by the words of SQLite's own. */
const SYSTEM_CODES: Readonly<Record<string, number>> = {
	EACCES: 14,
	EEXIST: 14,
	ENOENT: 14,
	ENOTDIR: 14,
	EISDIR: 14,
	EROFS: 8,
	ENOSPC: 13,
	EDQUOT: 13,
};

export function isLocked(error: unknown): boolean {
	const code = primaryCode(error);
	return code === BUSY || code === LOCKED;
}

/** SQLite's error in the operator's words; anything else as it came. */
export function explainSqlite(error: unknown, file: string): unknown {
	const code = primaryCode(error);
	const explanation = code === undefined ? undefined : EXPLANATIONS[code];
	if (!explanation) return error;
	return new Failure(`${explanation.message} (${file})`, {
		code: explanation.code,
		hint: explanation.hint,
	});
}

function primaryCode(error: unknown): number | undefined {
	if (typeof error !== 'object' || error === null) return undefined;
	// The low byte of an extended result code is the primary one.
	if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
	return 'code' in error && typeof error.code === 'string' ? SYSTEM_CODES[error.code] : undefined;
}
