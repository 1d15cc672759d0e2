import { createAcmeStandIn } from '../../../sandbox/acme/index.ts';
import type { StandIn } from '../../../sandbox/kernel/http.ts';
import { scimToken } from '../../../sandbox/secrets.ts';
import { createAcmeClient } from './acme-client.ts';

const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

interface Resource {
	readonly id: string;
	readonly active: boolean;
	readonly [name: string]: unknown;
}

describe('the SCIM face of Acme Boards', () => {
	let acme: StandIn;
	let baseUrl: string;

	beforeEach(async () => {
		acme = createAcmeStandIn({ readyAfterMs: 0 });
		baseUrl = await acme.listen();
	});

	afterEach(async () => await acme.close());

	async function scim(method: string, path: string, content?: unknown, token = scimToken) {
		const response = await fetch(`${baseUrl}/scim/v2${path}`, {
			method,
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
			...(content === undefined ? {} : { body: JSON.stringify(content) }),
		});
		const text = await response.text();
		return {
			status: response.status,
			type: response.headers.get('content-type'),
			body: (text === '' ? {} : JSON.parse(text)) as Resource,
		};
	}

	const addUser = async (accountId: string, userName: string) =>
		(await scim('POST', '/Users', { userName, externalId: accountId, displayName: 'Ada' })).body;

	const patch = async (path: string, ...operations: unknown[]) =>
		await scim('PATCH', path, { schemas: [patchSchema], Operations: operations });

	async function accessOf(accountId: string) {
		return (await createAcmeClient(baseUrl)('GET', `/instances/${accountId}`)).body['access'];
	}

	it('says what it can and asks for its own token', async () => {
		const config = await scim('GET', '/ServiceProviderConfig');
		expect([config.status, config.type]).toEqual([200, 'application/scim+json']);
		expect(config.body['patch']).toEqual({ supported: true });
		const refused = await scim('GET', '/ServiceProviderConfig', undefined, 'wrong');
		expect([refused.status, refused.body['status']]).toEqual([401, '401']);
	});

	it('makes an instance for a user and shows its address', async () => {
		const { status, body } = await scim('POST', '/Users', {
			schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
			userName: 'ada@example.com',
			externalId: 'acct_1',
			name: { givenName: 'Ada', familyName: 'Lovelace' },
			active: true,
		});
		expect(status).toBe(201);
		expect(body).toMatchObject({
			externalId: 'acct_1',
			userName: 'ada@example.com',
			displayName: 'Ada Lovelace',
			active: true,
		});
		expect((await fetch(String(body['profileUrl']))).status).toBe(200);
		expect((await scim('GET', `/Users/${body.id}`)).body).toEqual(body);
		expect(await accessOf('acct_1')).toBe('full');
	});

	it('refuses a second user of the same account', async () => {
		await addUser('acct_1', 'ada@example.com');
		const again = await scim('POST', '/Users', { userName: 'x@example.com', externalId: 'acct_1' });
		expect([again.status, again.body['scimType']]).toEqual([409, 'uniqueness']);
	});

	it.each([
		['userName eq "ADA@example.com"', ['acct_1']],
		['externalId eq "acct_2"', ['acct_2']],
		['externalId eq "ACCT_2"', []],
	])('finds by %s', async (filter, accountIds) => {
		await addUser('acct_1', 'ada@example.com');
		await addUser('acct_2', 'bob@example.com');
		const { body } = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
		const found = body['Resources'] as Array<{ externalId: string }>;
		expect(found.map(({ externalId }) => externalId)).toEqual(accountIds);
		expect(body['totalResults']).toBe(accountIds.length);
	});

	it('refuses a filter that it does not know', async () => {
		const { status, body } = await scim('GET', '/Users?filter=userName%20co%20%22a%22');
		expect([status, body['scimType']]).toEqual([400, 'invalidFilter']);
	});

	it('pages from 1', async () => {
		for (const name of ['a', 'b', 'c']) await addUser(name, `${name}@example.com`);
		const { body } = await scim('GET', '/Users?startIndex=2&count=1');
		expect(body).toMatchObject({
			totalResults: 3,
			startIndex: 2,
			itemsPerPage: 1,
			Resources: [{ externalId: 'b' }],
		});
	});

	it.each([
		[{ op: 'replace', path: 'active', value: false }],
		[{ op: 'replace', value: { active: false } }],
		[{ op: 'Replace', path: 'active', value: 'False' }],
	])('suspends by %j and lets in again', async (operation) => {
		const { id } = await addUser('acct_1', 'ada@example.com');
		const { body } = await patch(`/Users/${id}`, operation);
		expect([body.active, await accessOf('acct_1')]).toEqual([false, 'suspended']);
		await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true });
		expect(await accessOf('acct_1')).toBe('full');
	});

	it('replaces a user by PUT', async () => {
		const { id } = await addUser('acct_1', 'ada@example.com');
		const content = { userName: 'ada@new.example.com', displayName: 'Ada L.', active: false };
		const { body } = await scim('PUT', `/Users/${id}`, content);
		expect(body).toMatchObject({ ...content, externalId: 'acct_1' });
		expect(await accessOf('acct_1')).toBe('suspended');
	});

	it('revokes by DELETE', async () => {
		const { id } = await addUser('acct_1', 'ada@example.com');
		expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
		expect((await scim('GET', `/Users/${id}`)).status).toBe(404);
		expect(await accessOf('acct_1')).toBe('none');
	});

	it('gives the members of a group named after a level that level', async () => {
		const ada = await addUser('acct_1', 'ada@example.com');
		const group = (await scim('POST', '/Groups', { displayName: 'read_only' })).body;
		const member = [{ value: ada.id }];
		await patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: member });
		expect(await accessOf('acct_1')).toBe('read_only');
		expect((await scim('GET', `/Users/${ada.id}`)).body['groups']).toEqual([
			{ value: group.id, display: 'read_only' },
		]);
		await patch(`/Users/${ada.id}`, { op: 'replace', path: 'active', value: false });
		expect(await accessOf('acct_1')).toBe('suspended');
		await patch(`/Users/${ada.id}`, { op: 'replace', path: 'active', value: true });
		expect(await accessOf('acct_1')).toBe('read_only');
		await patch(`/Groups/${group.id}`, { op: 'remove', path: `members[value eq "${ada.id}"]` });
		expect(await accessOf('acct_1')).toBe('full');
	});

	it('keeps groups unique by name, finds them and lets their members go with them', async () => {
		const ada = await addUser('acct_1', 'ada@example.com');
		const content = { displayName: 'grace', members: [{ value: ada.id }] };
		const { id } = (await scim('POST', '/Groups', content)).body;
		expect(await accessOf('acct_1')).toBe('grace');
		expect((await scim('POST', '/Groups', content)).status).toBe(409);
		const found = await scim('GET', '/Groups?filter=displayName%20eq%20%22grace%22');
		expect(found.body['totalResults']).toBe(1);
		expect((await scim('DELETE', `/Groups/${id}`)).status).toBe(204);
		expect(await accessOf('acct_1')).toBe('full');
	});

	it.each([
		['POST', '/Users', { displayName: 'no name' }, 400],
		['PATCH', '/Users/:id', { Operations: 'none' }, 400],
		[
			'PATCH',
			'/Users/:id',
			{ Operations: [{ op: 'replace', path: 'externalId', value: 'x' }] },
			400,
		],
		['GET', '/Users/unknown', undefined, 404],
		['PATCH', '/Groups/unknown', { Operations: [] }, 404],
	])('answers %s %s with %j by an error', async (method, path, content, status) => {
		const { id } = await addUser('acct_1', 'ada@example.com');
		const { body, ...answer } = await scim(method, path.replace(':id', id), content);
		expect([answer.status, body['status']]).toEqual([status, String(status)]);
		expect(body['schemas']).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
	});
});
