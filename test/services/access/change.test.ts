import type { Instance } from '../../../services/access/client.ts';
import { changeAccess, type AccessDoors, type Plan } from '../../../services/access/change.ts';
import { openStore, storeLocation, type StorePartition } from '../../../services/store/index.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';

const NOW = new Date('2027-01-04T09:00:00Z');
const LEASE_MS = 200_000;

useTemporaryUserFolder();

/** A product with one instance, and a clock that waiting moves. */
async function setUp() {
	const store = await openStore(
		storeLocation({
			credential: null,
			userFolder: String(process.env['N8N_USER_FOLDER']),
			isQueueMode: false,
		}),
	);
	const { accessChanges: changes } = store.partition({ mode: 'test', workspace: 'default' });
	let clock = NOW;
	let access: Instance['access'] = 'full';
	const pauses: Array<() => Promise<void>> = [];
	const answer = () => ({ instance: anInstance(access), retryAfterMs: null });
	const doors: AccessDoors = {
		access: {
			get: async () => answer(),
			put: async () => answer(),
			setAccess: async (_accountId, body) => {
				access = (body as { level: Instance['access'] }).level;
				return answer();
			},
			revoke: async () => answer(),
		},
		changes,
		executionId: undefined,
		now: () => clock,
		write: async (work) => {
			await work();
			return {};
		},
		sleep: async (ms) => {
			clock = new Date(+clock + ms);
			await pauses.shift()?.();
		},
	};
	return {
		doors,
		changes,
		pauses,
		moveClock: (ms: number) => void (clock = new Date(+clock + ms)),
	};
}

const anInstance = (access: Instance['access']): Instance => ({
	accountId: 'acct_1',
	status: 'ready',
	access,
	instanceUrl: null,
	plan: null,
	reason: null,
	updatedAt: NOW.toISOString(),
});

const suspend: Plan = async () => ({
	level: 'suspended',
	reason: 'unpaid',
	until: null,
	billingAt: NOW,
});

async function beginAnother(changes: StorePartition['accessChanges']): Promise<number> {
	const request = {
		level: 'grace',
		reason: 'past_due',
		billingAt: NOW,
		leaseMs: LEASE_MS,
	} as const;
	const begun = await changes.begin({ accountId: 'acct_1', ...request }, NOW);
	if (!begun.begun) throw new Error('The other change did not begin');
	return begun.id;
}

describe('changeAccess, while another change is under way', () => {
	it('waits for its end', async () => {
		const { doors, changes, pauses } = await setUp();
		const id = await beginAnother(changes);
		pauses.push(async () => void (await changes.settle(id, { state: 'applied' }, NOW)));
		const result = await changeAccess(doors, 'acct_1', suspend, { isOrder: false });
		expect(result.instance).toMatchObject({ access: 'suspended' });
		expect(await changes.latest('acct_1')).toMatchObject({ level: 'suspended' });
	});

	it('gives up in time, so that the item can be repeated', async () => {
		const { doors, changes } = await setUp();
		await beginAnother(changes);
		await expect(changeAccess(doors, 'acct_1', suspend, { isOrder: false })).rejects.toThrow(
			'Another change of the access of acct_1 is under way',
		);
	});

	it('goes on when the other one died', async () => {
		const { doors, changes, moveClock } = await setUp();
		await beginAnother(changes);
		moveClock(LEASE_MS);
		const result = await changeAccess(doors, 'acct_1', suspend, { isOrder: false });
		expect(result.changeId).not.toBeNull();
	});
});

it('drops an order that is overtaken before it began', async () => {
	const { doors, changes } = await setUp();
	let asked = 0;
	const wavering: Plan = async (standing) =>
		++asked === 1 ? await suspend(standing) : { skipped: 'paid_meanwhile' };
	const result = await changeAccess(doors, 'acct_1', wavering, { isOrder: false });
	expect(result).toMatchObject({ changeId: null, skipped: 'paid_meanwhile' });
	expect(result.instance).toMatchObject({ access: 'full' });
	expect(await changes.list('acct_1', 9)).toMatchObject([{ state: 'failed', error: 'overtaken' }]);
});

it('carries out what the plan says once nobody else can change the account', async () => {
	const { doors, changes } = await setUp();
	let asked = 0;
	const hardening: Plan = async (standing) => {
		const order = await suspend(standing);
		return ++asked === 1 ? { ...order, level: 'read_only', reason: 'past_due' } : order;
	};
	const result = await changeAccess(doors, 'acct_1', hardening, { isOrder: false });
	expect(result.instance).toMatchObject({ access: 'suspended' });
	expect(await changes.list('acct_1', 9)).toMatchObject([
		{ level: 'suspended', state: 'applied' },
		{ level: 'read_only', state: 'failed' },
	]);
});

it('does not take a level for set that the product did not set', async () => {
	const { doors } = await setUp();
	const deaf = { ...doors.access, setAccess: doors.access.put };
	await expect(
		changeAccess({ ...doors, access: deaf }, 'acct_1', suspend, { isOrder: false }),
	).rejects.toThrow('The product was asked for "suspended" and says "full"');
});
