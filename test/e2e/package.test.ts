import { readdirSync, readFileSync } from 'node:fs';
import packageJson from '../../package.json';
import { credentialData } from '../../sandbox/n8n/credentials.ts';
import { sharedN8n } from '../support/n8n.ts';

describe('the packed package in a real n8n', () => {
	const { client, standIns } = sharedN8n();
	const credentials = credentialData(standIns);

	it('brings all its nodes', async () => {
		const names = (await client.nodeTypes()).map(({ name }) => name);
		const ours = names.filter((name) => name.startsWith(`${packageJson.name}.`)).sort();
		const expected = packageJson.n8n.nodes.map((file) => `${packageJson.name}.${typeName(file)}`);
		// n8n makes a second, "Tool" type for every node that an AI agent may use.
		expect(ours.filter((name) => !name.endsWith('Tool'))).toEqual(expected.sort());
	});

	it('brings all its credentials', async () => {
		const names = (await client.credentialTypes()).map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining(packageJson.n8n.credentials.map(typeName)));
	});

	it.each(Object.keys(credentials))('tests %s against its stand-in', async (type) => {
		const data = credentials[type] ?? {};
		expect(await client.testCredential(type, data)).toMatchObject({ status: 'OK' });
	});

	it.each([
		['stripeTrialApi', 'secretKey', 'wrong'],
		['intercomMessageApi', 'accessToken', 'wrong'],
		['accessProvisioningApi', 'token', 'wrong'],
	])('tells that the %s has a wrong %s', async (type, field, value) => {
		const data = { ...credentials[type], [field]: value };
		expect(await client.testCredential(type, data)).toMatchObject({ status: 'Error' });
	});
});

interface Node {
	readonly credentials?: Readonly<
		Record<string, { readonly id: string | null; readonly name: string }>
	>;
}

describe('a template in the editor', () => {
	const { client } = sharedN8n();
	const files = readdirSync('workflows').filter((file) => file.endsWith('.json'));

	it.each(files)(
		'%s is kept as it is imported, and finds its credentials by name',
		async (file) => {
			const template = JSON.parse(readFileSync(`workflows/${file}`, 'utf8')) as {
				readonly nodes: readonly Node[];
				readonly connections: object;
			};
			const { data } = await client.request<{ readonly data: typeof template }>(
				'POST',
				'/rest/workflows',
				{ ...template, id: undefined },
			);
			const ids = data.nodes.flatMap(({ credentials = {} }) =>
				Object.values(credentials).map(({ id }) => id),
			);
			expect(ids).not.toContain(null);
			expect({ ...data, nodes: data.nodes.map(withoutIds) }).toMatchObject({
				nodes: template.nodes.map(withoutIds),
				connections: template.connections,
			});
		},
	);
});

function withoutIds({ credentials = {}, ...node }: Node) {
	const names = Object.entries(credentials).map(([type, { name }]) => [type, name]);
	return { ...node, credentials: Object.fromEntries(names) as Record<string, string> };
}

/** `dist/nodes/StripeTrial/StripeTrial.node.js` holds `stripeTrial`. */
function typeName(file: string): string {
	const className = file.replace(/^.*\//, '').replace(/\.\w+\.js$/, '');
	return className.charAt(0).toLowerCase() + className.slice(1);
}
