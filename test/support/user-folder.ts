import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Gives every test an n8n user folder of its own, and with it an empty lifecycle store: one call per suite. */
export function useTemporaryUserFolder(): void {
	const before = process.env['N8N_USER_FOLDER'];
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), 'n8n-user-'));
		process.env['N8N_USER_FOLDER'] = folder;
	});

	afterEach(() => {
		if (before === undefined) delete process.env['N8N_USER_FOLDER'];
		else process.env['N8N_USER_FOLDER'] = before;
		rmSync(folder, { recursive: true, force: true });
	});
}

/** The file in which nodes keep their store there. */
export function storeFile(): string {
	const folder = process.env['N8N_USER_FOLDER'];
	if (!folder) throw new Error('Only inside useTemporaryUserFolder()');
	return path.join(folder, '.n8n', 'saas-lifecycle.sqlite');
}
