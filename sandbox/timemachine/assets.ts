import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Reply } from '../kernel/http.ts';

const types: Readonly<Record<string, string>> = {
	html: 'text/html; charset=utf-8',
	css: 'text/css; charset=utf-8',
	js: 'text/javascript; charset=utf-8',
	svg: 'image/svg+xml',
};

/** A file of the page. Tests run this as CommonJS, without `import.meta`: all commands start at the root. */
export async function asset(name: string): Promise<Reply> {
	const type = types[name.split('.').at(-1) ?? ''];
	if (!/^[\w-]+\.\w+$/.test(name) || type === undefined) return notFound;
	try {
		const text = await readFile(resolve('sandbox/timemachine/page', name), 'utf8');
		return { status: 200, headers: { ...headers, 'content-type': type }, html: text };
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return notFound;
		throw error;
	}
}

const notFound: Reply = { status: 404, json: { error: 'There is no such file.' } };

/** Nothing from elsewhere, and nothing inline. */
const headers = {
	'cache-control': 'no-cache',
	'content-security-policy':
		"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'",
};
