import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import qs from 'qs';
import { createValidator, type Definitions } from '../contract/validate.ts';

export interface Contract {
	readonly definitions: Definitions;
	/** The names of test/contract/types.ts. */
	readonly types: readonly string[];
	/** Problems of an urlencoded body or query, as Stripe takes them; empty when it is valid. */
	form(type: string, body: string): string[];
	/** Problems of a parsed JSON value; empty when it is valid. */
	json(type: string, value: unknown): string[];
}

const ROOT = join(__dirname, '../..');
const TYPES = join(ROOT, 'test/contract/types.ts');
const GENERATOR = join(ROOT, 'test/contract/schema.ts');
const CACHE = join(ROOT, '.cache/contract');

let loaded: Contract | undefined;

/** The wire contract of the installed SDKs: generated on first use, then read from the cache. */
export function loadContract(): Contract {
	return (loaded ??= createContract(readDefinitions()));
}

/** Fails the test unless the value is valid for the type. */
export function expectContract(type: string, value: unknown) {
	expect({ type, problems: loadContract().json(type, value) }).toEqual({ type, problems: [] });
}

/** Fails the test unless the urlencoded body is valid for the type. */
export function expectFormContract(type: string, body: string) {
	expect({ type, problems: loadContract().form(type, body) }).toEqual({ type, problems: [] });
}

function createContract(definitions: Definitions): Contract {
	const validate = createValidator(definitions);
	const rootOf = (type: string) => {
		const root = definitions[`root_${type}`];
		if (!root)
			throw new Error(`The contract has no type ${type}: add it to test/contract/types.ts`);
		return root;
	};
	return {
		definitions,
		types: Object.keys(definitions)
			.filter((name) => name.startsWith('root_'))
			.map((name) => name.slice('root_'.length)),
		form: (type, body) =>
			validate(rootOf(type), qs.parse(body, { depth: 20, arrayLimit: 1000 }), 'form'),
		json: (type, value) => validate(rootOf(type), value, 'json'),
	};
}

function readDefinitions(): Definitions {
	const file = join(CACHE, `${fingerprint()}.json`);
	if (!existsSync(file)) generate(file);
	const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Definitions };
	return definitions;
}

/** Written beside and renamed, so that workers that start together never read half a file. */
function generate(file: string) {
	mkdirSync(CACHE, { recursive: true });
	const draft = `${file}.${process.pid}`;
	execFileSync(
		process.execPath,
		['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', GENERATOR, TYPES, draft],
		{ stdio: 'inherit' },
	);
	renameSync(draft, file);
}

function fingerprint(): string {
	const hash = createHash('sha256');
	for (const sdk of ['stripe', 'intercom-client', 'typescript']) {
		hash.update(readFileSync(join(ROOT, 'node_modules', sdk, 'package.json')));
	}
	for (const file of [TYPES, GENERATOR]) hash.update(readFileSync(file));
	return hash.digest('hex').slice(0, 16);
}
