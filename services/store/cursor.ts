import { Failure } from '../failure.ts';

/** The place between two pages: what the last row was sorted by, and its id. Opaque to whoever passes it on. */
export type Position = readonly [sortedAt: number, id: string];

export function encodeCursor(position: Position): string {
	return Buffer.from(JSON.stringify(position)).toString('base64url');
}

export function decodeCursor(cursor: string): Position {
	const position = parse(Buffer.from(cursor, 'base64url').toString());
	if (isPosition(position)) return position;
	throw new Failure('The cursor is not one that this node gave', {
		code: 'store_bad_cursor',
		hint: 'Leave the cursor empty to start from the first page.',
	});
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isPosition(value: unknown): value is Position {
	return (
		Array.isArray(value) &&
		value.length === 2 &&
		typeof value[0] === 'number' &&
		typeof value[1] === 'string'
	);
}
