import { checkLink } from '../../../lifecycle/signed-link.ts';
import { START, step, steps, useJourney } from './harness.ts';

const suite = useJourney();
const { run, signUp, goToDay } = suite;
const SECRET = 'whsec_bGlua3MgYXJlIHNpZ25lZA==';

describe('input items', () => {
	it('each make a sweep of their own; one that fails does not take the others along', async () => {
		await signUp('acme-1');
		await goToDay(11);
		const onboarding = { journey: 'onboarding', stepsFrom: 'onboarding' };
		const [first = []] = await run(
			{},
			{ items: [{ journey: '' }, {}, onboarding], continueOnFail: true },
		);
		expect(first).toEqual([
			{ error: { message: 'The journey has no name' } },
			expect.objectContaining({ step: 'three_days_left' }),
		]);
		await expect(run({}, { items: [{ journey: '' }] })).rejects.toThrow(
			'The journey has no name [item 0]',
		);
	});
});

describe('what the operator has to mend', () => {
	it.each([
		['no steps', { steps: {} }, 'The journey has no steps'],
		['no key', { steps: steps(step('', 3, { name: 'Hi' })) }, 'The step "Hi" has no key'],
		[
			'a malformed key',
			{ steps: steps(step('three days', 3)) },
			'The step "three days" has a malformed key',
		],
		['a key twice', { steps: steps(step('a', 3), step('a', 1)) }, 'Two steps have the key "a"'],
		[
			'a time that is none',
			{ steps: steps(step('a', 3, { timeOfDay: '25:00' })) },
			'"a" has a malformed time of day: "25:00"',
		],
		['half a night', { pacing: { quietFrom: '20:00' } }, 'The quiet hours have only one end'],
		['no such zone', { pacing: { timeZone: 'Mars/Base' } }, '"Mars/Base" is not a time zone'],
		[
			'more than everybody',
			{ variants: { variant: [{ name: 'A', percent: 120 }] } },
			'The variants make 120 percent',
		],
		['the other mode', { mode: 'live' }, 'The journey is set to live mode, and the key is not'],
	])('is told: %s', async (_, params, message) => {
		await expect(run(params)).rejects.toThrow(message);
	});
});

/** Refuses to read so many accounts. */
const refuse = (times: number) =>
	suite.world().standIn.faults.add({
		route: 'GET /v1/subscriptions',
		kind: 'status',
		status: 403,
		times,
	});
const team = (count: number) => Array.from({ length: count }, (_, one) => `acme-${one}`);

describe('where Stripe refuses', () => {
	it('fails when nobody can be read, and gives it out the next time', async () => {
		await signUp('acme-1');
		await goToDay(11);
		refuse(1);
		await expect(run()).rejects.toThrow('Stripe: ');
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
	});

	it('keeps nobody else waiting for one who cannot be read', async () => {
		await suite.signUpAll(['acme-1', 'acme-2']);
		await goToDay(11);
		refuse(1);
		const first = await suite.steps();
		expect(first).toHaveLength(1);
		expect([...first, ...(await suite.steps())].sort()).toEqual([
			'three_days_left of acme-1',
			'three_days_left of acme-2',
		]);
	});

	it('tells in a dry run of all whom it could read', async () => {
		await suite.signUpAll(team(3));
		await goToDay(11);
		refuse(1);
		const told = (await run({ options: { dryRun: true } })).flat();
		expect(new Set(told.map(({ accountId }) => accountId)).size).toBe(2);
	});

	it('remembers who could not be read, and does not begin anew for it', async () => {
		await suite.signUpAll(team(2));
		await goToDay(11);
		refuse(1);
		const [out] = await suite.steps();
		const { bookmarks, sends } = await suite.ledger();
		const look = `journey/conversion/${suite.clock()}`;
		expect(await bookmarks.get(look)).toBe('2027-01-21T10:00:00.000Z');

		await goToDay(12.5);
		expect(await suite.steps()).toEqual([]);
		const unread = team(2).find((accountId) => !out?.endsWith(accountId)) ?? '';
		expect(await sends.list(unread, 5)).toMatchObject([{ state: 'suppressed', reason: 'missed' }]);
	});

	it('stops asking where nobody can be read', async () => {
		await suite.signUpAll(team(30));
		await goToDay(11);
		refuse(1_000);
		suite.world().forgetCalls();
		await expect(run()).rejects.toThrow('Stripe: ');
		const asked = suite.world().calls.filter(({ request }) => request.path === '/v1/subscriptions');
		expect(asked.length).toBeGreaterThanOrEqual(8);
		expect(asked.length).toBeLessThan(30);
		suite.world().standIn.faults.clear();
		expect(await suite.steps()).toHaveLength(30);
	}, 60_000);
});

describe('the accounts of one run', () => {
	it('are as many as asked for, and the rest come the next time', async () => {
		await suite.signUpAll(team(5));
		await goToDay(11);
		const options = { maxAccounts: 2 };
		const runs = [];
		for (let one = 0; one < 4; one++) runs.push(await suite.steps({ options }));
		expect(runs.map(({ length }) => length)).toEqual([2, 2, 1, 0]);
		expect(new Set(runs.flat()).size).toBe(5);
	});

	it('are those for whom something came out: others take no place', async () => {
		const trials = [];
		for (const accountId of team(5)) trials.push(await signUp(accountId));
		await goToDay(11);
		for (const { subscriptionId } of trials.slice(0, 3)) {
			await suite.world().stripe('POST', `subscriptions/${subscriptionId}`, {
				cancel_at_period_end: 'true',
			});
		}
		expect(await suite.steps({ options: { maxAccounts: 2 } })).toHaveLength(2);
	});

	it('are as many in a dry run', async () => {
		await suite.signUpAll(team(5));
		await goToDay(11);
		const told = (await run({ options: { dryRun: true, maxAccounts: 2 } })).flat();
		expect(new Set(told.map(({ accountId }) => accountId)).size).toBe(2);
	});
});

it('splits people into arms, and records who is held out', async () => {
	await suite.signUpAll(team(12));
	await goToDay(11);
	const variants = {
		variant: [
			{ name: 'A', percent: 40 },
			{ name: 'B', percent: 30 },
		],
	};
	const rows = (await run({ variants })).flat();
	const { sends } = await suite.ledger();
	for (const row of rows) expect(['A', 'B']).toContain(row['variant']);
	const heldOut = [];
	for (let one = 0; one < 12; one++) {
		heldOut.push(
			...(await sends.list(`acme-${one}`, 1)).filter(({ reason }) => reason === 'hold_out'),
		);
	}
	expect(rows.length + heldOut.length).toBe(12);
	expect(heldOut.length).toBeGreaterThan(0);
});

it('settles actions when they come out: once, and no message waits for them', async () => {
	await signUp('acme-1');
	await goToDay(11);
	const sync = step('sync', 3, { settledBy: 'emission' });
	const reminder = step('three_days_left', 3);
	const params = { steps: steps(sync, reminder), pacing: { gapHours: 24 } };
	expect(await suite.steps(params)).toEqual(['sync of acme-1', 'three_days_left of acme-1']);
	const { sends } = await suite.ledger();
	const states = (await sends.list('acme-1', 5)).map(({ step: key, state }) => [key, state]);
	expect(Object.fromEntries(states)).toEqual({ sync: 'emitted', three_days_left: 'reserved' });
});

it('keeps the gap to messages of other journeys, and comes later', async () => {
	await signUp('acme-1');
	await goToDay(10.5);
	const pacing = { gapHours: 20 };
	const tip = steps(step('tip', 3, { timeOfDay: '20:00' }));
	await goToDay(10.96);
	expect(await suite.steps({ journey: 'news', pacing })).toEqual(['three_days_left of acme-1']);
	await goToDay(11.5);
	expect(await suite.steps({ steps: tip, pacing })).toEqual([]);
	await goToDay(11.85);
	expect(await suite.steps({ steps: tip, pacing })).toEqual(['tip of acme-1']);
});

it('takes the milestones and the card into account', async () => {
	const { customerId } = await signUp('acme-1');
	await signUp('acme-2');
	const { milestones } = await suite.ledger();
	await milestones.record('acme-2', 'created_project', START);
	await goToDay(11);
	await suite.world().giveCard(customerId);
	const helped = steps(
		step('card', 3, { cardOnFile: 'yes' }),
		step('stuck', 3, { cardOnFile: 'no', milestonesMissing: 'created_project' }),
		step('on_the_way', 3, { cardOnFile: 'no', milestonesDone: 'created_project, ' }),
	);
	// The card has come after the store last heard of the account: it shows in the next run at the latest.
	const seen = [
		...(await suite.steps({ steps: helped })),
		...(await suite.steps({ steps: helped })),
	];
	expect(seen.sort()).toEqual(['card of acme-1', 'on_the_way of acme-2']);
});

it('signs the links that its items bring along', async () => {
	await signUp('acme-1');
	await goToDay(11);
	const links = {
		link: [
			{
				name: 'optOut',
				purpose: 'opt_out',
				pageUrl: 'https://n8n.example.com/form/saas-opt-out',
				validDays: 30,
			},
		],
	};
	const [[row] = []] = await run({ links }, { credential: { signingSecret: SECRET } });
	const url = new URL((row?.['links'] as { optOut: string }).optOut);
	expect(url.href).toContain('https://n8n.example.com/form/saas-opt-out?token=');
	const verdict = checkLink(
		url.searchParams.get('token') ?? '',
		{ purposes: ['opt_out'], mode: 'test', workspace: 'default' },
		SECRET,
		new Date(),
	);
	expect(verdict).toMatchObject({ valid: true, accountId: 'acme-1', purpose: 'opt_out' });
});

describe('a dry run', () => {
	it('tells who would get what and why others would not, on an output of its own, and writes nothing', async () => {
		await signUp('acme-1');
		const { subscriptionId } = await signUp('acme-2');
		await goToDay(11);
		await suite.world().stripe('POST', `subscriptions/${subscriptionId}`, {
			cancel_at_period_end: 'true',
		});
		const [first, second, told = []] = await run({ options: { dryRun: true } });
		expect([first, second]).toEqual([[], []]);
		expect(told.map((row) => [row['accountId'], row['step'], row['why'], row['dryRun']])).toEqual(
			expect.arrayContaining([
				['acme-1', 'three_days_left', 'due', true],
				['acme-1', 'last_day', 'not_yet_due', true],
				['acme-2', 'three_days_left', 'cancellation_scheduled', true],
				['acme-2', 'last_day', 'not_yet_due', true],
			]),
		);
		expect(told).toHaveLength(4);

		const { sends, accounts, bookmarks } = await suite.ledger();
		expect(await sends.list('acme-1', 5)).toEqual([]);
		expect(await sends.list('acme-2', 5)).toEqual([]);
		expect(await bookmarks.get('journey/conversion')).toBeNull();
		expect((await accounts.get('acme-2'))?.subscription?.cancelsAt).toBeNull();
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
	});
});
