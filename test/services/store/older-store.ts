import pg from 'pg';
import type { StoreLocation } from '../../../services/store/index.ts';

/** Takes a store back to how an older release left it. */
export async function execute(
	location: StoreLocation,
	statements: readonly string[],
): Promise<void> {
	if (location.kind === 'sqlite') {
		const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
		const file = new DatabaseSync(location.file);
		for (const statement of statements) file.exec(statement);
		file.close();
		return;
	}
	const { schema, ...connection } = location.connection;
	const client = new pg.Client(connection);
	await client.connect();
	await client.query(`set search_path = '${schema ?? ''}'`);
	for (const statement of statements) await client.query(statement);
	await client.end();
}
