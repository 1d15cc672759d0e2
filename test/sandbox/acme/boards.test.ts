import { createAcmeStandIn } from '../../../sandbox/acme/index.ts';
import type { StandIn } from '../../../sandbox/kernel/http.ts';
import { control, createAcmeClient } from './acme-client.ts';

const ada = {
	email: 'ada@example.com',
	name: 'Ada Lovelace',
	plan: 'team',
	access: 'full',
	trialEndsAt: '2027-01-15T00:00:00Z',
};

describe('the page of an instance', () => {
	let acme: StandIn;
	let baseUrl: string;
	let pageUrl: string;
	let call: ReturnType<typeof createAcmeClient>;

	beforeEach(async () => {
		acme = createAcmeStandIn({ readyAfterMs: 0, timeOf: () => new Date('2027-01-03T00:00:00Z') });
		baseUrl = await acme.listen();
		call = createAcmeClient(baseUrl);
		pageUrl = String((await call('PUT', '/instances/acct_1', ada)).body['instanceUrl']);
	});

	afterEach(async () => await acme.close());

	async function open(url = pageUrl) {
		const response = await fetch(url, { redirect: 'manual' });
		return { status: response.status, headers: response.headers, text: await response.text() };
	}

	async function submit(path: string, fields: Record<string, string>) {
		return await fetch(`${pageUrl}${path}`, {
			method: 'POST',
			redirect: 'manual',
			body: new URLSearchParams(fields),
		});
	}

	it('shows the board, the plan, the level and the rest of the trial', async () => {
		const { status, text } = await open();
		expect(status).toBe(200);
		for (const expected of ['Ada’s board', 'team', 'Full access', '12 days left']) {
			expect(text).toContain(expected);
		}
	});

	it.each([
		['grace', 200, 'Your last payment did not go through'],
		['read_only', 200, 'This board is read only'],
		['suspended', 403, 'Your data is safe'],
	])('shows %s', async (level, status, expected) => {
		await call('PUT', '/instances/acct_1/access', { level });
		const page = await open();
		expect(page.status).toBe(status);
		expect(page.text).toContain(expected);
		expect(page.text).toContain(`data-access="${level}"`);
	});

	it.each([
		['never', 202, 'being made'],
		['fail', 500, 'could not be made'],
	])('shows an instance whose making ends as %s', async (outcome, status, expected) => {
		await control(baseUrl, 'PUT', '/behaviour', { accountId: 'acct_1', outcome });
		const page = await open();
		expect(page.status).toBe(status);
		expect(page.text).toContain(expected);
	});

	it('is closed after the instance was revoked, and nobody else has its address', async () => {
		await call('DELETE', '/instances/acct_1');
		expect((await open()).status).toBe(410);
		expect((await open(`${baseUrl}/boards/jade-otter-0000000000000000`)).status).toBe(404);
	});

	it('escapes what people type, and keeps its address to itself', async () => {
		await submit('/cards', { title: '<script>alert(1)</script>' });
		const { text, headers } = await open();
		expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
		expect(text).not.toContain('<script>');
		expect(headers.get('referrer-policy')).toBe('no-referrer');
	});

	it('adds a card and comes back to the board', async () => {
		const response = await submit('/cards', { title: 'Buy paper' });
		expect(response.status).toBe(303);
		expect(`${baseUrl}${String(response.headers.get('location'))}`).toBe(pageUrl);
		expect((await open()).text).toContain('Buy paper');
	});

	it.each([
		['grace', 303, true],
		['read_only', 403, false],
		['suspended', 403, false],
	])('under %s answers a change with %i', async (level, status, isChanged) => {
		await call('PUT', '/instances/acct_1/access', { level });
		expect((await submit('/cards', { title: 'Buy paper' })).status).toBe(status);
		expect((await submit('/milestones', { name: 'created_project' })).status).toBe(status);
		await call('PUT', '/instances/acct_1/access', { level: 'full' });
		const { text } = await open();
		expect([text.includes('Buy paper'), text.includes('Project created')]).toEqual([
			isChanged,
			isChanged,
		]);
	});

	it('ticks a milestone off, once', async () => {
		for (const name of ['created_project', 'created_project', 'not_offered']) {
			await submit('/milestones', { name });
		}
		const state = (await (await control(baseUrl, 'GET', '/state')).json()) as {
			instances: Array<{ milestones: unknown }>;
		};
		expect(state.instances[0]?.milestones).toEqual([
			{ name: 'created_project', at: '2027-01-03T00:00:00.000Z' },
		]);
		expect((await open()).text).toContain('Project created');
	});

	it('serves its style sheet', async () => {
		const response = await fetch(`${baseUrl}/assets/acme.css`);
		expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
	});
});
