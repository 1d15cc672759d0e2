import type { INodeType } from 'n8n-workflow';
import type { ItemParams } from '../../support/execute-node.ts';
import { anotherProcess, hinting, startTrial, useStripe, type Json } from './harness.ts';
import { onTrial } from './people.ts';

const stripe = useStripe();

const ACME = { kind: 'fingerprint', value: 'acme.example' } as const;
const HOUR_MS = 3_600_000;
const PEOPLE = Array.from({ length: 16 }, (_, index) => `person-${index}@example.com`);
const SUBSCRIBE = 'POST /v1/subscriptions';

const start = (email: string, more: ItemParams = {}) =>
	startTrial(email, { additionalFields: { fingerprint: 'acme.example', ...more } });

const failable = { continueOnFail: true };
const codeOf = ({ error }: Json) => (error as Json | undefined)?.['code'];

/** As a run that got so far with this account and was killed then. */
async function claimFor(account: Json, now = new Date()) {
	const { trialClaims } = await stripe.store();
	const claim = { accountId: String(account['accountId']), now, waitMs: 0 };
	expect(await trialClaims.take([ACME], claim)).toBeNull();
}

const accountOf = async (email: string) =>
	await stripe.runOne({ resource: 'trial', operation: 'checkEligibility', email, rules: {} });

const WAYS: ReadonlyArray<readonly [string, (items: readonly ItemParams[]) => Promise<Json[]>]> = [
	['items of one run', async (items) => await stripe.run(items, failable)],
	[
		'runs of several n8n with one store',
		async (items) => {
			const nodes: INodeType[] = [];
			while (nodes.length < 4) nodes.push(await anotherProcess());
			return await Promise.all(
				items.map(async (item, index) => {
					return await stripe.runOne(item, { ...failable, node: nodes[index % nodes.length] });
				}),
			);
		},
	],
];

describe.each(WAYS)('sixteen people who ask for a trial at once, as %s', (_, run) => {
	it('get one for the fingerprint that they share', async () => {
		const rows = await run(PEOPLE.map((email) => start(email)));
		expect(rows.filter(({ isNew }) => isNew)).toHaveLength(1);
		expect(rows.map(codeOf).filter((code) => code === 'same_fingerprint')).toHaveLength(15);
		expect(await stripe.countOf('subscriptions')).toBe(1);
	});

	it('get one for the card that they share', async () => {
		for (const email of PEOPLE) {
			const { customerId } = await stripe.runOne({
				...{ resource: 'customer', operation: 'createOrUpdate', email },
				...{ additionalFields: {}, metadata: {} },
			});
			await stripe.giveCard(customerId);
		}
		const rows = await run(
			PEOPLE.map((email) => startTrial(email, { additionalFields: { oneTrialPerCard: true } })),
		);
		expect(rows.filter(({ isNew }) => isNew)).toHaveLength(1);
		expect(rows.map(codeOf).filter((code) => code === 'same_card')).toHaveLength(15);
		expect(await stripe.countOf('subscriptions')).toBe(1);
	});
});

describe('the claim to a fingerprint', () => {
	it('refuses nobody who asks again, at once or while the search does not know them yet', async () => {
		stripe.standIn.settings.searchLagSeconds = 60;
		const rows = await Promise.all(
			Array.from({ length: 4 }, async () => await stripe.runOne(start('ada@example.com'))),
		);
		rows.push(await stripe.runOne(start('Ada+again@example.com')));
		expect(new Set(rows.map(({ subscriptionId }) => subscriptionId)).size).toBe(1);
		expect(rows.filter(({ isNew }) => isNew)).toHaveLength(1);
	});

	it('is given back where the start fails for certain or is refused', async () => {
		stripe.standIn.faults.add({ route: SUBSCRIBE, kind: 'status', status: 402 });
		expect(await stripe.runOne(start('ada@example.com'), failable)).toHaveProperty('error');
		const bob = await stripe.runOne(start('bob@example.com'));
		expect(bob).toMatchObject({ isNew: true });
		await stripe.runOne(onTrial('cancel', bob['subscriptionId'], { when: 'now', options: {} }));

		const other = { fingerprint: 'other.example' };
		expect(codeOf(await stripe.runOne(start('bob@example.com', other), failable))).toBe(
			'had_trial',
		);
		expect(await stripe.runOne(start('cher@example.com', other))).toMatchObject({ isNew: true });
	});

	it('is kept where the outcome is unknown: others wait in vain, the same person goes on', async () => {
		stripe.standIn.faults.add({ route: SUBSCRIBE, kind: 'cut', moment: 'before', times: 4 });
		expect(await stripe.runOne(start('ada@example.com'), failable)).toHaveProperty('error');
		expect(await stripe.runOne(start('bob@example.com'), failable)).toMatchObject({
			error: { code: 'same_fingerprint', message: hinting('is just being started') },
		});
		expect(await stripe.runOne(start('ada@example.com'))).toMatchObject({ isNew: true });
		expect(await stripe.countOf('subscriptions')).toBe(1);
	});

	it('of a run that was killed before its start is taken up by the repeat', async () => {
		await claimFor(await accountOf('ada@example.com'));
		expect(await stripe.runOne(start('ada@example.com'))).toMatchObject({ isNew: true });
	});

	it('of a run that was killed keeps nobody away after an hour', async () => {
		await claimFor(await accountOf('ada@example.com'), new Date(Date.now() - HOUR_MS));
		expect(await stripe.runOne(start('bob@example.com'))).toMatchObject({ isNew: true });
	});

	it('stands in nobody’s way whom a human gives a trial, nor of a trial that runs', async () => {
		const other = { fingerprint: 'other.example' };
		const bob = await stripe.runOne(start('bob@example.com', other));
		await claimFor(await accountOf('ada@example.com'));
		const rows = await stripe.run([
			start('bob@example.com'),
			start('cher@example.com', { overrideReason: 'agreed with sales' }),
		]);
		expect(rows).toMatchObject([
			{ isNew: false, subscriptionId: bob['subscriptionId'] },
			{ isNew: true },
		]);
	});
});
