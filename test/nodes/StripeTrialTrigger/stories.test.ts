import { readFileSync } from 'node:fs';
import type Stripe from 'stripe';
import { createWorld, PRICE, published, type TestConsumer, type World } from './harness.ts';

// Weeks of a life, day by day, on a machine that has other work.
jest.setTimeout(60_000);

let world: World;
let trigger: TestConsumer;
beforeEach(async () => {
	world = await createWorld();
	trigger = await published(world, 'workflow/trigger');
});
afterEach(async () => await world.close());

/** What happens day by day, read as it comes. */
async function days(count: number) {
	for (let day = 0; day < count; day++) {
		await world.move({ days: 1 });
		await trigger.catchUp();
	}
}

it('a trial with a card converts after its end, and not before it has been paid', async () => {
	const { customer } = await world.start('ada@example.com');
	await trigger.catchUp();
	await world.giveCard(customer, 'good');
	await days(15);
	expect(trigger.told()).toEqual([
		'trial_started ada@example.com',
		'payment_method_added ada@example.com',
		'trial_ending ada@example.com',
		'trial_converted ada@example.com',
	]);
	await days(40);
	expect(trigger.told()).toHaveLength(4);
});

it('a trial without a card lapses', async () => {
	await world.start('ada@example.com');
	await days(20);
	expect(trigger.told()).toEqual([
		'trial_started ada@example.com',
		'trial_ending ada@example.com',
		'trial_lapsed ada@example.com',
	]);
	expect(trigger.items().at(-1)).toMatchObject({
		reason: 'no_payment_method',
		subscription: { status: 'paused' },
	});
});

it('a card that is refused fails again and again, and then the trial has lapsed', async () => {
	const { customer } = await world.start('ada@example.com');
	await world.giveCard(customer, 'declined');
	await days(35);
	const told = trigger.told().map((line) => line.split(' ')[0]);
	expect(told.slice(0, 3)).toEqual(['trial_started', 'payment_method_added', 'trial_ending']);
	expect(new Set(told.slice(3, -1))).toEqual(new Set(['payment_failed']));
	expect(told.at(-1)).toBe('trial_lapsed');
	const failures = trigger.items().filter(({ event }) => event === 'payment_failed');
	expect(failures[0]).toMatchObject({
		reason: 'generic_decline',
		invoice: { attempt: 1, final: false, declineCode: 'generic_decline', status: 'open' },
	});
	expect(failures.at(-1)).toMatchObject({ invoice: { final: true, nextAttemptAt: null } });
	expect(trigger.items().at(-1)).toMatchObject({ reason: 'payment_failed' });
});

it('a bank that asks for a confirmation refuses in its own words', async () => {
	const { customer } = await world.start('ada@example.com');
	await world.giveCard(customer, 'authentication_required');
	await days(15);
	const items = trigger.items();
	expect(items.find(({ event }) => event === 'payment_failed')).toMatchObject({
		reason: 'authentication_required',
	});
	expect(items.filter(({ event }) => event === 'payment_action_required')).toHaveLength(1);
});

/** A trial of two weeks on a test clock that stands there. */
async function startOnClock(
	frozenAt: number,
	more: Partial<Stripe.SubscriptionCreateParams> = {},
): Promise<void> {
	const clock = await world.stripe.testHelpers.testClocks.create({ frozen_time: frozenAt });
	const customer = await world.stripe.customers.create({
		email: 'ada@example.com',
		test_clock: clock.id,
	});
	await world.stripe.subscriptions.create({
		customer: customer.id,
		items: [{ price: PRICE }],
		trial_period_days: 14,
		...more,
	});
}

it('says what time it is for the account, which may be that of a test clock', async () => {
	const frozen = Math.floor(world.now().getTime() / 1000) + 40 * 86_400;
	await startOnClock(frozen);
	await trigger.catchUp();
	expect(trigger.items().at(-1)).toMatchObject({
		account: { now: new Date(frozen * 1000).toISOString() },
	});
});

it('lets an account on a test clock stand where it stands by that clock', async () => {
	const frozen = Math.floor(world.now().getTime() / 1000);
	await startOnClock(frozen, {
		trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
		metadata: { account_id: 'ada' },
	});
	// By the real time the trial has run out, and the clock still stands.
	await world.move({ days: 20 });
	await trigger.catchUp();
	expect(await trigger.consumer.store.accounts.get('ada')).toMatchObject({ stage: 'trialing' });
	expect(trigger.items().at(-1)).toMatchObject({ account: { stage: 'trialing' } });
});

it('a cancellation in the trial is scheduled first and a lapse later, with its reason', async () => {
	const { subscription } = await world.start('ada@example.com');
	await world.stripe.subscriptions.update(subscription, {
		cancel_at_period_end: true,
		cancellation_details: { feedback: 'too_expensive', comment: 'Maybe next year' },
	});
	await days(15);
	expect(trigger.told()).toEqual([
		'trial_started ada@example.com',
		'cancellation_scheduled ada@example.com',
		'trial_lapsed ada@example.com',
	]);
	expect(trigger.items()[1]).toMatchObject({
		reason: 'too_expensive',
		comment: 'Maybe next year',
		subscription: { atTrialEnd: 'ends_as_requested' },
	});
	expect(trigger.items()[2]).toMatchObject({ reason: 'canceled', comment: 'Maybe next year' });
});

it('an extension, another plan and a change of mind are told', async () => {
	const { subscription } = await world.start('ada@example.com');
	await trigger.catchUp();
	await world.move({ days: 1 });
	const end = Math.floor(world.now().getTime() / 1000) + 30 * 86_400;
	await world.stripe.subscriptions.update(subscription, { trial_end: end });
	const { items } = await world.stripe.subscriptions.retrieve(subscription);
	await world.stripe.subscriptions.update(subscription, {
		items: [{ id: items.data[0]?.id ?? '', price: 'price_boards_team_monthly' }],
	});
	await world.stripe.subscriptions.update(subscription, { cancel_at_period_end: true });
	await world.stripe.subscriptions.update(subscription, { cancel_at_period_end: false });
	await trigger.catchUp();
	expect(trigger.told().slice(1).sort()).toEqual([
		'cancellation_scheduled ada@example.com stale',
		'cancellation_undone ada@example.com',
		'plan_changed ada@example.com',
		'trial_extended ada@example.com',
	]);
	expect(trigger.items()).toContainEqual(
		expect.objectContaining({
			event: 'plan_changed',
			before: expect.objectContaining({ priceId: 'price_boards_pro_monthly' }),
			subscription: expect.objectContaining({ priceId: 'price_boards_team_monthly' }),
		}),
	);
});

it('a customer whose payment fails recovers with another card', async () => {
	const { customer } = await world.start('ada@example.com');
	await world.giveCard(customer, 'good');
	await days(16);
	await world.giveCard(customer, 'declined');
	await days(32);
	await world.giveCard(customer, 'good');
	await days(10);
	const told = trigger.told().map((line) => line.split(' ')[0]);
	expect(told).toContain('payment_failed');
	expect(told.at(-1)).toBe('payment_recovered');
	expect(told.filter((name) => name === 'trial_converted')).toHaveLength(1);
	expect(told).not.toContain('trial_lapsed');
});

it('somebody who has paid leaves, and comes back with a new subscription', async () => {
	const { customer, subscription } = await world.start('ada@example.com');
	await world.giveCard(customer, 'good');
	await days(16);
	await world.stripe.subscriptions.cancel(subscription);
	await days(1);
	await world.stripe.subscriptions.create({
		customer,
		items: [{ price: 'price_boards_pro_monthly' }],
	});
	await days(1);
	expect(trigger.told().slice(-2)).toEqual([
		'subscription_canceled ada@example.com',
		'subscription_resumed ada@example.com',
	]);
	expect(trigger.items().at(-1)).toMatchObject({
		reason: 'new_subscription',
		account: { stage: 'active' },
	});
});

it('a late word about an old subscription does not touch the new one', async () => {
	const { customer, subscription } = await world.start('ada@example.com');
	await world.giveCard(customer, 'good');
	await days(16);
	const before = trigger.told().length;
	await world.stripe.subscriptions.create({
		customer,
		items: [{ price: 'price_boards_team_monthly' }],
	});
	await world.stripe.subscriptions.cancel(subscription);
	await days(1);
	expect(trigger.told().slice(before)).toEqual([]);
	const account = await trigger.consumer.store.accounts.get('ada');
	expect(account).toMatchObject({ stage: 'active' });
});

it('a trial that paused for want of a card goes on when it has one', async () => {
	const { customer, subscription } = await world.start('ada@example.com');
	await days(15);
	await world.giveCard(customer, 'good');
	await world.stripe.subscriptions.resume(subscription);
	await days(2);
	expect(trigger.told().slice(-3).sort()).toEqual([
		'payment_method_added ada@example.com',
		'subscription_resumed ada@example.com',
		'trial_converted ada@example.com',
	]);
	expect(trigger.items().find(({ event }) => event === 'trial_converted')).toMatchObject({
		reason: 'came_back',
	});
});

it('a trial that is resumed with a card that fails lapses a second time', async () => {
	const { customer, subscription } = await world.start('ada@example.com');
	await days(15);
	await world.giveCard(customer, 'declined');
	await world.stripe.subscriptions.resume(subscription);
	await days(20);
	expect(lapses()).toEqual(['no_payment_method', 'payment_failed']);
});

it('a trial that gets more time after its end lapses a second time', async () => {
	const { subscription } = await world.start('ada@example.com');
	await days(15);
	const end = Math.floor(world.now().getTime() / 1000) + 5 * 86_400;
	await world.stripe.subscriptions.update(subscription, { trial_end: end });
	await days(10);
	expect(lapses()).toEqual(['no_payment_method', 'no_payment_method']);
});

it('of two lapses in one batch only the last one is still true', async () => {
	const { customer, subscription } = await world.start('ada@example.com');
	await world.move({ days: 15 });
	await world.giveCard(customer, 'declined');
	await world.stripe.subscriptions.resume(subscription);
	await world.move({ days: 20 });
	await trigger.catchUp();
	expect(lapses()).toEqual(['no_payment_method stale', 'payment_failed']);
});

it('of attempts that failed meanwhile only the last one is still true, in whatever batches they come', async () => {
	const { customer } = await world.start('ada@example.com');
	await world.giveCard(customer, 'insufficient_funds');
	await world.move({ days: 14 });
	await trigger.catchUp();
	await world.move({ days: 4 });
	const slow = await published(world, 'workflow/slow', { options: { batchSize: 1 } });
	for (const reader of [trigger, slow]) {
		await reader.catchUp();
		const failures = reader.items().filter(({ event }) => event === 'payment_failed');
		expect(
			failures.map(({ invoice, stale }) => [(invoice as { attempt: number }).attempt, stale]),
		).toEqual([
			[1, true],
			[2, true],
			[3, false],
		]);
	}
});

it('a bill that is paid while its failure is being read has failed in the past', async () => {
	const { customer } = await world.start('ada@example.com');
	await world.giveCard(customer, 'insufficient_funds');
	await world.move({ days: 14, seconds: 7_200 });
	const { invoices } = world.stripe;
	const retrieve = invoices.retrieve.bind(invoices);
	jest.spyOn(invoices, 'retrieve').mockImplementationOnce(async (id, params) => {
		await world.giveCard(customer, 'good');
		await invoices.pay(id);
		return await retrieve(id, params);
	});
	await trigger.catchUp();
	expect(trigger.items().find(({ event }) => event === 'payment_failed')).toMatchObject({
		invoice: { attempt: 1 },
		stale: true,
	});
});

describe('a trial that ends in a bill', () => {
	const onBill = { trial_settings: { end_behavior: { missing_payment_method: 'create_invoice' } } };

	/** Read day by day, or once when all is over. */
	describe.each([
		['as it comes', async (count: number) => await days(count)],
		['weeks later', async (count: number) => await world.move({ days: count })],
	])('is read %s', (_, pass) => {
		const told = () =>
			trigger
				.items()
				.filter(({ event }) => ['trial_lapsed', 'trial_converted'].includes(String(event)))
				.map(({ event, reason }) => `${String(event)} ${String(reason)}`)
				.sort();

		it('and had lapsed where there was no card to try, whatever card came since', async () => {
			const { customer } = await world.start('ada@example.com', onBill);
			await pass(16);
			await world.giveCard(customer, 'good');
			await pass(20);
			await trigger.catchUp();
			expect(told()).toEqual(['trial_converted null', 'trial_lapsed no_payment_method']);
		});

		it('and had not where a card was refused that another one has replaced since', async () => {
			const { customer } = await world.start('ada@example.com', onBill);
			await world.giveCard(customer, 'declined');
			await pass(16);
			await world.giveCard(customer, 'good');
			await pass(20);
			await trigger.catchUp();
			expect(told()).toEqual(['trial_converted null']);
		});

		it('and had not where the bank asked first, and the customer has answered since', async () => {
			const { customer } = await world.start('ada@example.com', onBill);
			await world.giveCard(customer, 'authentication_required');
			await pass(16);
			const { data } = await world.stripe.invoices.list({ customer, status: 'open' });
			await fetch(data[0]?.hosted_invoice_url ?? '', { method: 'POST', body: '' });
			await trigger.catchUp();
			expect(told()).toEqual(['trial_converted null']);
		});

		it('and lapsed for want of a card, even where one came that was refused until the end', async () => {
			const { customer } = await world.start('ada@example.com', onBill);
			await pass(16);
			await world.giveCard(customer, 'declined');
			await pass(40);
			await trigger.catchUp();
			expect(told()).toEqual(['trial_lapsed no_payment_method']);
		});
	});

	it('has lapsed for a flow, too, that heard nothing of it while a card was there to try', async () => {
		const strict = await published(world, 'workflow/strict', { options: { dropStale: true } });
		const { customer } = await world.start('ada@example.com', onBill);
		await world.move({ days: 16 });
		await world.giveCard(customer, 'declined');
		await strict.catchUp();
		expect(strict.told()).not.toContain('trial_lapsed ada@example.com');
		await world.move({ days: 40 });
		await strict.catchUp();
		expect(strict.told()).toContain('trial_lapsed ada@example.com');
	});

	it('is judged by the card that is there now where the key may not see charges', async () => {
		const key = 'rk_test_trigger';
		await world.close();
		world = await createWorld({}, key);
		await world.control('keys', { key, missing: ['charge_read'] });
		trigger = await published(world, 'workflow/trigger');
		const { customer } = await world.start('ada@example.com', onBill);
		await world.move({ days: 16 });
		await world.giveCard(customer, 'good');
		await world.move({ days: 20 });
		await trigger.catchUp();
		expect(lapses()).toEqual([]);
		expect(trigger.told()).toContain('trial_converted ada@example.com');
	});
});

it('what is read after somebody came back is history, and reaches no flow', async () => {
	const { customer } = await world.start('ada@example.com');
	await trigger.catchUp();
	await world.giveCard(customer, 'good');
	await world.move({ days: 16 });
	const [{ id } = { id: '' }] = (await world.stripe.subscriptions.list({ customer })).data;
	await world.stripe.subscriptions.cancel(id);
	await world.move({ days: 1 });
	await world.stripe.subscriptions.create({
		customer,
		items: [{ price: PRICE }],
		metadata: { account_id: 'ada' },
	});
	await world.move({ days: 1 });
	await trigger.catchUp();
	expect(trigger.told().slice(1)).toEqual([
		'payment_method_added ada@example.com',
		'subscription_resumed ada@example.com',
	]);
	const { timeline } = world.store.partition(trigger.consumer.partition);
	const { entries } = await timeline.list({ accountId: 'ada', limit: 20 });
	expect(entries.map(({ kind }) => kind)).toEqual(
		expect.arrayContaining(['trial_converted', 'subscription_canceled', 'subscription_resumed']),
	);
});

it('a customer whose payment is given up is told of once, with the bill that is open', async () => {
	await world.control('settings', { afterRetries: 'unpaid' });
	const { customer } = await world.start('ada@example.com');
	await world.giveCard(customer, 'good');
	await days(16);
	await world.giveCard(customer, 'declined');
	await world.move({ days: 40 });
	await days(20);
	const givenUp = trigger.items().filter(({ event }) => event === 'payment_given_up');
	expect(givenUp).toHaveLength(1);
	expect(givenUp[0]).toMatchObject({
		stale: false,
		account: { stage: 'past_due' },
		subscription: { status: 'unpaid' },
		invoice: { status: 'open', final: true },
	});
});

function lapses(): string[] {
	return trigger
		.items()
		.filter(({ event }) => event === 'trial_lapsed')
		.map(({ reason, stale }) => (stale ? `${String(reason)} stale` : String(reason)));
}

it('everything is written into the account and its timeline', async () => {
	const { customer } = await world.start('ada@example.com');
	await world.giveCard(customer, 'good');
	await days(16);
	const { store } = trigger.consumer;
	expect(await store.accounts.get('ada')).toMatchObject({
		stage: 'active',
		email: 'ada@example.com',
		firstPaidAt: expect.any(Date),
	});
	const { entries } = await store.timeline.list({ accountId: 'ada', limit: 10 });
	expect(entries.map(({ kind }) => kind).reverse()).toEqual([
		'trial_started',
		'payment_method_added',
		'trial_ending',
		'trial_converted',
	]);
});

it('the empty invoice of a trial is no payment, whatever subscription came after it', async () => {
	const { customer, subscription } = await world.start('ada@example.com');
	await world.stripe.subscriptions.cancel(subscription);
	await world.stripe.subscriptions.create({
		customer,
		items: [{ price: PRICE }],
		collection_method: 'send_invoice',
		days_until_due: 30,
		metadata: { account_id: 'ada' },
	});
	await trigger.catchUp();
	expect(await trigger.consumer.store.accounts.get('ada')).toMatchObject({
		stage: 'active',
		firstPaidAt: null,
		lastPaidAt: null,
	});
});

describe('the documented form', () => {
	/** The examples of the trigger's page: an item, and its part for payments. */
	const [item, invoice] = [
		...readFileSync('docs/stripe-trial-trigger.md', 'utf8').matchAll(/```json\n(.*?)```/gs),
	].map(([, json]) => JSON.parse(json ?? '') as Record<string, object>);
	const fieldsOf = (value: unknown) => Object.keys(value as object).sort();

	it('is the one of a lapse, in all its parts', async () => {
		await world.start('ada@example.com');
		await days(20);
		const lapse = trigger.items().at(-1);
		expect(fieldsOf(lapse)).toEqual(fieldsOf(item));
		for (const part of ['account', 'subscription', 'stripe']) {
			expect(fieldsOf(lapse?.[part])).toEqual(fieldsOf(item?.[part]));
		}
	});

	it('is the one of a payment that failed', async () => {
		const { customer } = await world.start('ada@example.com');
		await world.giveCard(customer, 'declined');
		await days(15);
		const failure = trigger.items().find(({ event }) => event === 'payment_failed');
		expect(fieldsOf(failure?.['invoice'])).toEqual(fieldsOf(invoice));
	});
});
