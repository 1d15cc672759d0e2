import { IntercomError } from 'intercom-client';
import { intercomTokens } from '../../../sandbox/intercom/index.ts';
import { intercomToken } from '../../../sandbox/secrets.ts';
import {
	intercomClient,
	refusal,
	startIntercom,
	type IntercomUnderTest,
} from '../../support/intercom.ts';

describe('access to the Intercom stand-in', () => {
	let intercom: IntercomUnderTest;

	afterEach(async () => await intercom.close());

	it('names the admin of the token and the workspace with its region', async () => {
		intercom = await startIntercom({ region: 'eu', token: intercomTokens.eu });
		expect(await intercom.client.admins.identify()).toMatchObject({
			type: 'admin',
			name: 'Dora from Acme',
			app: { name: 'Acme Boards', region: 'EU' },
		});
		expect(await intercom.client.admins.list()).toMatchObject({
			type: 'admin.list',
			admins: [{ name: 'Dora from Acme' }, { name: 'Acme Support' }],
		});
	});

	it.each<[string, string]>([
		['a wrong token', 'wrong'],
		["another region's token", intercomToken],
	])('is refused with %s, without rate headers', async (_, token) => {
		intercom = await startIntercom({ region: 'au', token: intercomTokens.au });
		try {
			await intercomClient(intercom.url, token).admins.list();
			throw new Error('The request was not refused');
		} catch (error) {
			if (!(error instanceof IntercomError)) throw error;
			expect(error.statusCode).toBe(401);
			expect(error.body).toMatchObject({
				type: 'error.list',
				errors: [{ code: 'unauthorized', message: 'Access Token Invalid' }],
			});
			expect(error.rawResponse?.headers.get('x-ratelimit-limit')).toBeNull();
		}
	});

	it('counts calls in windows of ten seconds and refuses what is over the quota', async () => {
		intercom = await startIntercom({ settings: { rateLimits: true, requestsPerMinute: 12 } });
		const answers = [];
		for (let call = 0; call < 5; call += 1) answers.push(await intercom.call('GET', '/admins'));
		// A window may end in between, but five calls never fit into two windows of two.
		const refused = answers.find(({ status }) => status === 429);
		expect(answers[0]?.headers.get('x-ratelimit-limit')).toBe('2');
		expect(answers[0]?.headers.get('x-ratelimit-remaining')).toBe('1');
		expect(refused?.body).toMatchObject({
			errors: [{ code: 'rate_limit_exceeded', message: 'Exceeded rate limit of 2 in 10_seconds' }],
		});
		const reset = Number(refused?.headers.get('x-ratelimit-reset'));
		expect(reset % 10).toBe(0);
		expect(reset).toBeGreaterThan(Date.now() / 1000 - 1);
	});

	it('lets injected refusals tell when to come back', async () => {
		intercom = await startIntercom();
		intercom.standIn.faults.add({ route: 'GET /admins', kind: 'status', status: 429 });
		const { status, headers } = await intercom.call('GET', '/admins');
		expect(status).toBe(429);
		expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 - 1);
	});

	it('remembers the version of each call and refuses one that does not exist', async () => {
		intercom = await startIntercom();
		await intercom.client.admins.list();
		await intercom.call('GET', '/me', undefined, { 'intercom-version': '2.16' });
		expect(
			await intercom.call('GET', '/me', undefined, { 'intercom-version': '3.0' }),
		).toMatchObject({ status: 400, body: { errors: [{ code: 'intercom_version_invalid' }] } });
		expect((await intercom.state<{ requests: unknown }>()).requests).toEqual([
			{ method: 'GET', path: '/admins', version: '2.14', status: 200 },
			{ method: 'GET', path: '/me', version: '2.16', status: 200 },
			{ method: 'GET', path: '/me', version: '3.0', status: 400 },
		]);
	});

	it('writes owners as numbers up to 2.15 and as text from 2.16 on', async () => {
		intercom = await startIntercom();
		const in216 = { 'intercom-version': '2.16' };
		const owned = await intercom.client.contacts.create({ role: 'user', owner_id: 394051 });
		expect(owned.owner_id).toBe(394051);
		const { body } = await intercom.call('GET', `/contacts/${owned.id}`, undefined, in216);
		expect(body).toMatchObject({ owner_id: '394051' });
		const asText = { role: 'lead', owner_id: '394052' };
		expect((await intercom.call('POST', '/contacts', asText)).status).toBe(400);
	});

	it('names unknown paths and admins in the shape of Intercom', async () => {
		intercom = await startIntercom();
		expect(await refusal(intercom.client.admins.find({ admin_id: 1 }))).toEqual({
			status: 404,
			code: 'admin_not_found',
			message: 'Admin not found',
		});
	});
});
