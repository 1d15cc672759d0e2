import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { usePackageBesideStripe } from './harness.ts';

const built = usePackageBesideStripe();

const run = async (parameters: INodeParameters, items: readonly IDataObject[]) =>
	await built.run('trialAccount', parameters, items);

const MILESTONE = {
	resource: 'milestone',
	operation: 'record',
	account: '={{ $json.email }}',
	milestone: 'created_project',
	reachedAt: '2027-01-04T09:00:00Z',
};
const GET = {
	resource: 'account',
	operation: 'get',
	account: { __rl: true, mode: 'id', value: '={{ $json.email }}' },
};

describe("the Trial Account node in n8n's own engine", () => {
	it('keeps what one execution tells for the next, and pairs rows with items', async () => {
		const people = [{ email: 'ada@example.com' }, { email: 'bob@example.com' }];
		const { error } = await run(MILESTONE, people);
		expect(error).toBeUndefined();
		const { outputs } = await run(GET, [...people, { email: 'eve@example.com' }]);
		expect(outputs[0]?.map(({ json, pairedItem }) => [json['email'], pairedItem])).toEqual([
			['ada@example.com', { item: 0 }],
			['bob@example.com', { item: 1 }],
			[undefined, { item: 2 }],
		]);
		expect(outputs[0]?.[0]?.json['milestones']).toEqual({
			created_project: '2027-01-04T09:00:00.000Z',
		});
	});

	it('imports through the HTTP helper and the credential of n8n', async () => {
		await built.startTrial({ email: 'ada@example.com' });
		const parameters = { resource: 'account', operation: 'importFromStripe', options: {} };
		const { outputs, error } = await run(parameters, [{}]);
		expect(error).toBeUndefined();
		expect(outputs[0]?.[0]?.json).toMatchObject({ created: 1, drifts: [], mode: 'test' });
		const { outputs: found } = await run(GET, [{ email: 'ada@example.com' }]);
		expect(found[0]?.[0]?.json).toMatchObject({ exists: true, stage: 'trialing', daysLeft: 14 });
	});

	it('has the store tested by itself', () => {
		const node = built.loader.nodeTypes['trialAccount']?.type as
			{ methods?: { credentialTest?: object } } | undefined;
		expect(node?.methods?.credentialTest).toHaveProperty('lifecycleStoreTest');
	});
});
