import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { IntercomMessage } from '../../../nodes/IntercomMessage/IntercomMessage.node.ts';
import { intercomToken } from '../../../sandbox/secrets.ts';
import { createContext } from '../../support/execute-node.ts';
import { DORA, useIntercom } from './harness.ts';

const intercom = useIntercom();
const { listSearch } = new IntercomMessage().methods;

/** What the panel shows for a filter. */
async function choices(list: keyof typeof listSearch, filter?: string) {
	const context = createContext({
		items: [],
		credential: { region: 'us', baseUrl: intercom.baseUrl() },
		headers: { authorization: `Bearer ${intercomToken}` },
	});
	const { results } = await listSearch[list].call(
		context as unknown as ILoadOptionsFunctions,
		filter,
	);
	return results;
}

describe('the lists of the panel', () => {
	it('offer teammates by name and address', async () => {
		expect(await choices('searchAdmins', 'DORA')).toEqual([
			{ name: 'Dora from Acme (dora@acme.example)', value: DORA },
		]);
		expect(await choices('searchAdmins')).toHaveLength(2);
	});

	it('offer tags, whose value is the name, so that it fits every workspace', async () => {
		for (const name of ['Lapsed', 'VIP']) await intercom.call('POST', '/tags', { name });
		expect(await choices('searchTags', 'lap')).toEqual([{ name: 'Lapsed', value: 'Lapsed' }]);
	});

	it('offer subscription types by name', async () => {
		expect(await choices('searchSubscriptionTypes', 'news')).toMatchObject([
			{ name: 'Product news' },
			{ name: 'Newsletter' },
		]);
	});

	it('are empty when nothing fits', async () => {
		expect(await choices('searchTags', 'nothing')).toEqual([]);
	});
});
