import { intakeOf } from '../../../../services/n8n/inbox/intake.ts';
import type { Inbox, IncomingEvent } from '../../../../services/store/index.ts';

const NOW = new Date('2026-04-01T12:00:00Z');

const anEvent = (id: string): IncomingEvent => ({
	id,
	type: 'invoice.paid',
	accountKey: 'cus_1',
	createdAt: NOW,
	via: 'webhook',
	payload: {},
});

/** Knows `evt_known`; every commit is noted down with the ids in it. */
function anInbox(fails = false) {
	const commits: string[][] = [];
	const receive: Inbox['receive'] = async (events) => {
		commits.push(events.map(({ id }) => id));
		if (fails) throw new Error('The disk is full');
		return events.flatMap(({ id }) => (id === 'evt_known' ? [] : [id]));
	};
	const inbox = { receive } as Inbox;
	return { commits, takeIn: async (id: string) => await intakeOf(inbox, () => NOW)(anEvent(id)) };
}

describe('the intake of single deliveries', () => {
	it('commits the first at once, and together what comes meanwhile', async () => {
		const { commits, takeIn } = anInbox();
		const first = takeIn('evt_1');
		const others = ['evt_2', 'evt_3', 'evt_4'].map(takeIn);
		expect(commits).toEqual([['evt_1']]);
		await expect(first).resolves.toBe(true);
		await expect(Promise.all(others)).resolves.toEqual([true, true, true]);
		expect(commits).toEqual([['evt_1'], ['evt_2', 'evt_3', 'evt_4']]);
	});

	it('tells each whether it is new', async () => {
		const { takeIn } = anInbox();
		await expect(Promise.all(['evt_1', 'evt_2', 'evt_known'].map(takeIn))).resolves.toEqual([
			true,
			true,
			false,
		]);
	});

	it('fails everyone whose commit failed', async () => {
		const { takeIn } = anInbox(true);
		const outcomes = await Promise.allSettled(['evt_1', 'evt_2', 'evt_3'].map(takeIn));
		expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
	});
});
