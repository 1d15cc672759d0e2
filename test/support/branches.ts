import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { findBrowser } from '../../sandbox/browser.ts';
import { parseFlatted } from '../../sandbox/n8n/flatted.ts';
import type { Execution } from '../../sandbox/n8n/client.ts';

const TEMPLATES = 'workflows';
const SUITES = 'test/e2e';
const FOLDER = join('.cache', 'e2e', 'branches');
/** A line for each branch that was walked, with repetitions. */
const WALKED = join(FOLDER, 'walked');
/** A line for each suite that was run. */
const RUN = join(FOLDER, 'suites');

/** A template as far as its branches go. */
export interface Canvas {
	/** The name of its file, without the ending. */
	readonly template: string;
	/** What n8n calls it. */
	readonly name: string;
	readonly nodes: readonly CanvasNode[];
	readonly connections: Readonly<
		Record<
			string,
			{ readonly main?: ReadonlyArray<ReadonlyArray<{ readonly node: string }> | null> }
		>
	>;
}

interface CanvasNode {
	readonly name: string;
	readonly type: string;
	readonly onError?: string;
	readonly parameters: {
		/** Of a trigger: one output each. */
		readonly events?: readonly string[];
		/** Of a journey: one output each. */
		readonly steps?: { readonly step?: ReadonlyArray<{ readonly name: string }> };
		/** Of a Switch: one output each. */
		readonly rules?: { readonly values?: ReadonlyArray<{ readonly outputKey: string }> };
	};
}

interface Branch {
	readonly from: string;
	readonly output: number;
	/** Nothing where the canvas ends at this output. */
	readonly to?: string;
	/** As the operator reads it: `cancellation › Sync access › error → Fail: access`. */
	readonly words: string;
}

type NodeRuns = Execution['data']['resultData']['runData'];

/** Every way that an item can take in a template, those that end included. */
export function branchesOf({ template, nodes, connections }: Canvas): Branch[] {
	return nodes.flatMap((node) => {
		const outputs = connections[node.name]?.main ?? [];
		const count = Math.max(outputs.length, node.type === 'n8n-nodes-base.if' ? 2 : 0);
		return Array.from({ length: count }, (_, output) => output).flatMap((output) => {
			const way = `${template} › ${node.name} › ${outputName(node, output)}`;
			const targets = outputs[output] ?? [];
			const toTargets = targets.map(({ node: to }) => ({
				from: node.name,
				output,
				to,
				words: `${way} → ${to}`,
			}));
			return toTargets.length > 0
				? toTargets
				: [{ from: node.name, output, words: `${way} → end` }];
		});
	});
}

function outputName({ type, onError, parameters }: CanvasNode, output: number): string {
	const { events, steps, rules } = parameters;
	if (type === 'n8n-nodes-base.if') return output === 0 ? 'true' : 'false';
	const names =
		rules?.values?.map(({ outputKey }) => outputKey) ?? steps?.step?.map(stepName) ?? events;
	if (names?.[output] !== undefined) return names[output];
	return onError === 'continueErrorOutput' && output === 1 ? 'error' : 'done';
}

const stepName = ({ name }: { readonly name: string }) => name;

/** Whether an item went this way in an execution. */
export function isWalked({ from, output, to }: Branch, runs: NodeRuns): boolean {
	if (to === undefined) {
		return (runs[from] ?? []).some(({ data }) => (data?.['main']?.[output] ?? []).length > 0);
	}
	return (runs[to] ?? []).some(({ source }) =>
		source?.some((one) => one?.previousNode === from && (one.previousNodeOutput ?? 0) === output),
	);
}

export function forgetBranches(): void {
	rmSync(FOLDER, { recursive: true, force: true });
}

/**
 * Writes down which branches of the templates were walked in an n8n that has ended, in whatever way. A copy of a
 * template that a suite changed counts as the template: it has its name.
 * @param userFolder N8N_USER_FOLDER of that n8n
 */
export function recordBranches(userFolder: string): void {
	const file = join(userFolder, '.n8n', 'database.sqlite');
	if (!existsSync(file)) return;
	const open = new Map(readCanvases().map((canvas) => [canvas.name, new Set(branchesOf(canvas))]));
	const walked: string[] = [];
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const rows = database.prepare(
			`select json_extract(workflowData, '$.name') as name, data from execution_data`,
		);
		for (const { name, data } of rows.iterate() as Iterable<{ name: string; data: string }>) {
			const branches = open.get(name);
			if (!branches || branches.size === 0) continue;
			const execution = parseFlatted(data) as Execution['data'] | undefined;
			const runs = execution?.resultData?.runData ?? {};
			for (const branch of branches) {
				if (!isWalked(branch, runs)) continue;
				branches.delete(branch);
				walked.push(branch.words);
			}
		}
	} finally {
		database.close();
	}
	write(WALKED, walked);
}

/** Writes down that a suite was run. */
export function recordSuite(file: string): void {
	write(RUN, [basename(file)]);
}

/** Throws with the branches that no suite walked. Says nothing before all suites have been run, each of them whole. */
export function requireAllBranches(): void {
	const run = read(RUN);
	const suites = readdirSync(SUITES).filter((file) => file.endsWith('.test.ts'));
	if (!suites.every((file) => run.has(file))) return;
	if (!findBrowser()) {
		process.stderr.write('What is tested in a browser was skipped: no branches were counted.\n');
		return;
	}
	const walked = read(WALKED);
	const all = readCanvases().flatMap(branchesOf);
	const unwalked = all.map(({ words }) => words).filter((words) => !walked.has(words));
	if (unwalked.length === 0) return;
	throw new Error(
		`No e2e suite goes this way (${unwalked.length} of ${all.length} branches of the templates):\n${unwalked.join('\n')}`,
	);
}

export function readCanvases(): Canvas[] {
	return readdirSync(TEMPLATES)
		.filter((file) => file.endsWith('.json'))
		.map((file) => {
			const text = readFileSync(join(TEMPLATES, file), 'utf8');
			return { ...(JSON.parse(text) as Canvas), template: basename(file, '.json') };
		});
}

function write(file: string, lines: readonly string[]) {
	mkdirSync(FOLDER, { recursive: true });
	appendFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

function read(file: string): Set<string> {
	return new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
}
