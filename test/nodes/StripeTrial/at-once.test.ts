import type { INodeType } from 'n8n-workflow';
import type { ItemParams } from '../../support/execute-node.ts';
import { storeFile } from '../../support/user-folder.ts';
import {
	anotherProcess,
	byId,
	DAY_MS,
	hinting,
	TEAM_MONTHLY,
	useStripe,
	type Json,
} from './harness.ts';
import { onSubscription, onTrial, peopleOf } from './people.ts';

const stripe = useStripe();
const { started, paying, timelineOf } = peopleOf(stripe);

const discount = (of: unknown, coupon: string, more: ItemParams = {}) =>
	onSubscription('applyDiscount', of, { couponId: byId(coupon), oncePerCustomer: true, ...more });

const extend = (of: unknown, requestKey: string) =>
	onTrial('extend', of, {
		days: 7,
		maxExtensions: 1,
		maxDaysInAll: 14,
		options: { requestKey },
	});

const makeCoupon = async (id: string) =>
	await stripe.stripe('POST', 'coupons', { id, percent_off: '10', duration: 'forever' });

const namesOf = (account: Json) =>
	['subscriptionId', 'email', 'customerId', 'accountId'].map((name) => account[name]);

const present = async (account: Json) =>
	await stripe.stripe('GET', `subscriptions/${String(account['subscriptionId'])}`);

/** Each item in an execution of its own, or all in one. */
const WAYS: ReadonlyArray<readonly [string, (items: readonly ItemParams[]) => Promise<Json[]>]> = [
	['items of one run', async (items) => await stripe.run(items, { continueOnFail: true })],
	[
		'runs of their own',
		async (items) =>
			await Promise.all(
				items.map(async (item) => await stripe.runOne(item, { continueOnFail: true })),
			),
	],
	[
		'runs of several n8n with one store',
		async (items) => {
			const nodes: INodeType[] = [];
			while (nodes.length < items.length) nodes.push(await anotherProcess());
			return await Promise.all(
				items.map(
					async (item, index) =>
						await stripe.runOne(item, { continueOnFail: true, node: nodes[index] }),
				),
			);
		},
	],
];

describe.each(WAYS)('one subscription under several names at once, as %s', (_, run) => {
	it('gets every coupon', async () => {
		const ada = await paying();
		const coupons = ['A', 'B', 'C', 'D'];
		for (const coupon of coupons) await makeCoupon(coupon);
		const rows = await run(
			namesOf(ada).map((name, index) => discount(name, coupons[index] ?? 'none')),
		);
		expect(rows.map(({ changed, error }) => error ?? changed)).toEqual(coupons.map(() => true));
		expect((await present(ada))['discounts']).toHaveLength(coupons.length);
	});

	it('is extended as often as it may be', async () => {
		const ada = await started();
		const rows = await run(namesOf(ada).map((name, index) => extend(name, `request ${index}`)));
		expect(rows.filter(({ changed }) => changed)).toHaveLength(1);
		expect(rows.filter(({ error }) => (error as Json)?.['code'] === 'too_often')).toHaveLength(3);
		const end = new Date(String(ada['trialEndsAt'])).getTime() + 7 * DAY_MS;
		expect((await present(ada))['trial_end']).toBe(end / 1000);
	});

	it('is changed step by step', async () => {
		const ada = await paying();
		const [id, email, customerId] = namesOf(ada);
		const rows = await run([
			onSubscription('changePlan', id, { priceId: byId(TEAM_MONTHLY), options: {} }),
			onSubscription('cancel', email, { when: 'at_end', options: {} }),
			onSubscription('pause', customerId, { what: 'collection', invoices: 'void' }),
		]);
		expect(rows).toMatchObject([{ changed: true }, { changed: true }, { changed: true }]);
		const back = await stripe.runOne(onSubscription('reactivate', id, { newSubscription: {} }));
		expect(back).toMatchObject({ cancelsAt: null, collectionPaused: false, changed: true });
	});
});

it('gives a coupon once to a customer with two subscriptions', async () => {
	const ada = await paying();
	const other = await stripe.stripe('POST', 'subscriptions', {
		customer: String(ada['customerId']),
		'items[0][price]': TEAM_MONTHLY,
	});
	await makeCoupon('ONCE');
	const rows = await Promise.all(
		[ada['subscriptionId'], other['id']].map(
			async (of) => await stripe.runOne(discount(of, 'ONCE'), { continueOnFail: true }),
		),
	);
	expect(rows.filter(({ changed }) => changed)).toHaveLength(1);
	expect(rows.filter(({ error }) => (error as Json)?.['code'] === 'had_it_before')).toHaveLength(1);
});

it('changes what it is told to although the store cannot say who else is at it', async () => {
	const ada = await started();
	const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
	const store = new DatabaseSync(storeFile());
	store.exec('drop table leases');
	store.close();
	const row = await stripe.runOne(extend(ada['accountId'], 'request'));
	expect(row).toMatchObject({ changed: true, storeWarning: hinting('Done without knowing') });
	expect(await timelineOf(ada)).toEqual(['trial_started', 'trial_extended']);
});
