import { createAcmeStandIn } from '../../../sandbox/acme/index.ts';
import type { StandIn } from '../../../sandbox/kernel/http.ts';
import { control, createAcmeClient, signatureHeaders } from './acme-client.ts';

const ada = { email: 'ada@example.com', name: 'Ada Lovelace', plan: 'team', access: 'full' };

describe('the provisioning API of Acme Boards', () => {
	let acme: StandIn;
	let baseUrl: string;
	let call: ReturnType<typeof createAcmeClient>;

	beforeEach(async () => {
		acme = createAcmeStandIn({
			readyAfterMs: 0,
			timeOf: (accountId) =>
				new Date(accountId === 'traveller' ? '2030-05-01T00:00:00Z' : '2027-01-01T00:00:00Z'),
		});
		baseUrl = await acme.listen();
		call = createAcmeClient(baseUrl);
	});

	afterEach(async () => await acme.close());

	const instanceUrl: unknown = expect.stringMatching(
		/^http:\/\/127\.0\.0\.1:\d+\/boards\/[a-z]+-[a-z]+-[0-9a-f]{16}$/,
	);

	it('creates an instance, and answers the same one when asked again', async () => {
		const created = await call('PUT', '/instances/acct_1', ada);
		expect(created.status).toBe(201);
		expect(created.body).toEqual({
			accountId: 'acct_1',
			status: 'ready',
			access: 'full',
			instanceUrl,
			plan: 'team',
			updatedAt: '2027-01-01T00:00:00.000Z',
		});
		const again = await call('PUT', '/instances/acct_1', ada);
		expect([again.status, again.body]).toEqual([200, created.body]);
		expect((await call('GET', '/instances/acct_1')).body).toEqual(created.body);
	});

	it('updates the profile of an existing instance but never its access', async () => {
		await call('PUT', '/instances/acct_1', ada);
		await call('PUT', '/instances/acct_1/access', { level: 'suspended', reason: 'canceled' });
		const { body } = await call('PUT', '/instances/acct_1', { ...ada, plan: 'pro' });
		expect(body).toMatchObject({ plan: 'pro', access: 'suspended', reason: 'canceled' });
	});

	it('records in the time in which the account lives', async () => {
		const { body } = await call('PUT', '/instances/traveller', ada);
		expect(body['updatedAt']).toBe('2030-05-01T00:00:00.000Z');
	});

	it('answers 202 until the instance is ready', async () => {
		await control(baseUrl, 'PUT', '/behaviour', { outcome: 'never' });
		const accepted = await call('PUT', '/instances/acct_1', ada);
		expect(accepted.status).toBe(202);
		expect(accepted.headers.get('retry-after')).toBe('1');
		expect(accepted.body['status']).toBe('provisioning');
		expect((await call('PUT', '/instances/acct_1', ada)).status).toBe(202);

		await control(baseUrl, 'PUT', '/behaviour', { accountId: 'acct_1', outcome: 'ready' });
		expect((await call('GET', '/instances/acct_1')).body['status']).toBe('ready');
	});

	it('becomes ready by itself after its time', async () => {
		await control(baseUrl, 'PUT', '/behaviour', { readyAfterMs: 80 });
		const startedAt = Date.now();
		expect((await call('PUT', '/instances/acct_1', ada)).status).toBe(202);
		let status: unknown;
		do status = (await call('GET', '/instances/acct_1')).body['status'];
		while (status === 'provisioning');
		expect(status).toBe('ready');
		expect(Date.now() - startedAt).toBeGreaterThanOrEqual(80);
	});

	it('makes an instance anew after it failed', async () => {
		await control(baseUrl, 'PUT', '/behaviour', { accountId: 'acct_1', outcome: 'fail' });
		const { body } = await call('PUT', '/instances/acct_1', ada);
		expect(body).toMatchObject({ status: 'failed', reason: 'The instance could not be made' });
		await control(baseUrl, 'PUT', '/behaviour', { accountId: 'acct_1', outcome: 'ready' });
		expect((await call('PUT', '/instances/acct_1', ada)).body['status']).toBe('ready');
	});

	it.each(['full', 'grace', 'read_only', 'suspended'])('sets the level %s', async (level) => {
		await call('PUT', '/instances/acct_1', { ...ada, access: 'full' });
		const change = { level, reason: 'because', until: '2027-02-01T00:00:00Z' };
		const set = await call('PUT', '/instances/acct_1/access', change);
		expect(set.body).toMatchObject({ status: 'ready', access: level, reason: 'because' });
	});

	it('keeps one entry of history when the same level is set twice', async () => {
		await call('PUT', '/instances/acct_1', ada);
		for (const level of ['grace', 'grace', 'full']) {
			await call('PUT', '/instances/acct_1/access', { level });
		}
		const state = (await (await control(baseUrl, 'GET', '/state')).json()) as {
			instances: Array<{ history: Array<{ level: string }> }>;
		};
		expect(state.instances[0]?.history.map(({ level }) => level)).toEqual([
			'full',
			'grace',
			'full',
		]);
	});

	it('revokes for good', async () => {
		await call('PUT', '/instances/acct_1', ada);
		for (const attempt of [1, 2]) {
			const { status, body } = await call('DELETE', '/instances/acct_1');
			expect([attempt, status, body['status'], body['access']]).toEqual([
				attempt,
				200,
				'revoked',
				'none',
			]);
		}
		expect((await call('PUT', '/instances/acct_1', ada)).status).toBe(409);
		expect((await call('PUT', '/instances/acct_1/access', { level: 'full' })).status).toBe(409);
	});

	it.each([
		['GET', '/instances/nobody', undefined],
		['DELETE', '/instances/nobody', undefined],
		['PUT', '/instances/nobody/access', { level: 'full' }],
	])('answers 404 to %s %s', async (method, path, content) => {
		const { status, headers, body } = await call(method, path, content);
		expect(status).toBe(404);
		expect(headers.get('content-type')).toBe('application/problem+json');
		expect(body).toEqual({
			title: 'Not found',
			status: 404,
			detail: 'Account nobody has no instance',
		});
	});

	it.each([
		[{ ...ada, colour: 'red' }, 'Unknown property: colour'],
		[{ ...ada, constructor: 'x' }, 'Unknown property: constructor'],
		[{ access: 'full' }, 'Missing property: email'],
		[{ email: 'ada@example.com' }, 'Missing property: access'],
		[{ ...ada, email: 'ada at example' }, 'email must be an e-mail address'],
		[{ ...ada, access: 'none' }, 'access must be one of full, grace, read_only, suspended'],
		[{ ...ada, name: '' }, 'name must be a string of 1 to 200 characters'],
		[
			{ ...ada, trialEndsAt: '2027-01-15' },
			'trialEndsAt must be an ISO 8601 instant with its zone, such as 2027-01-15T09:00:00Z',
		],
		[
			{ ...ada, metadata: { seats: 3 } },
			'metadata must be an object of at most 50 strings of up to 500 characters',
		],
		['not an object', 'The body must be a JSON object'],
	])('refuses %j', async (content, detail) => {
		const { status, body } = await call('PUT', '/instances/acct_1', content);
		expect([status, body['detail']]).toEqual([422, detail]);
		expect((await call('GET', '/instances/acct_1')).status).toBe(404);
	});

	it('refuses an idempotency key that was used for another request', async () => {
		const key = { 'idempotency-key': 'k1' };
		expect((await call('PUT', '/instances/acct_1', ada, key)).status).toBe(201);
		expect((await call('PUT', '/instances/acct_1', ada, key)).status).toBe(200);
		expect((await call('PUT', '/instances/acct_2', ada, key)).status).toBe(422);
		const full = { level: 'full' };
		expect((await call('PUT', '/instances/acct_1/access', full, key)).status).toBe(422);
		expect((await call('DELETE', '/instances/acct_1', undefined, key)).status).toBe(422);
	});

	it('keeps accounts apart whose ids need encoding', async () => {
		await call('PUT', `/instances/${encodeURIComponent('a/b')}`, ada);
		expect((await call('GET', `/instances/${encodeURIComponent('a/b')}`)).body['accountId']).toBe(
			'a/b',
		);
		expect((await call('GET', '/instances/a')).status).toBe(404);
	});

	describe('at the door', () => {
		const body = JSON.stringify(ada);
		const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

		it.each([
			['no token', { authorization: '' }],
			['a wrong token', { authorization: 'Bearer nonsense' }],
			['no signature', { 'webhook-signature': '' }],
			['a wrong secret', signatureHeaders(body, { secret: 'whsec_b3RoZXI=' })],
			['a signature of another body', signatureHeaders('{}')],
			['an old signature', signatureHeaders(body, { at: minutesAgo(6) })],
			['a signature of the future', signatureHeaders(body, { at: minutesAgo(-6) })],
			['another id than the signed one', { 'webhook-id': 'msg_2' }],
		])('refuses a write with %s', async (_, headers) => {
			const { status, body: answer } = await call('PUT', '/instances/acct_1', ada, headers);
			expect([status, answer['title']]).toEqual([401, 'Unauthorized']);
			expect((await call('GET', '/instances/acct_1')).status).toBe(404);
		});

		it('accepts one good signature among several', async () => {
			const { 'webhook-signature': good, ...rest } = signatureHeaders(body);
			const headers = { ...rest, 'webhook-signature': `v1,AAAA ${good}` };
			expect((await call('PUT', '/instances/acct_1', ada, headers)).status).toBe(201);
		});

		it('accepts an empty signed body', async () => {
			await call('PUT', '/instances/acct_1', ada);
			expect((await call('DELETE', '/instances/acct_1')).status).toBe(200);
		});

		it('tells the credential test whether the token is right', async () => {
			expect((await call('GET', '/health')).body).toEqual({ status: 'ok' });
			const wrong = await call('GET', '/health', undefined, { authorization: 'Bearer no' });
			expect([wrong.status, wrong.body['detail']]).toEqual([401, 'The bearer token is wrong']);
		});
	});

	it('is as new after a reset', async () => {
		await control(baseUrl, 'PUT', '/behaviour', { outcome: 'never' });
		await call('PUT', '/instances/acct_1', ada);
		await control(baseUrl, 'POST', '/reset');
		expect((await call('GET', '/instances/acct_1')).status).toBe(404);
		expect((await call('PUT', '/instances/acct_1', ada)).status).toBe(201);
	});
});
