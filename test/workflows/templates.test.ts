import { DEFAULT_ACCESS_POLICY } from '../../lifecycle/access.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NodeHelpers, type INode, type INodeProperties } from 'n8n-workflow';
import {
	BUILT_INS,
	FOLDER,
	PACKAGE,
	ourNode,
	readTemplates,
	targetsOf,
	textsIn,
} from './template.ts';

const templates = readTemplates();
const isNote = ({ type }: INode) => type === 'n8n-nodes-base.stickyNote';
const isStop = (type: string) => type === 'n8n-nodes-base.stopAndError';
const startsByItself = (type: string) =>
	type === 'n8n-nodes-base.webhook' || type.toLowerCase().endsWith('trigger');

it('finds templates to check', () => expect(templates.length).toBeGreaterThan(0));

describe.each(templates.map((template) => [template.file, template] as const))(
	'%s',
	(file, template) => {
		const { nodes, connections, text } = template;
		const working = nodes.filter((node) => !isNote(node));
		const notes = nodes.filter(isNote);

		it('has a speaking file name, a stable id, and starts switched off', () => {
			expect(file).toMatch(/^[a-z]+(-[a-z]+)*\.json$/);
			expect(template).toMatchObject({
				id: expect.stringMatching(/^\w{8,36}$/) as string,
				name: expect.stringMatching(/^[A-Z]/) as string,
				active: false,
				settings: { executionOrder: 'v1' },
			});
		});

		it('uses nodes of this package and built-ins of the tried versions only', () => {
			const foreign = nodes.filter(
				({ type, typeVersion }) => !ourNode(type) && BUILT_INS.get(type) !== typeVersion,
			);
			expect(foreign.map(({ name, type, typeVersion }) => [name, type, typeVersion])).toEqual([]);
		});

		it('names and identifies every node once', () => {
			for (const key of ['id', 'name'] as const) {
				const values = nodes.map((node) => node[key]);
				expect(new Set(values).size).toBe(values.length);
			}
		});

		it('connects existing nodes and leaves none alone', () => {
			const names = new Set(working.map(({ name }) => name));
			const targets = working.flatMap(({ name }) => targetsOf(connections, name));
			expect(targets.filter((target) => !names.has(target))).toEqual([]);
			expect(Object.keys(connections).filter((source) => !names.has(source))).toEqual([]);
			const reached = new Set(targets);
			const alone = working.filter(({ name, type }) => !reached.has(name) && !startsByItself(type));
			expect(alone.map(({ name }) => name)).toEqual([]);
		});

		it('sets only parameters that exist, and all required ones', () => {
			for (const node of working.filter(({ type }) => type.startsWith(PACKAGE))) {
				const fields = fieldsShownFor(node);
				const known = new Set(['resource', 'operation', ...fields.map(({ name }) => name)]);
				const unknown = Object.keys(node.parameters).filter((name) => !known.has(name));
				expect([node.name, unknown]).toEqual([node.name, []]);
				const missing = fields.filter(
					({ name, required }) => required && isEmpty(node.parameters[name]),
				);
				expect([node.name, missing.map(({ name }) => name)]).toEqual([node.name, []]);
				for (const field of fields) {
					const keys = unknownKeysIn(field, node.parameters[field.name]);
					expect([node.name, field.name, keys]).toEqual([node.name, field.name, []]);
				}
			}
		});

		it('can be switched on: nothing that n8n would complain about', () => {
			const complaints = working.flatMap((node) => {
				const description = ourNode(node.type)?.description;
				if (!description) return [];
				const issues = NodeHelpers.getNodeParametersIssues(
					description.properties,
					node,
					description,
				);
				return issues ? [[node.name, issues.parameters]] : [];
			});
			expect(complaints).toEqual([]);
		});

		it('binds credentials by name, and carries no ids, people or secrets', () => {
			for (const { credentials = {} } of nodes) {
				for (const credential of Object.values(credentials)) {
					expect(credential).toEqual({
						id: null,
						name: expect.stringMatching(/^[A-Z][\w ]+$/) as string,
					});
				}
			}
			expect(text).not.toMatch(/instanceId|versionId|pinData|CUSTOM\./);
			expect(text).not.toMatch(/\b(sk|rk|whsec)_\w/);
			const addresses = text.match(/[\w.+-]+@[\w-]+\.\w+/g) ?? [];
			expect(addresses.filter((address) => !address.endsWith('@example.com'))).toEqual([]);
		});

		it('marks every expression as one', () => {
			const texts = working.flatMap(({ parameters }) => textsIn(parameters));
			expect(texts.filter((value) => value.includes('{{') && !value.startsWith('='))).toEqual([]);
		});

		it('refers to nodes that exist and that come before', () => {
			for (const node of working) {
				const before = ranBefore(node.name);
				for (const [, referred] of textsIn(node.parameters).flatMap((value) => [
					...value.matchAll(/\$\('([^']+)'\)/g),
				])) {
					expect([node.name, referred, before.has(referred ?? '')]).toEqual([
						node.name,
						referred,
						true,
					]);
				}
			}
		});

		// n8n goes on with what came before when nobody answers in time.
		it('takes silence for no: behind each question stands whether it was answered', () => {
			const questions = working.filter(
				({ type, parameters }) =>
					type === 'n8n-nodes-base.form' && parameters['operation'] !== 'completion',
			);
			for (const { name } of questions) {
				const next = working.filter((node) => targetsOf(connections, name).includes(node.name));
				const asked = next.map(({ type, parameters }) => [type, textsIn(parameters).join()]);
				expect([name, asked]).toEqual([
					name,
					[['n8n-nodes-base.if', expect.stringContaining('submittedAt')]],
				]);
			}
		});

		// n8n takes the last branch first, and what stops a run stops it for all that wait behind.
		it('lets nobody whom it fails for keep those on other branches of a journey waiting', () => {
			const journeys = working.filter(
				({ name, type }) =>
					type === `${PACKAGE}trialJourney` && (connections[name]?.main?.length ?? 0) > 1,
			);
			const behind = journeys.flatMap(({ name }) => [...descendantsOf(name)]);
			const stops = working.filter(({ name, type }) => behind.includes(name) && isStop(type));
			expect(stops.map(({ name }) => name)).toEqual([]);
		});

		it('explains itself: set-up first, how it works second', () => {
			const [setup = '', how = ''] = notes.map(({ parameters }) => String(parameters['content']));
			expect(setup).toMatch(/^## Setup \(\d+ minutes\)\n\n1\. /);
			expect(how).toMatch(/^## How it works\n/);
		});

		it('keeps settings in one node, with a test mode that guards every message', () => {
			const settings = working.filter(({ name }) => name === 'Settings');
			expect(settings).toHaveLength(1);
			const senders = working.filter(
				({ type, parameters }) =>
					type === `${PACKAGE}intercomMessage` && parameters['resource'] === 'message',
			);
			for (const { name } of senders) expect(ancestorsOf(name)).toContain('May write?');
			const gate = working.find(({ name }) => name === 'May write?');
			if (senders.length > 0) expect(textsIn(gate?.parameters).join()).toContain('testMode');
		});

		it('asks for access by one ladder, whose days stand in its settings', () => {
			const ladders = working
				.filter((node) => fieldsShownFor(node).some(({ name }) => name === 'policy'))
				.map(({ name, parameters }) => [name, parameters['policy']]);
			const policy = {
				graceDays: "={{ $('Settings').first().json.graceDays }}",
				lapsedReadOnlyDays: "={{ $('Settings').first().json.readOnlyDays }}",
			};
			expect(ladders).toEqual(ladders.map(([name]) => [name, policy]));
			if (ladders.length === 0) return;
			const settings = JSON.stringify(working.find(({ name }) => name === 'Settings')?.parameters);
			expect(settings).toContain(
				`"graceDays","type":"number","value":${DEFAULT_ACCESS_POLICY.graceDays}}`,
			);
			expect(settings).toContain(
				`"readOnlyDays","type":"number","value":${DEFAULT_ACCESS_POLICY.lapsedReadOnlyDays}}`,
			);
		});

		it('names the triggers that know workspace or mode by themselves, before any settings are read', () => {
			const setup = String(notes[0]?.parameters['content']);
			for (const { type, name, parameters } of working) {
				if (!type.startsWith(PACKAGE) || !type.endsWith('Trigger')) continue;
				expect(parameters['workspace']).toBe('default');
				expect(setup).toMatch(new RegExp(`\\*workspace\\* .*\\*${name}\\*`));
				if (!('mode' in parameters)) continue;
				expect(parameters['mode']).toBe('test');
				expect(setup).toMatch(new RegExp(`\\*mode\\* to live.*\\*${name}\\*`));
			}
		});

		it('stands in the catalogue', () => {
			const catalogue = readFileSync(path.join(FOLDER, 'README.md'), 'utf8');
			expect(catalogue).toContain(`](${file})`);
		});

		/** What comes before, and what n8n goes through first because it hangs higher on the same output. */
		function ranBefore(name: string): Set<string> {
			const ancestors = ancestorsOf(name);
			const higher = [name, ...ancestors].flatMap((one) => higherThan(one));
			return new Set([
				...ancestors,
				...higher.flatMap((other) => [other, ...descendantsOf(other)]),
			]);
		}

		function higherThan(name: string): string[] {
			const heightOf = (other: string) =>
				working.find((node) => node.name === other)?.position[1] ?? Infinity;
			const outputs = Object.values(connections).flatMap(({ main = [] }) => main);
			const beside = outputs
				.map((output) => (output ?? []).map(({ node }) => node))
				.filter((names) => names.includes(name));
			return beside.flat().filter((other) => heightOf(other) < heightOf(name));
		}

		function descendantsOf(name: string, seen = new Set<string>()): Set<string> {
			for (const target of targetsOf(connections, name)) {
				if (seen.has(target)) continue;
				seen.add(target);
				descendantsOf(target, seen);
			}
			return seen;
		}

		function ancestorsOf(name: string, seen = new Set<string>()): Set<string> {
			for (const { name: parent } of working) {
				if (seen.has(parent) || !targetsOf(connections, parent).includes(name)) continue;
				seen.add(parent);
				ancestorsOf(parent, seen);
			}
			return seen;
		}
	},
);

function fieldsShownFor({ type, parameters }: INode): INodeProperties[] {
	const properties = ourNode(type)?.description.properties ?? [];
	return properties.filter(({ displayOptions }) =>
		Object.entries(displayOptions?.show ?? {}).every(([name, values]) =>
			(values as unknown[]).includes(parameters[name] ?? defaultOf(properties, name)),
		),
	);
}

function defaultOf(properties: readonly INodeProperties[], name: string): unknown {
	return properties.find((property) => property.name === name)?.default;
}

function isEmpty(value: unknown): boolean {
	const inner =
		typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
	return inner === undefined || inner === '';
}

/** Keys of a collection, or of rows of one, that the field does not declare. */
function unknownKeysIn({ type, options = [] }: INodeProperties, value: unknown): string[] {
	if (!['collection', 'fixedCollection'].includes(type) || typeof value !== 'object') return [];
	const known = new Set(options.map(({ name }) => name));
	return Object.keys(value ?? {}).filter((key) => !known.has(key));
}
