import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStore, storeLocation, type Send, type SendState } from '../../services/store/index.ts';
import { subjectsOf, useFlow } from '../support/flow.ts';
import { control } from '../support/n8n.ts';
import { createTrialists, IMPORT, type Trialist } from '../support/trialists.ts';

const CONVERSION = 'saasTrialConversion';
const subjects = subjectsOf('trial-conversion');
const SEVEN = subjects('7 days left');
const THREE = subjects('3 days left');
const THANKS = subjects('Thank you');

const PEOPLE = 30;
/** Longer than a step that was given out waits for its message, and a message for its outcome. */
const LEASE_MS = 6 * 60_000;
/** Time enough to end n8n while answers of Intercom are on their way. */
const SLOW_MS = 2_000;

const scratch = mkdtempSync(join(tmpdir(), 'clock-'));
const clockFile = join(scratch, 'behind');
/** How far n8n lives in the past from its next start on. */
const setBehind = (ms: number) => writeFileSync(clockFile, String(ms));

/** n8n lives in the past until it is killed, so that its leases are over when it comes back. */
describe('a journey that is run several times at once, and killed in the middle', () => {
	setBehind(LEASE_MS);
	const flow = useFlow([CONVERSION], {}, [IMPORT], {
		NODE_OPTIONS: `--require ${resolve('test/support/clock-behind.cjs')}`,
		CLOCK_BEHIND_FILE: clockFile,
	});
	const { signUp, learn, goTo, look } = createTrialists(flow);
	const people: Trialist[] = [];
	jest.setTimeout(300_000);

	beforeAll(async () => {
		for (let number = 1; number <= PEOPLE; number++) people.push(await signUp(`p${number}`));
		await learn();
	});
	afterAll(async () => {
		await (await store()).close();
		rmSync(scratch, { recursive: true });
	});

	async function store() {
		const userFolder = join(flow.n8n.folder, '.n8n');
		return await openStore(storeLocation({ credential: null, userFolder, isQueueMode: false }));
	}

	/** By account, what the ledger says of the reminder of three days. */
	async function ledger(): Promise<Map<string, Send>> {
		const { sends } = (await store()).partition({ workspace: 'default', mode: 'test' });
		const found = new Map<string, Send>();
		for (const { accountId } of people) {
			const send = (await sends.list(accountId, 10)).find(({ step }) => step === 'three_days_left');
			if (send) found.set(accountId, send);
		}
		return found;
	}

	const whoIs = (state: SendState, known: ReadonlyMap<string, Send>) =>
		people.filter(({ accountId }) => known.get(accountId)?.state === state);

	/** By account, how often Intercom sent a message. */
	async function timesSent(subject: RegExp): Promise<Record<string, number>> {
		const times = Object.fromEntries(people.map(({ accountId }) => [accountId, 0]));
		for (const { to, subject: sent } of await flow.allSent()) {
			if (subject.test(sent)) times[to] = (times[to] ?? 0) + 1;
		}
		return times;
	}

	const timesEach = (times: number, except: readonly Trialist[] = []) =>
		Object.fromEntries(people.map((who) => [who.accountId, except.includes(who) ? 0 : times]));

	it('writes once to each, of three executions that overlap', async () => {
		for (const who of people) await goTo(who, 7);
		const runs = await Promise.all(
			[1, 2, 3].map(async () => await flow.runNow(CONVERSION, 'Every 10 minutes')),
		);
		expect(runs.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
		const lastStart = runs.map(({ startedAt }) => startedAt ?? '').sort()[2];
		const firstEnd = runs.map(({ stoppedAt }) => stoppedAt ?? '').sort()[0];
		expect(lastStart && firstEnd && lastStart < firstEnd).toBe(true);
		expect(await timesSent(SEVEN)).toEqual(timesEach(1));
	});

	it('after a kill writes to whom it had not written yet, unless they left meanwhile, and to nobody twice', async () => {
		for (const who of people) await goTo(who, 3);
		await flow.strike('intercom', {
			route: 'POST /messages',
			kind: 'slow',
			moment: 'after',
			delayMs: SLOW_MS,
			times: PEOPLE,
		});
		await flow.client.runWorkflow(CONVERSION, 'Every 10 minutes');
		await flow.waitFor('some to be written to, some being written to, and some not', async () => {
			const known = await ledger();
			const counts = (['sent', 'claimed', 'reserved'] as const).map(
				(one) => whoIs(one, known).length,
			);
			return counts.every((count) => count > 4) ? counts : undefined;
		});
		await flow.n8n.kill();
		await flow.heal('intercom');
		const atKill = await ledger();
		const before = await timesSent(THREE);
		const [sent, claimed, waiting] = (['sent', 'claimed', 'reserved'] as const).map((state) =>
			whoIs(state, atKill),
		) as [Trialist[], Trialist[], Trialist[]];
		for (const { accountId } of sent) expect(before[accountId]).toBe(1);

		const [payer, leaver, replier, objector] = waiting as [Trialist, Trialist, Trialist, Trialist];
		const { url } = flow.sandbox.intercom;
		await flow.giveCard(payer, 'good');
		await flow.stripe('POST', `subscriptions/${payer.subscription}`, { trial_end: 'now' });
		await flow.stripe('POST', `subscriptions/${leaver.subscription}`, {
			cancel_at_period_end: 'true',
		});
		await control(url, 'POST', `/contacts/${replier.accountId}/reply`, { body: 'Stop' });
		await control(url, 'POST', `/contacts/${objector.accountId}/unsubscribe`, {});

		setBehind(0);
		await flow.n8n.start();
		await look(CONVERSION);
		await look(CONVERSION);
		await learn();

		const gone = [payer, leaver, replier, objector];
		const lost = claimed.filter(({ accountId }) => before[accountId] === 0);
		expect(await timesSent(THREE)).toEqual(timesEach(1, [...gone, ...lost]));
		await flow.expectSent(payer, [SEVEN, THANKS]);

		const now = await ledger();
		const told = people.map(({ accountId }) => [
			accountId,
			now.get(accountId)?.state,
			now.get(accountId)?.reason,
		]);
		const expected = people.map((who) => {
			const reason = ['converted', 'cancellation_scheduled', 'replied', 'unsubscribed'][
				gone.indexOf(who)
			];
			if (reason) return [who.accountId, 'suppressed', reason];
			if (claimed.includes(who)) return [who.accountId, 'unknown', 'lease_expired'];
			return [who.accountId, 'sent', null];
		});
		expect(told).toEqual(expected);
		const { timeline } = (await store()).partition({ workspace: 'default', mode: 'test' });
		for (const { accountId } of claimed) {
			const { entries } = await timeline.list({
				accountId,
				kinds: ['message_outcome_unknown'],
				limit: 5,
			});
			expect(entries).toHaveLength(1);
		}
	});
});
