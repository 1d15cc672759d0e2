import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';
import { AccessProvisioning } from '../../nodes/AccessProvisioning/AccessProvisioning.node.ts';
import { resources as accessResources } from '../../nodes/AccessProvisioning/operations/index.ts';
import { IntercomMessage } from '../../nodes/IntercomMessage/IntercomMessage.node.ts';
import { resources as intercomResources } from '../../nodes/IntercomMessage/operations/index.ts';
import { StripeTrial } from '../../nodes/StripeTrial/StripeTrial.node.ts';
import { resources as stripeResources } from '../../nodes/StripeTrial/operations/index.ts';
import { TrialAccount } from '../../nodes/TrialAccount/TrialAccount.node.ts';
import { resources as accountResources } from '../../nodes/TrialAccount/operations/index.ts';
import type { Resource } from '../../services/n8n/operation.ts';

const NODES: Array<[string, INodeType, ReadonlyArray<Resource<never>>]> = [
	['AccessProvisioning', new AccessProvisioning(), accessResources],
	['IntercomMessage', new IntercomMessage(), intercomResources],
	['StripeTrial', new StripeTrial(), stripeResources],
	['TrialAccount', new TrialAccount(), accountResources],
];

describe.each(NODES)('%s: panel and registry', (_name, node, resources) => {
	const { properties } = node.description;

	it('offers exactly the registered operations', () => {
		const offered = properties
			.filter(({ name }) => name === 'operation')
			.flatMap(({ options = [], displayOptions }) =>
				optionsOf(options).map(({ value }) => [displayOptions?.show?.['resource']?.[0], value]),
			);
		const registered = resources.flatMap((resource) =>
			resource.operations.map(({ value }) => [resource.value, value]),
		);
		expect(offered).toEqual(registered);
	});

	it('describes each operation for the node picker: verb first, sentence case, no full stop', () => {
		for (const { action } of resources.flatMap(({ operations }) => operations)) {
			expect(action).toMatch(/^[A-Z][a-z]+ [^A-Z.]+$/);
		}
	});

	it('sorts resources and operations as they are read', () => {
		for (const names of [resources, ...resources.map(({ operations }) => operations)]) {
			const read = names.map(({ name }) => name);
			expect(read).toEqual([...read].sort());
		}
	});

	it('shows every field for one operation only, and has a list search for every list', () => {
		const fields = properties.filter(({ name }) => !['resource', 'operation'].includes(name));
		for (const { name, displayOptions, modes = [] } of fields) {
			expect([name, displayOptions?.show?.['operation']]).toEqual([name, [expect.any(String)]]);
			for (const { typeOptions } of modes) {
				const method = typeOptions?.searchListMethod;
				if (method) expect(Object.keys(node.methods?.listSearch ?? {})).toContain(method);
			}
		}
	});
});

/** n8n does not save a value that is at its default, so these are frozen like the values themselves. */
it.each([
	['AccessProvisioning', { resource: 'access' }, { access: 'get' }],
	['IntercomMessage', { resource: 'contact' }, { contact: 'createOrUpdate', message: 'send' }],
])('%s opens with what saved workflows count on', (name, { resource }, operations) => {
	const { properties = [] } = NODES.find(([node]) => node === name)?.[1].description ?? {};
	const defaultOf = (field: string, shownFor?: string) =>
		properties.find(
			({ name: own, displayOptions }) =>
				own === field && displayOptions?.show?.['resource']?.[0] === shownFor,
		)?.default;
	expect(defaultOf('resource')).toBe(resource);
	for (const [shownFor, operation] of Object.entries(operations)) {
		expect(defaultOf('operation', shownFor)).toBe(operation);
	}
});

function optionsOf(options: NonNullable<INodeProperties['options']>): INodePropertyOptions[] {
	return options.filter((option): option is INodePropertyOptions => 'value' in option);
}
