import { join } from 'node:path';
import {
	openStore,
	storeLocation,
	type Send,
	type SendState,
	type StorePartition,
} from '../../services/store/index.ts';
import { useClock } from '../support/clock.ts';
import { subjectsOf, useFlow } from '../support/flow.ts';
import { control } from '../support/n8n.ts';
import { createTrialists, IMPORT, type Trialist } from '../support/trialists.ts';

const CONVERSION = 'saasTrialConversion';
const subjects = subjectsOf('trial-conversion');
const SEVEN = subjects('7 days left');
const THREE = subjects('3 days left');
const TALK = subjects('Talk to us?');
const THANKS = subjects('Thank you');

const PEOPLE = 30;
/** Longer than a step that was given out waits for its message, and a message for its outcome. */
const LEASE_MS = 6 * 60_000;

/** n8n lives in the past until it is killed, so that its leases are over when it comes back. */
describe('a journey that is run over itself, killed in the middle, and overtaken', () => {
	const { setBehind, env } = useClock(LEASE_MS);
	// Where people can leave, there is a flow that hears of it.
	const flow = useFlow([CONVERSION, 'saasCancellation'], {}, [IMPORT], env);
	const { signUp, learn, goTo, look } = createTrialists(flow);
	/** Who still gets reminders. */
	let people: Trialist[] = [];
	jest.setTimeout(400_000);

	beforeAll(async () => {
		for (let number = 1; number <= PEOPLE; number++) people.push(await signUp(`p${number}`));
		await learn();
	});
	afterAll(async () => await (await store()).close());

	async function store() {
		const userFolder = join(flow.n8n.folder, '.n8n');
		return await openStore(storeLocation({ credential: null, userFolder, isQueueMode: false }));
	}

	const partition = async (): Promise<StorePartition> =>
		(await store()).partition({ workspace: 'default', mode: 'test' });

	/** By account, what the ledger says of a step. */
	async function ledger(key: string): Promise<Map<string, Send>> {
		const { sends } = await partition();
		const found = new Map<string, Send>();
		for (const { accountId } of people) {
			const send = (await sends.list(accountId, 10)).find(({ step }) => step === key);
			if (send) found.set(accountId, send);
		}
		return found;
	}

	async function expectLedger(key: string, outcomeOf: (who: Trialist) => [SendState, string?]) {
		const known = await ledger(key);
		const found = people.map(({ accountId }) => {
			const { state, reason } = known.get(accountId) ?? {};
			return [accountId, state, ...(reason ? [reason] : [])];
		});
		expect(found).toEqual(people.map((who) => [who.accountId, ...outcomeOf(who)]));
	}

	/** Starts the journey while Intercom answers late, and waits until that many stand so in the ledger. */
	async function beginSlowly(key: string, delayMs: number, states: readonly SendState[]) {
		const [route, kind, moment, times] = ['POST /messages', 'slow', 'after', PEOPLE] as const;
		await flow.strike('intercom', { route, kind, moment, delayMs, times });
		const run = await flow.client.runWorkflow(CONVERSION, 'Every 10 minutes');
		await flow.waitFor(`five each that are ${states.join(', ')}`, async () => {
			const found = [...(await ledger(key)).values()].map(({ state }) => state);
			const enough = states.every((state) => found.filter((one) => one === state).length >= 5);
			return enough ? true : undefined;
		});
		return run;
	}

	/** By account, how often Intercom sent a message. */
	async function timesSent(subject: RegExp): Promise<Record<string, number>> {
		const sent = (await flow.allSent()).filter((one) => subject.test(one.subject));
		return Object.fromEntries(
			people.map((who) => [who.accountId, sent.filter(({ to }) => to === who.accountId).length]),
		);
	}

	const onceEachBut = (others: readonly Trialist[]) =>
		Object.fromEntries(people.map((who) => [who.accountId, others.includes(who) ? 0 : 1]));

	const inState = (known: ReadonlyMap<string, Send>, state: SendState) =>
		people.filter(({ accountId }) => known.get(accountId)?.state === state);

	/** One pays, one asks to leave, one answers, one opts out. */
	async function moveOn(waiting: readonly Trialist[]): Promise<Trialist[]> {
		const [payer, leaver, replier, objector] = waiting as [Trialist, Trialist, Trialist, Trialist];
		const { url } = flow.sandbox.intercom;
		await flow.giveCard(payer, 'good');
		await flow.stripe('POST', `subscriptions/${payer.subscription}`, { trial_end: 'now' });
		await flow.stripe('POST', `subscriptions/${leaver.subscription}`, {
			cancel_at_period_end: 'true',
		});
		await control(url, 'POST', `/contacts/${replier.accountId}/reply`, { body: 'Stop' });
		await control(url, 'POST', `/contacts/${objector.accountId}/unsubscribe`, {});
		return [payer, leaver, replier, objector];
	}

	it('writes once to each, of three executions that overlap', async () => {
		for (const who of people) await goTo(who, 7);
		const runs = await Promise.all(
			[1, 2, 3].map(async () => await flow.runNow(CONVERSION, 'Every 10 minutes')),
		);
		expect(runs.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
		const lastStart = runs.map(({ startedAt }) => Date.parse(startedAt ?? '')).sort()[2];
		const firstEnd = runs.map(({ stoppedAt }) => Date.parse(stoppedAt ?? '')).sort()[0];
		expect(lastStart).toBeLessThan(firstEnd ?? 0);
		expect(await timesSent(SEVEN)).toEqual(onceEachBut([]));
	});

	it('writes after a kill to whom it had not written, unless they have moved on, and to nobody twice', async () => {
		for (const who of people) await goTo(who, 3);
		await beginSlowly('three_days_left', 2_000, ['sent', 'claimed', 'reserved']);
		await flow.n8n.kill();
		await flow.heal('intercom');
		const atKill = await ledger('three_days_left');
		const sentBefore = await timesSent(THREE);
		const inDoubt = inState(atKill, 'claimed');
		const lost = inDoubt.filter(({ accountId }) => sentBefore[accountId] === 0);
		const gone = await moveOn(inState(atKill, 'reserved'));

		setBehind(0);
		await flow.n8n.start();
		await look(CONVERSION);
		await look(CONVERSION);
		await learn();
		expect(await timesSent(THREE)).toEqual(onceEachBut([...gone, ...lost]));
		const reasons = ['converted', 'cancellation_scheduled', 'replied', 'unsubscribed'];
		await expectLedger('three_days_left', (who) => {
			if (gone.includes(who)) return ['suppressed', reasons[gone.indexOf(who)]];
			return inDoubt.includes(who) ? ['unknown', 'lease_expired'] : ['sent'];
		});
		const { timeline } = await partition();
		for (const { accountId } of inDoubt) {
			const query = { accountId, kinds: ['message_outcome_unknown'], limit: 5 };
			expect((await timeline.list(query)).entries).toHaveLength(1);
		}
		if (gone[0]) await flow.expectSent(gone[0], [SEVEN, THANKS]);
		people = people.filter((who) => !gone.includes(who));
	});

	it('writes to nobody who moves on while it runs', async () => {
		for (const who of people) await goTo(who, 2);
		const run = await beginSlowly('talk_to_us', 20_000, ['claimed', 'reserved']);
		const gone = await moveOn(inState(await ledger('talk_to_us'), 'reserved'));
		const { accounts } = await partition();
		await flow.waitFor('n8n to hear of who pays and who leaves', async () => {
			const [payer, leaver] = await Promise.all(
				gone.slice(0, 2).map(async ({ accountId }) => await accounts.get(accountId)),
			);
			return payer?.stage === 'active' && leaver?.subscription?.cancelsAt ? true : undefined;
		});
		await flow.heal('intercom');
		await flow.waitFor('the run to end', async () =>
			(await flow.client.running()).some(({ id }) => id === run) ? undefined : true,
		);
		expect(await timesSent(TALK)).toEqual(onceEachBut(gone));
		await expectLedger('talk_to_us', (who) => {
			if (gone.slice(0, 2).includes(who)) return ['failed', 'account_changed'];
			if (!gone.includes(who)) return ['sent'];
			return ['suppressed', who === gone[2] ? 'replied' : 'unsubscribed'];
		});
	});
});
