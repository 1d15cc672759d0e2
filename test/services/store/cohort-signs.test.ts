import type { StorePartition } from '../../../services/store/index.ts';
import { onBothDatabases } from './databases.ts';

const at = (day: number) => new Date(Date.UTC(2026, 3, day));

onBothDatabases((database) => {
	let partition: StorePartition;
	let other: StorePartition;
	beforeEach(async () => {
		const store = await database.freshStore();
		partition = store.partition({ workspace: 'default', mode: 'test' });
		other = store.partition({ workspace: 'default', mode: 'live' });
	});

	async function send(key: string, accountId: string, journey: string, day: number, state: string) {
		const request = {
			key,
			accountId,
			channel: 'email',
			category: 'marketing',
			journey,
			leaseMs: 60_000,
		} as const;
		const result = await partition.sends.claim(request, at(day));
		if (!result.won) throw new Error('Lost');
		const outcome =
			state === 'sent'
				? ({ state: 'sent' } as const)
				: ({ state: 'suppressed', reason: state } as const);
		await partition.sends.settle(result.claim, outcome, at(day));
	}

	describe('cohortSigns', () => {
		it('tells of each account what it did and what was sent to it, and of no other', async () => {
			await partition.milestones.record('ann', 'created_project', at(2));
			await partition.milestones.record('ann', 'invited_teammate', at(1));
			await partition.milestones.record('bob', 'invited_teammate', at(1));
			await other.milestones.record('bob', 'created_project', at(1));
			await send('1', 'ann', 'onboarding', 1, 'sent');
			await send('2', 'ann', 'conversion', 4, 'sent');
			await send('3', 'ann', 'conversion', 3, 'sent');
			await send('4', 'bob', 'conversion', 3, 'unsubscribed');
			await send('5', 'eve', 'conversion', 3, 'sent');
			for (const day of [9, 8]) {
				await partition.timeline.append({
					accountId: 'bob',
					at: at(day),
					kind: 'trial_lapsed',
					source: 'test',
					data: { reason: 'canceled', day },
				});
			}

			const signs = await partition.cohortSigns(['ann', 'bob', 'nobody'], {
				kinds: ['trial_lapsed', 'trial_converted'],
				milestone: 'created_project',
				journey: 'conversion',
			});
			expect(Object.fromEntries(signs)).toEqual({
				ann: {
					milestoneAt: at(2),
					firstSentAt: at(3),
					entries: [],
					sends: [{ state: 'sent', reason: null, count: 3 }],
				},
				bob: {
					milestoneAt: null,
					firstSentAt: null,
					entries: [8, 9].map((day) => ({
						kind: 'trial_lapsed',
						at: at(day),
						data: { reason: 'canceled', day },
					})),
					sends: [{ state: 'suppressed', reason: 'unsubscribed', count: 1 }],
				},
				nobody: { milestoneAt: null, firstSentAt: null, entries: [], sends: [] },
			});
		});

		it('takes any message, and no milestone, where none is named', async () => {
			await partition.milestones.record('ann', 'created_project', at(2));
			await send('1', 'ann', 'onboarding', 1, 'sent');
			const signs = await partition.cohortSigns(['ann'], { kinds: [] });
			expect(signs.get('ann')).toMatchObject({ milestoneAt: null, firstSentAt: at(1) });
		});

		it('answers for more accounts than one statement takes', async () => {
			const ids = Array.from({ length: 1_201 }, (_, number) => `account-${number}`);
			await partition.milestones.record('account-1200', 'done', at(1));
			const signs = await partition.cohortSigns(ids, { kinds: [], milestone: 'done' });
			expect(signs.size).toBe(1_201);
			expect(signs.get('account-1200')?.milestoneAt).toEqual(at(1));
		});
	});

	describe('accountIdsOf', () => {
		it('finds every account of a mailbox, however it is written, oldest first', async () => {
			const emails = ['ann@example.com', 'bob@example.com', 'Ann+work@Example.com'];
			for (const [number, email] of emails.entries()) {
				const now = at(number + 1);
				await partition.accounts.upsert({ accountId: `account-${number}`, at: now, email }, now);
			}
			await other.accounts.upsert({ accountId: 'x', at: at(1), email: 'ann@example.com' }, at(1));
			expect(await partition.accountIdsOf('ANN@example.com')).toEqual(['account-0', 'account-2']);
			expect(await partition.accountIdsOf('eve@example.com')).toEqual([]);
		});
	});
});
