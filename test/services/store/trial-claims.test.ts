import type { LifecycleStore, StorePartition, TrialSign } from '../../../services/store/index.ts';
import { onBothDatabases } from './databases.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
const ENDS_AT = minutes(14 * 24 * 60);
const ACME: TrialSign = { kind: 'fingerprint', value: 'acme.example' };
const CARD: TrialSign = { kind: 'card', value: 'fp_1' };

onBothDatabases((database) => {
	let store: LifecycleStore;
	let claims: StorePartition['trialClaims'];
	let workspaces = 0;
	beforeAll(async () => {
		store = await database.freshStore();
	});
	beforeEach(() => {
		const workspace = `workspace ${workspaces++}`;
		claims = store.partition({ workspace, mode: 'test' }).trialClaims;
	});

	const take = async (accountId: string, signs: readonly TrialSign[] = [ACME], now = NOW) =>
		await claims.take(signs, { accountId, now, waitMs: 0 });
	const find = async (accountId: string, now = NOW) => await claims.find([ACME], accountId, now);

	it('are won by one of sixteen accounts that ask at once', async () => {
		const asked = await Promise.all(
			Array.from({ length: 16 }, async (_, index) => await take(`account ${index}`)),
		);
		expect(asked.filter((others) => others === null)).toHaveLength(1);
		expect(asked.find((others) => others !== null)).toMatchObject({ sharedBy: 'fingerprint' });
	});

	it('are the own of who has them, for a repeat, and free again when nothing came of it', async () => {
		expect(await take('ada')).toBeNull();
		expect(await take('ada')).toBeNull();
		expect(await take('bob')).toMatchObject({ sharedBy: 'fingerprint' });
		await claims.release([ACME], 'bob');
		expect(await take('bob')).toMatchObject({ sharedBy: 'fingerprint' });
		await claims.release([ACME], 'ada');
		expect(await take('bob')).toBeNull();
	});

	it('run out after an hour, when nobody heard of their trial again', async () => {
		expect(await take('ada')).toBeNull();
		expect(await take('bob', [ACME], minutes(59))).not.toBeNull();
		expect(await take('bob', [ACME], minutes(60))).toBeNull();
		expect(await take('ada', [ACME], minutes(61))).not.toBeNull();
	});

	it('are taken together or not at all', async () => {
		await take('ada', [CARD]);
		expect(await take('bob', [CARD, ACME])).toMatchObject({ sharedBy: 'card' });
		expect(await take('cher', [ACME])).toBeNull();
	});

	it('are waited for as long as told', async () => {
		await take('ada');
		const waiting = claims.take([ACME], { accountId: 'bob', now: NOW, waitMs: 10_000 });
		await claims.release([ACME], 'ada');
		expect(await waiting).toBeNull();
	});

	it('end in a trial that others find, and who was given it does not for a day', async () => {
		await take('ada');
		await claims.settle([ACME], { accountId: 'ada', endsAt: ENDS_AT }, NOW);
		expect(await take('bob')).toBeNull();
		const trial = { sharedBy: 'fingerprint', endedAt: ENDS_AT };
		expect(await find('bob')).toEqual([trial]);
		expect(await find('ada')).toEqual([]);
		expect(await find('ada', minutes(24 * 60))).toEqual([trial]);
		expect(await claims.find([CARD], 'bob', NOW)).toEqual([]);
	});
});
