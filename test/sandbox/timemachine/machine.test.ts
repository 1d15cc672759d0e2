import { INTERCOM } from '../../contract/intercom-routes.ts';
import { STRIPE } from '../../contract/stripe-routes.ts';
import { underContract } from '../../support/contract-check.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { intercomToken } from '../../../sandbox/secrets.ts';
import type { PersonView } from '../../../sandbox/timemachine/views.ts';

interface Overview {
	readonly version: number;
	readonly people: ReadonlyArray<{ id: string; name: string; stage: { label: string } }>;
	readonly way: string;
}

describe('the time machine', () => {
	let sandbox: Sandbox;

	beforeEach(async () => {
		sandbox = await startSandbox({ stripe: { rateLimits: false } });
		underContract(STRIPE, sandbox.stripe);
		underContract(INTERCOM, sandbox.intercom);
	});

	afterEach(async () => await sandbox.close());

	async function call<Answer>(method: string, path: string, content?: object) {
		const response = await fetch(`${sandbox.timeMachine.url}${path}`, {
			method,
			...(content ? { body: JSON.stringify(content) } : {}),
		});
		return { status: response.status, body: (await response.json()) as Answer };
	}

	const overview = async (since = 0) =>
		(await call<Overview>('GET', `/api/overview?since=${since}`)).body;
	const view = async (id: string) => (await call<PersonView>('GET', `/api/people/${id}`)).body;

	async function signUp(name: string, fate = 'open'): Promise<string> {
		const email = `${name.toLowerCase()}@example.com`;
		const { body } = await call<{ id: string }>('POST', '/api/people', { name, email, fate });
		return body.id;
	}

	const move = async (id: string, hours: number) =>
		await call<{ done: string }>('POST', `/api/people/${id}/clock`, { hours });
	const act = async (id: string, action: string) =>
		await call<{ done?: string; error?: string }>('POST', `/api/people/${id}/actions`, { action });

	async function titlesOf(id: string): Promise<string[]> {
		return (await view(id)).timeline.filter(({ isMinor }) => !isMinor).map(({ title }) => title);
	}

	const daysFromNow = (iso: string) => Math.round((Date.parse(iso) - Date.now()) / 86_400_000) + 0;

	it('signs people up at the stand-ins where there is no n8n, and says so', async () => {
		const id = await signUp('Ada');
		expect((await overview()).way).toContain('n8n does not serve the onboarding form');
		const ada = await view(id);
		expect(ada.facts.map(({ label }) => label)).toEqual([
			'Trial, 14 days left',
			'No card',
			'Full access',
			'Open their board',
		]);
		expect(ada.upcoming.map(({ at, title }) => [daysFromNow(at), title])).toEqual([
			[11, 'Stripe announces the end of the trial'],
			[14, 'Trial ends: without a card it pauses'],
		]);
	});

	it('moves the clock of one person and of nobody else', async () => {
		const [ada, bob] = [await signUp('Ada'), await signUp('Bob')];
		await move(ada, 15 * 24);
		expect(daysFromNow((await view(ada)).now)).toBe(15);
		expect(daysFromNow((await view(bob)).now)).toBe(0);
		expect((await view(ada)).stage.label).toBe('Lapsed');
		expect((await view(bob)).stage.label).toBe('Trial');
	});

	it('lets the flows do each morning what they do by the hour, and tells when they fail', async () => {
		await sandbox.close();
		let runs = 0;
		sandbox = await startSandbox({
			stripe: { rateLimits: false },
			runSchedules: async () => {
				runs += 1;
				return await Promise.resolve(runs > 4 ? ['"Countdown" ended as error'] : []);
			},
		});
		const ada = await signUp('Ada');
		await move(ada, 3 * 24);
		expect(runs).toBe(3);
		await move(ada, 24);
		expect(runs).toBe(4);
		expect((await move(ada, 24)).body).toEqual({
			error: 'Not all went well. "Countdown" ended as error',
		});
	});

	it('moves everybody, each from where they are', async () => {
		const [ada, bob] = [await signUp('Ada'), await signUp('Bob')];
		await move(ada, 24);
		await call('POST', '/api/clock', { hours: 48 });
		expect(daysFromNow((await view(ada)).now)).toBe(3);
		expect(daysFromNow((await view(bob)).now)).toBe(2);
	});

	it('moves to an instant', async () => {
		const ada = await signUp('Ada');
		const [next] = (await view(ada)).upcoming;
		await call('POST', `/api/people/${ada}/clock`, { to: next?.at });
		expect((await view(ada)).now).toBe(next?.at);
		expect(await titlesOf(ada)).toContainEqual(
			expect.stringContaining('Stripe announces the end of the trial on'),
		);
	});

	it.each([[{}], [{ hours: 0 }], [{ hours: -1 }], [{ hours: 9000 }], [{ to: 'soon' }]])(
		'refuses to move by %j',
		async (step) => {
			const ada = await signUp('Ada');
			const { status, body } = await call('POST', `/api/people/${ada}/clock`, step);
			expect([status, body]).toEqual([400, { error: 'Time goes forward, a year at most.' }]);
		},
	);

	it('plays a fate out: likes it, adds a card, stays', async () => {
		const ada = await signUp('Ada', 'stays');
		await move(ada, 21 * 24);
		const { stage, facts } = await view(ada);
		expect(stage.label).toBe('Paying');
		expect(facts.map(({ label }) => label)).toContain('Visa •••• 4242');
		const titles = await titlesOf(ada);
		expect(titles).toEqual([
			'Paid $29.00',
			'Trial over, subscription active; first invoice follows',
			expect.stringMatching(/^Stripe announces/),
			'Card added: Visa •••• 4242',
			'Data imported',
			'Teammate invited',
			'Project created',
			'Instance made: full access',
			expect.stringMatching(/^Trial started, until/),
		]);
	});

	it.each([
		['forgets', 30, 'Lapsed'],
		['leaves', 30, 'Lapsed'],
		['wavers', 30, 'Paying'],
		['card_keeps_failing', 20, 'Overdue'],
		['card_fails', 30, 'Paying'],
		['returns', 30, 'Paying'],
	])('plays a fate out: %s is after %i days %s', async (fate, days, stage) => {
		const id = await signUp('Ada', fate);
		await move(id, days * 24);
		expect((await view(id)).stage.label).toBe(stage);
	});

	it('does what is asked of it, and offers only what is possible', async () => {
		const ada = await signUp('Ada');
		const offered = async () =>
			(await view(ada)).actions
				.flatMap(({ items }) => items)
				.filter(({ isDisabled }) => !isDisabled)
				.map(({ action }) => action);
		expect(await offered()).toContain('cancel_at_end');
		expect((await act(ada, 'cancel_at_end')).body.done).toBe(
			'Ada has cancelled at the end of the period.',
		);
		expect(await offered()).not.toContain('cancel_at_end');
		await act(ada, 'undo_cancellation');
		await act(ada, 'add_failing_card');
		await act(ada, 'invited_teammate');
		expect(await offered()).not.toContain('invited_teammate');
		const titles = await titlesOf(ada);
		expect(titles).toEqual(
			expect.arrayContaining([
				'Cancellation taken back',
				'Card added: Visa •••• 0341',
				'Teammate invited',
			]),
		);
		await act(ada, 'cancel_now');
		expect((await view(ada)).stage.label).toBe('Lapsed');
	});

	it('refuses what it does not know', async () => {
		const ada = await signUp('Ada');
		expect((await act(ada, 'dance')).body).toEqual({ error: 'There is no such action.' });
		expect((await act('nobody', 'cancel_now')).status).toBe(400);
		const nameless = await call('POST', '/api/people', { email: 'x@example.com' });
		expect(nameless.body).toEqual({ error: 'The name is missing.' });
	});

	it('shows a message as the person reads it, in their time', async () => {
		const ada = await signUp('Ada');
		await move(ada, 72);
		const intercom = async (path: string, content: object) => {
			const response = await fetch(`${sandbox.intercom.url}${path}`, {
				method: 'POST',
				headers: {
					authorization: `Bearer ${intercomToken}`,
					'content-type': 'application/json',
					'intercom-version': '2.14',
				},
				body: JSON.stringify(content),
			});
			return { status: response.status, body: (await response.json()) as { id: string } };
		};
		await fetch(`${sandbox.intercom.url}/_control/settings`, {
			method: 'PUT',
			body: JSON.stringify({ messageableAfterMs: 0 }),
		});
		const contact = await intercom('/contacts', { external_id: ada, email: 'ada@example.com' });
		const sent = await intercom('/messages', {
			message_type: 'email',
			subject: 'Your third day',
			body: '<p>Hi Ada,</p><p>1 &lt; 2 &amp; <a href="http://x">more</a></p>',
			template: 'plain',
			from: { type: 'admin', id: 394051 },
			to: { type: 'user', id: contact.body.id },
		});
		expect(sent.status).toBe(200);
		const [message] = (await view(ada)).timeline;
		expect(message).toMatchObject({
			kind: 'message',
			title: 'E-mail received',
			message: { subject: 'Your third day', text: 'Hi Ada,\n1 < 2 & more: http://x' },
		});
		expect(daysFromNow(message?.at ?? '')).toBe(3);

		await act(ada, 'answer_message');
		expect((await titlesOf(ada))[0]).toBe('Wrote back');
		await act(ada, 'unsubscribe');
		expect((await view(ada)).facts.map(({ label }) => label)).toContain('Unsubscribed');
	});

	it('signs up a crowd', async () => {
		const { body } = await call<{ done: string }>('POST', '/api/crowd', { count: 12 });
		expect(body.done).toBe('12 people signed up.');
		const { people } = await overview();
		expect(people.map(({ stage }) => stage.label)).toEqual(Array(12).fill('Trial'));
		expect((await call('POST', '/api/crowd', { count: 0 })).status).toBe(400);
	});

	it('answers as soon as something changes', async () => {
		const { version } = await overview();
		const answer = overview(version);
		const ada = await signUp('Ada');
		const changed = await answer;
		expect(changed.version).toBeGreaterThan(version);
		const later = overview((await overview()).version);
		await fetch(`${sandbox.acme.url}/_control/instances/${ada}/milestones`, {
			method: 'POST',
			body: JSON.stringify({ name: 'created_project' }),
		});
		expect((await later).people).toHaveLength(1);
	});

	it('starts over', async () => {
		await signUp('Ada');
		await call('POST', '/api/reset', {});
		expect((await overview()).people).toEqual([]);
		const bob = await signUp('Bob', 'stays');
		await move(bob, 21 * 24);
		expect((await view(bob)).stage.label).toBe('Paying');
	});

	it.each([
		['/', 200, 'text/html; charset=utf-8'],
		['/assets/main.js', 200, 'text/javascript; charset=utf-8'],
		['/assets/missing.js', 404, 'application/json'],
		['/assets/..%2findex.ts', 404, 'application/json'],
		['/assets/%2e%2e%2fmachine.ts', 404, 'application/json'],
	])('serves %s with %i', async (path, status, type) => {
		const response = await fetch(`${sandbox.timeMachine.url}${path}`);
		expect([response.status, response.headers.get('content-type')]).toEqual([status, type]);
	});
});
