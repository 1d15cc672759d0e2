import type { ItemParams } from '../../support/execute-node.ts';
import { hinting, PRO_YEARLY, TEAM_MONTHLY, useStripe, type Json } from './harness.ts';
import { ofCustomer, onSubscription, peopleOf } from './people.ts';

const stripe = useStripe();
const { inTrial, paying, ended, lapsed } = peopleOf(stripe);

const cancel = (of: unknown, when: string, options: ItemParams = {}) =>
	onSubscription('cancel', of, { when, options });

const pause = (of: unknown, more: ItemParams = {}) => onSubscription('pause', of, more);

const reactivate = (of: unknown, more: ItemParams = {}) =>
	onSubscription('reactivate', of, { newSubscription: {}, ...more });

const subscriptionsOf = async (customer: Json) =>
	(await stripe.stripe('GET', `${ofCustomer('subscriptions', customer)}&status=all`)).data;

const makeCoupon = async (id: string, more: Record<string, string> = {}) =>
	await stripe.stripe('POST', 'coupons', { id, percent_off: '50', duration: 'once', ...more });

describe('Subscription > Reactivate', () => {
	it('finds for each the right way, and says which', async () => {
		const [running, leaving, gone, paused] = [
			await paying('a@example.com'),
			await paying('b@example.com'),
			await ended('c@example.com'),
			await lapsed('d@example.com'),
		];
		await stripe.runOne(cancel(leaving['subscriptionId'], 'at_end'));
		await stripe.giveCard(paused['customerId']);
		const items = [running, leaving, gone, paused].map(({ accountId }) => reactivate(accountId));
		const rows = await stripe.run(items);
		expect(rows).toMatchObject([
			{ way: 'none', changed: false, status: 'active', invoice: null },
			{ way: 'undo_cancellation', changed: true, status: 'active', cancelsAt: null },
			{
				way: 'subscribe_again',
				changed: true,
				status: 'active',
				trialEndsAt: null,
				invoice: { invoiceStatus: 'paid', amountPaid: 29 },
			},
			{
				way: 'resume',
				changed: true,
				status: 'active',
				subscriptionId: paused['subscriptionId'],
				invoice: { invoiceStatus: 'paid', amountPaid: 29 },
			},
		]);
		expect(rows[2]?.['subscriptionId']).not.toBe(gone['subscriptionId']);

		const again = await stripe.run(items);
		expect(again.map(({ way, changed }) => [way, changed])).toEqual(
			Array.from({ length: 4 }, () => ['none', false]),
		);
	});

	it('undoes a cancellation in a trial, which goes on', async () => {
		const trial = await inTrial();
		await stripe.runOne(cancel(trial['subscriptionId'], 'at_end'));
		expect(await stripe.runOne(reactivate(trial['subscriptionId']))).toMatchObject({
			way: 'undo_cancellation',
			status: 'trialing',
			trialEndsAt: trial['trialEndsAt'],
		});
	});

	it('undoes it as often as it comes', async () => {
		const ada = await paying();
		for (let round = 0; round < 3; round++) {
			await stripe.runOne(cancel(ada['subscriptionId'], 'at_end'));
			const row = await stripe.runOne(reactivate(ada['subscriptionId']));
			expect(row).toMatchObject({ way: 'undo_cancellation', changed: true, cancelsAt: null });
		}
	});

	it('collects payments again', async () => {
		const ada = await paying();
		await stripe.runOne(pause(ada['subscriptionId'], { what: 'collection', invoices: 'void' }));
		expect(await stripe.runOne(reactivate(ada['subscriptionId']))).toMatchObject({
			way: 'resume_collection',
			changed: true,
			collectionPaused: false,
		});
	});

	it('makes one subscription in parallel runs, whatever they ask for', async () => {
		const ada = await ended();
		const orders = [{}, {}, { priceId: TEAM_MONTHLY }, {}, { priceId: PRO_YEARLY }];
		const rows = await Promise.all(
			orders.map(
				async (newSubscription) =>
					await stripe.runOne(reactivate(ada['accountId'], { newSubscription })),
			),
		);
		expect(new Set(rows.map(({ subscriptionId }) => subscriptionId)).size).toBe(1);
		expect(rows.filter(({ changed }) => changed)).toHaveLength(1);
		const statuses = (await subscriptionsOf(ada)).map(({ status }) => status);
		expect(statuses.sort()).toEqual(['active', 'canceled']);
	});

	it.each(['cut', 'status'] as const)(
		'makes one subscription although the answer is lost: %s',
		async (kind) => {
			const ada = await ended();
			const route = 'POST /v1/subscriptions';
			stripe.standIn.faults.add({ route, kind, status: 500, moment: 'after' });
			expect(await stripe.runOne(reactivate(ada['accountId']))).toMatchObject({ status: 'active' });
			expect(await subscriptionsOf(ada)).toHaveLength(2);
		},
	);

	it('comes back as often as somebody leaves', async () => {
		const ada = await ended();
		for (let round = 0; round < 3; round++) {
			const row = await stripe.runOne(reactivate(ada['accountId']));
			expect(row).toMatchObject({ way: 'subscribe_again', changed: true, status: 'active' });
			await stripe.runOne(cancel(row['subscriptionId'], 'now'));
		}
		expect(await subscriptionsOf(ada)).toHaveLength(4);
	});

	it('takes another price and a coupon for the new one', async () => {
		const ada = await ended();
		await makeCoupon('COMEBACK');
		const row = await stripe.runOne(
			reactivate(ada['accountId'], {
				newSubscription: { priceId: TEAM_MONTHLY, couponId: 'COMEBACK' },
			}),
		);
		expect(row).toMatchObject({ priceId: TEAM_MONTHLY, invoice: { amountPaid: 49.5 } });
	});

	it('makes nothing when the card is declined, and succeeds with a better one', async () => {
		const ada = await ended();
		await stripe.giveCard(ada['customerId'], 'declined');
		for (let attempt = 0; attempt < 5; attempt++) {
			const row = await stripe.runOne(reactivate(ada['accountId']), { continueOnFail: true });
			expect(row).toMatchObject({ error: { httpCode: 402 } });
		}
		expect(await subscriptionsOf(ada)).toHaveLength(1);
		await stripe.giveCard(ada['customerId']);
		expect(await stripe.runOne(reactivate(ada['accountId']))).toMatchObject({ status: 'active' });
	});

	it('keeps a paused one paused until it is paid', async () => {
		const trial = await lapsed();
		await stripe.giveCard(trial['customerId'], 'declined');
		expect(await stripe.runOne(reactivate(trial['accountId']))).toMatchObject({
			way: 'resume',
			status: 'paused',
			invoice: { invoiceStatus: 'open', amountDue: 29 },
		});
		const declined = await stripe.runOne(reactivate(trial['accountId']), { continueOnFail: true });
		expect(declined).toMatchObject({ error: { httpCode: 402 } });
		await stripe.giveCard(trial['customerId']);
		expect(await stripe.runOne(reactivate(trial['accountId']))).toMatchObject({
			way: 'pay_open_invoice',
			status: 'active',
			invoice: { invoiceStatus: 'paid' },
		});
		expect(await stripe.countOf(ofCustomer('invoices', trial))).toBe(2);
	});

	it('shows the subscription as Stripe has it, also after a payment', async () => {
		const trial = await lapsed();
		await stripe.giveCard(trial['customerId'], 'declined');
		await stripe.runOne(reactivate(trial['accountId']));
		await stripe.giveCard(trial['customerId']);
		const row = await stripe.runOne(reactivate(trial['accountId'], { simplify: false }));
		expect(row).toMatchObject({ object: 'subscription', status: 'active' });
		expect(row).not.toHaveProperty('lastResponse');
	});

	it('asks for a card unless told otherwise, and then waits for the first payment', async () => {
		const trial = await inTrial();
		await stripe.runOne(cancel(trial['subscriptionId'], 'now'));
		const withoutCard = reactivate(trial['accountId'], { withoutCard: true });
		const rows = await stripe.run([reactivate(trial['accountId']), withoutCard, withoutCard], {
			continueOnFail: true,
		});
		expect(rows).toMatchObject([
			{ error: { code: 'no_payment_method', hint: hinting('Even Without a Card') } },
			{
				way: 'subscribe_again',
				changed: true,
				status: 'incomplete',
				invoice: { invoiceStatus: 'open', amountDue: 29, invoiceUrl: hinting('http') },
			},
			{
				way: 'subscribe_again',
				changed: false,
				status: 'incomplete',
				invoice: { invoiceStatus: 'open', invoiceUrl: hinting('http') },
			},
		]);
		// Nobody paid within 23 hours: the next try is a new one.
		await stripe.passDays(trial['customerId'], 1);
		expect(await stripe.runOne(withoutCard)).toMatchObject({ changed: true, status: 'incomplete' });
		expect(await subscriptionsOf(trial)).toHaveLength(3);
	});

	it('refuses who owes and who never was, and goes on', async () => {
		const owing = await paying('owing@example.com');
		await stripe.giveCard(owing['customerId'], 'declined');
		await stripe.passDays(owing['customerId'], 32);
		const ada = await ended();
		const rows = await stripe.run(
			[reactivate(owing['accountId']), reactivate('acct_404'), reactivate(ada['accountId'])],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { code: 'payment_due', hint: hinting('Create Portal') } },
			{ error: { code: 'never_subscribed', httpCode: 404 } },
			{ way: 'subscribe_again' },
		]);
	});

	it('tells the store', async () => {
		const ada = await ended();
		const row = await stripe.runOne(reactivate(ada['accountId']));
		const { accounts, timeline } = await stripe.store();
		const accountId = String(ada['accountId']);
		const account = await accounts.get(accountId);
		expect(account).toMatchObject({
			stage: 'active',
			subscription: { id: row['subscriptionId'] },
		});
		const { entries } = await timeline.list({ accountId, limit: 10 });
		expect(entries.map(({ kind }) => kind)).toContain('subscription_resumed');
	});
});
