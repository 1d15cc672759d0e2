import type Stripe from 'stripe';
import { advance, at, dateOf, someone, startStripe, story, type Harness } from './harness.ts';

const MONTHLY = 'price_boards_pro_monthly';
const YEARLY = 'price_boards_pro_yearly';
const TEAM = 'price_boards_team_monthly';

describe('billing of the Stripe stand-in', () => {
	let harness: Harness;
	let stripe: Stripe;

	beforeEach(async () => {
		harness = await startStripe({ now: () => at('2026-01-31') * 1000 });
		stripe = harness.stripe;
	});
	afterEach(async () => await harness.close());

	const subscribe = async (customer: string, more: Partial<Stripe.SubscriptionCreateParams> = {}) =>
		await stripe.subscriptions.create({
			customer,
			items: [{ price: MONTHLY }],
			expand: ['latest_invoice'],
			...more,
		});

	const amountsOf = (invoice: Stripe.Invoice) =>
		invoice.lines.data.map(
			({ amount, period }) => `${amount} ${dateOf(period.start)} to ${dateOf(period.end)}`,
		);

	const latestInvoice = async (subscription: string) =>
		(await stripe.subscriptions.retrieve(subscription, { expand: ['latest_invoice'] }))
			.latest_invoice as Stripe.Invoice;

	describe('a start without a trial', () => {
		it('is paid at once with a good card', async () => {
			const { customer } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			expect(await subscribe(customer)).toMatchObject({
				status: 'active',
				latest_invoice: { status: 'paid', amount_paid: 2900, attempt_count: 1 },
			});
			expect(await story(stripe, /^customer.subscription|^invoice.paid|^charge/)).toEqual([
				'2026-01-31 sub.created incomplete',
				'2026-01-31 charge.succeeded succeeded',
				'2026-01-31 invoice.paid paid',
				'2026-01-31 sub.updated active',
			]);
		});

		it.each<[string, Stripe.SubscriptionCreateParams.PaymentBehavior, object]>([
			['is incomplete', 'allow_incomplete', { status: 'incomplete' }],
			['waits unattempted', 'default_incomplete', { status: 'incomplete' }],
		])('with a failing card %s by %s', async (_, behavior, expected) => {
			const { customer } = await someone(stripe, '2026-01-31', 'pm_card_chargeCustomerFail');
			const started = await subscribe(customer, { payment_behavior: behavior });
			expect(started).toMatchObject(expected);
			expect((started.latest_invoice as Stripe.Invoice).attempt_count).toBe(
				behavior === 'allow_incomplete' ? 1 : 0,
			);
		});

		it('with a failing card is refused by error_if_incomplete and leaves nothing', async () => {
			const { customer } = await someone(stripe, '2026-01-31', 'pm_card_chargeCustomerFail');
			await expect(
				subscribe(customer, { payment_behavior: 'error_if_incomplete' }),
			).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
			expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([]);
		});

		it('without any card is refused', async () => {
			const { customer } = await someone(stripe, '2026-01-31');
			await expect(subscribe(customer)).rejects.toMatchObject({
				statusCode: 400,
				code: 'resource_missing',
			});
		});

		it('expires after 23 hours unpaid', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_chargeCustomerFail');
			const { id } = await subscribe(customer);
			await advance(stripe, clock, '2026-01-31T23:00:00Z');
			expect(await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })).toMatchObject(
				{
					status: 'incomplete_expired',
					latest_invoice: { status: 'void' },
				},
			);
		});

		it('is active when a person pays in time', async () => {
			const { customer } = await someone(stripe, '2026-01-31', 'pm_card_chargeCustomerFail');
			const { id, latest_invoice: invoice } = await subscribe(customer);
			await stripe.invoices.pay((invoice as Stripe.Invoice).id, { payment_method: 'pm_card_visa' });
			expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
		});

		it('by invoice is active at once and due later', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31');
			const { id, status } = await subscribe(customer, {
				collection_method: 'send_invoice',
				days_until_due: 14,
			});
			expect(status).toBe('active');
			await advance(stripe, clock, '2026-02-01');
			expect(await latestInvoice(id)).toMatchObject({
				status: 'open',
				due_date: at('2026-02-14T01:00:00Z'),
				next_payment_attempt: null,
			});
		});
	});

	describe('renewals', () => {
		it('keep the day of the month where there is one', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id } = await subscribe(customer);
			for (const date of ['2026-03-01', '2026-04-01', '2026-05-01']) {
				await advance(stripe, clock, date);
			}
			const invoices = await stripe.invoices.list({ subscription: id });
			expect(
				invoices.data.map((one) => [dateOf(one.created), one.billing_reason, one.status]),
			).toEqual([
				['2026-04-30', 'subscription_cycle', 'paid'],
				['2026-03-31', 'subscription_cycle', 'paid'],
				['2026-02-28', 'subscription_cycle', 'paid'],
				['2026-01-31', 'subscription_create', 'paid'],
			]);
			expect(amountsOf(await latestInvoice(id))).toEqual(['2900 2026-04-30 to 2026-05-31']);
		});

		it('are told a week ahead, without an invoice id', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			await subscribe(customer);
			await advance(stripe, clock, '2026-02-22');
			const { data } = await stripe.events.list({ type: 'invoice.upcoming' });
			expect(data.map(({ created }) => dateOf(created))).toEqual(['2026-02-21']);
			expect(data[0]?.data.object).not.toHaveProperty('id');
		});

		it('do not come after a cancellation at the period end, unless it is taken back', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id } = await subscribe(customer);
			const marked = await stripe.subscriptions.update(id, {
				cancel_at_period_end: true,
				cancellation_details: { feedback: 'unused' },
			});
			expect(marked).toMatchObject({
				status: 'active',
				cancel_at: null,
				canceled_at: at('2026-01-31'),
				cancellation_details: { reason: 'cancellation_requested', feedback: 'unused' },
			});
			const kept = await stripe.subscriptions.update(id, { cancel_at_period_end: false });
			expect(kept).toMatchObject({ canceled_at: null, cancellation_details: { reason: null } });
			await stripe.subscriptions.update(id, { cancel_at_period_end: true });
			await advance(stripe, clock, '2026-03-01');
			expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
				status: 'canceled',
				ended_at: at('2026-02-28'),
				canceled_at: at('2026-01-31'),
			});
		});

		it('name the period end in cancel_at with classic billing', async () => {
			const { customer } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id } = await subscribe(customer, { billing_mode: { type: 'classic' } });
			const marked = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
			expect(dateOf(marked.cancel_at)).toBe('2026-02-28');
		});

		it.each<[Stripe.SubscriptionUpdateParams.PauseCollection.Behavior, string]>([
			['keep_as_draft', 'draft'],
			['mark_uncollectible', 'uncollectible'],
			['void', 'void'],
		])('with collection paused by %s leave the invoice %s', async (behavior, status) => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id } = await subscribe(customer);
			await stripe.subscriptions.update(id, {
				pause_collection: { behavior, resumes_at: at('2026-03-05') },
			});
			await advance(stripe, clock, '2026-03-01');
			expect(await latestInvoice(id)).toMatchObject({ status, amount_due: 2900 });
			await advance(stripe, clock, '2026-03-06');
			const after = await stripe.subscriptions.retrieve(id);
			expect([after.status, after.pause_collection]).toEqual(['active', null]);
		});
	});

	describe('retries', () => {
		const failing = async (settings: object = {}) => {
			await harness.control('settings', settings);
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id } = await subscribe(customer);
			await harness.control('cards', { customer, kind: 'declined' });
			await advance(stripe, clock, '2026-02-28T01:00:00Z');
			return { id, customer, clock };
		};

		it('lie on fixed days and count', async () => {
			const { id, clock } = await failing();
			const schedule: Array<[number, string | null]> = [];
			for (let turn = 0; turn < 4; turn += 1) {
				const invoice = await latestInvoice(id);
				schedule.push([invoice.attempt_count, dateOf(invoice.next_payment_attempt)]);
				await advance(
					stripe,
					clock,
					new Date((invoice.next_payment_attempt ?? 0) * 1000).toISOString(),
				);
			}
			expect(schedule).toEqual([
				[1, '2026-03-01 01:00'],
				[2, '2026-03-03 01:00'],
				[3, '2026-03-05 01:00'],
				[4, '2026-03-07 01:00'],
			]);
			expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
		});

		it.each([
			['cancel', 'canceled'],
			['unpaid', 'unpaid'],
			['past_due', 'past_due'],
			['pause', 'paused'],
		])('end by the account setting %s in %s', async (afterRetries, status) => {
			const { id, clock } = await failing({ afterRetries });
			await advance(stripe, clock, '2026-03-20');
			const after = await stripe.subscriptions.retrieve(id);
			expect(after.status).toBe(status);
			if (status === 'canceled') {
				expect(after.cancellation_details?.reason).toBe('payment_failed');
			}
			if (status === 'paused') {
				expect(after.status_details?.paused.subscription.type).toBe('final_payment_failure');
			}
		});

		it('recover with a better card, and tell it', async () => {
			const { id, customer, clock } = await failing();
			await harness.control('cards', { customer, kind: 'good' });
			await advance(stripe, clock, '2026-03-02');
			expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
			expect(await story(stripe, /^invoice.(paid|payment_failed)|subscription.updated/)).toContain(
				'2026-03-01 01:00 invoice.paid paid',
			);
		});

		it('do not use the card of the customer while the subscription has its own', async () => {
			const { id, customer, clock } = await failing();
			const { id: better } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
			await stripe.customers.update(customer, {
				invoice_settings: { default_payment_method: better },
			});
			await advance(stripe, clock, '2026-03-02');
			expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
		});

		it('tell the decline code', async () => {
			const { id } = await failing();
			const { payments } = await stripe.invoices.retrieve((await latestInvoice(id)).id, {
				expand: ['payments.data.payment.payment_intent'],
			});
			expect(payments?.data[0]?.payment.payment_intent).toMatchObject({
				status: 'requires_payment_method',
				last_payment_error: { code: 'card_declined', decline_code: 'generic_decline' },
			});
		});

		it('ask the bank when it wants to be asked', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id } = await subscribe(customer);
			await harness.control('cards', { customer, kind: 'authentication_required' });
			await advance(stripe, clock, '2026-02-28T02:00:00Z');
			const invoice = await latestInvoice(id);
			expect(await story(stripe, /action_required|requires_action/)).toHaveLength(2);
			const page = await fetch(invoice.hosted_invoice_url ?? '', { method: 'POST', body: '' });
			expect(await page.text()).toContain('paid');
			expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
		});

		it('of an unpaid subscription leave its new invoices as drafts', async () => {
			const { id, clock } = await failing({ afterRetries: 'unpaid' });
			await advance(stripe, clock, '2026-04-02');
			expect(await latestInvoice(id)).toMatchObject({ status: 'draft', auto_advance: false });
		});
	});

	describe('changes of plan', () => {
		// January 31 to February 28 are 28 days; halfway is February 14.
		const halfway = async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const subscription = await subscribe(customer);
			await advance(stripe, clock, '2026-02-14');
			return { ...subscription, item: subscription.items.data[0]?.id ?? '', clock };
		};

		it('credit and charge the rest with the next invoice', async () => {
			const { id, item, clock } = await halfway();
			await stripe.subscriptions.update(id, { items: [{ id: item, price: TEAM }] });
			await advance(stripe, clock, '2026-03-01');
			expect(amountsOf(await latestInvoice(id))).toEqual([
				'9900 2026-02-28 to 2026-03-31',
				'-1450 2026-02-14 to 2026-02-28',
				'4950 2026-02-14 to 2026-02-28',
			]);
		});

		it.each<[Stripe.SubscriptionUpdateParams.ProrationBehavior, string[] | null]>([
			['always_invoice', ['-1450 2026-02-14 to 2026-02-28', '4950 2026-02-14 to 2026-02-28']],
			['none', null],
		])('with %s', async (behavior, lines) => {
			const { id, item, latest_invoice: first } = await halfway();
			const changed = await stripe.subscriptions.update(id, {
				items: [{ id: item, price: TEAM }],
				proration_behavior: behavior,
				expand: ['latest_invoice'],
			});
			const invoice = changed.latest_invoice as Stripe.Invoice;
			if (lines === null) expect(invoice.id).toBe((first as Stripe.Invoice).id);
			else {
				expect(amountsOf(invoice)).toEqual(lines);
				expect(invoice).toMatchObject({ status: 'paid', amount_paid: 3500 });
			}
		});

		it('to another rhythm start a new period at once', async () => {
			const { id, item } = await halfway();
			const changed = await stripe.subscriptions.update(id, {
				items: [{ id: item, price: YEARLY }],
				expand: ['latest_invoice'],
			});
			expect(dateOf(changed.billing_cycle_anchor)).toBe('2026-02-14');
			expect(amountsOf(changed.latest_invoice as Stripe.Invoice)).toEqual([
				'-1450 2026-02-14 to 2026-02-28',
				'29000 2026-02-14 to 2027-02-14',
			]);
		});

		it('in a trial cost nothing', async () => {
			const { customer } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id, items } = await subscribe(customer, { trial_period_days: 14 });
			const changed = await stripe.subscriptions.update(id, {
				items: [{ id: items.data[0]?.id ?? '', price: TEAM }],
			});
			expect(changed).toMatchObject({ status: 'trialing', trial_end: at('2026-02-14') });
			expect((await stripe.invoiceItems.list({ customer })).data).toEqual([]);
		});

		it('are previewed to the cent and change nothing', async () => {
			const { id, item, clock } = await halfway();
			const wish = { items: [{ id: item, price: TEAM }] };
			const preview = await stripe.invoices.createPreview({
				subscription: id,
				subscription_details: { ...wish, proration_behavior: 'always_invoice' },
			});
			expect([preview.amount_due, amountsOf(preview)]).toEqual([
				3500,
				['-1450 2026-02-14 to 2026-02-28', '4950 2026-02-14 to 2026-02-28'],
			]);
			const before = await stripe.subscriptions.retrieve(id);
			expect(before.items.data[0]?.price.id).toBe(MONTHLY);
			const next = await stripe.invoices.createPreview({
				subscription: id,
				subscription_details: wish,
			});
			await stripe.subscriptions.update(id, wish);
			await advance(stripe, clock, '2026-03-01');
			expect((await latestInvoice(id)).total).toBe(next.total);
		});

		it('of quantity count too, and items come and go', async () => {
			const { id, item } = await halfway();
			await stripe.subscriptionItems.update(item, { quantity: 3 });
			const added = await stripe.subscriptionItems.create({ subscription: id, price: TEAM });
			const { data } = await stripe.subscriptionItems.list({ subscription: id });
			expect(data.map((one) => [one.price.id, one.quantity])).toEqual([
				[MONTHLY, 3],
				[TEAM, 1],
			]);
			await stripe.subscriptionItems.del(added.id);
			expect((await stripe.subscriptions.retrieve(id)).items.data).toHaveLength(1);
			await expect(stripe.subscriptionItems.del(item)).rejects.toThrow('at least one active plan');
		});
	});

	describe('charges and discounts', () => {
		it('add a charge to the next invoice of the subscription', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id } = await subscribe(customer);
			await stripe.invoiceItems.create({
				customer,
				subscription: id,
				amount: 500,
				currency: 'usd',
				description: 'Import',
			});
			await advance(stripe, clock, '2026-03-01');
			const invoice = await latestInvoice(id);
			expect(invoice.lines.data.map(({ amount, description }) => [amount, description])).toEqual([
				[2900, '1 × Acme Boards (at $29.00 / month)'],
				[500, 'Import'],
			]);
			await expect(
				stripe.invoiceItems.create({ customer, amount: 500, currency: 'eur' }),
			).rejects.toThrow('currency');
		});

		it('carry a negative amount over as credit', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id } = await subscribe(customer);
			await stripe.invoiceItems.create({
				customer,
				subscription: id,
				amount: -4000,
				currency: 'usd',
			});
			await advance(stripe, clock, '2026-03-01');
			expect(await latestInvoice(id)).toMatchObject({
				status: 'paid',
				total: -1100,
				amount_due: 0,
				ending_balance: -1100,
			});
			await advance(stripe, clock, '2026-04-01');
			expect(await latestInvoice(id)).toMatchObject({
				total: 2900,
				starting_balance: -1100,
				amount_due: 1800,
			});
		});

		it.each<[string, Stripe.CouponCreateParams, number[]]>([
			['once', { percent_off: 50, duration: 'once' }, [1450, 2900, 2900]],
			[
				'for two months',
				{ percent_off: 50, duration: 'repeating', duration_in_months: 2 },
				[1450, 1450, 2900],
			],
			['for ever', { amount_off: 900, currency: 'usd', duration: 'forever' }, [2000, 2000, 2000]],
		])('take a coupon off %s', async (_, coupon, totals) => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id: couponId } = await stripe.coupons.create(coupon);
			const { id } = await subscribe(customer, { discounts: [{ coupon: couponId }] });
			await advance(stripe, clock, '2026-03-01');
			await advance(stripe, clock, '2026-04-01');
			const { data } = await stripe.invoices.list({ subscription: id });
			expect(data.map(({ total }) => total).reverse()).toEqual(totals);
		});

		it('keep a coupon for once through the trial', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id: coupon } = await stripe.coupons.create({ percent_off: 100, duration: 'once' });
			const code = await stripe.promotionCodes.create({
				promotion: { type: 'coupon', coupon },
				code: 'WELCOME',
			});
			const { id } = await subscribe(customer, {
				trial_period_days: 14,
				discounts: [{ promotion_code: code.id }],
				expand: ['discounts.source.coupon'],
			});
			await advance(stripe, clock, '2026-02-15');
			expect(await latestInvoice(id)).toMatchObject({ status: 'paid', total: 0, subtotal: 2900 });
			expect((await stripe.subscriptions.retrieve(id)).discounts).toEqual([]);
			expect((await stripe.promotionCodes.list({ code: 'welcome' })).data[0]?.times_redeemed).toBe(
				1,
			);
		});
	});

	it('trial offers lead to their price', async () => {
		const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
		const intro = await stripe.prices.create({
			product: 'prod_acme_boards',
			currency: 'usd',
			unit_amount: 100,
			recurring: { interval: 'month' },
		});
		const offer = await stripe.productCatalog.trialOffers.create({
			price: intro.id,
			duration: { type: 'relative', relative: { iterations: 1 } },
			end_behavior: { transition: { price: MONTHLY } },
		});
		const { id, items, status } = await subscribe(customer, {
			items: [{ price: intro.id, current_trial: { trial_offer: offer.id } }],
		});
		expect([status, dateOf(items.data[0]?.current_trial?.end_date)]).toEqual([
			'active',
			'2026-02-28',
		]);
		await advance(stripe, clock, '2026-03-01');
		expect(amountsOf(await latestInvoice(id))).toEqual(['2900 2026-02-28 to 2026-03-28']);
	});

	it('pauses on request and comes back', async () => {
		const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
		const { id } = await subscribe(customer);
		const paused = await stripe.subscriptions.pause(id);
		expect(paused.status_details?.paused.subscription.type).toBe('pause_requested');
		await advance(stripe, clock, '2026-03-15');
		expect((await stripe.invoices.list({ subscription: id })).data).toHaveLength(1);
		expect((await stripe.subscriptions.resume(id)).status).toBe('active');
		expect(await story(stripe, /paused|resumed/)).toEqual([
			'2026-01-31 sub.paused paused',
			'2026-03-15 sub.resumed active',
		]);
	});

	it('entitles to the features of the product, as long as it holds', async () => {
		const { customer } = await someone(stripe, '2026-01-31');
		const { id } = await subscribe(customer, { items: [{ price: TEAM }], trial_period_days: 7 });
		const keys = async () =>
			(await stripe.entitlements.activeEntitlements.list({ customer })).data.map(
				({ lookup_key: key }) => key,
			);
		expect((await keys()).sort()).toEqual(['automations', 'boards']);
		await stripe.subscriptions.cancel(id);
		expect(await keys()).toEqual([]);
		expect(await story(stripe, /^entitlements/)).toHaveLength(2);
	});

	describe('test clocks', () => {
		it('move two intervals at most, and not back', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			await subscribe(customer);
			const move = async (to: string) =>
				await stripe.testHelpers.testClocks.advance(clock, { frozen_time: at(to) });
			await expect(move('2026-04-01')).rejects.toThrow('two intervals');
			await expect(move('2026-01-30')).rejects.toThrow('after the current');
			await harness.control('settings', { advanceDelayMs: 500 });
			expect((await move('2026-03-31')).status).toBe('advancing');
			await expect(move('2026-03-31')).rejects.toThrow('still advancing');
		});

		it('take everything along when they are deleted', async () => {
			const { customer, clock } = await someone(stripe, '2026-01-31', 'pm_card_visa');
			const { id } = await subscribe(customer);
			await stripe.testHelpers.testClocks.del(clock);
			await expect(stripe.subscriptions.retrieve(id)).rejects.toThrow('No such subscription');
			expect(await stripe.customers.retrieve(customer)).toMatchObject({ deleted: true });
		});

		it('hide their customers from lists', async () => {
			const { clock } = await someone(stripe, '2026-01-31');
			expect((await stripe.customers.list({ email: 'some@one.example' })).data).toEqual([]);
			expect((await stripe.customers.list({ test_clock: clock })).data).toHaveLength(1);
		});
	});

	describe('control', () => {
		it('moves the time of everyone without a clock', async () => {
			const { id: customer } = await stripe.customers.create();
			const { id } = await subscribe(customer, { trial_period_days: 14 });
			await harness.control('clock', { days: 15 });
			expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
		});

		it('gives everyone a clock of their own, moves one or all', async () => {
			await harness.control('settings', { ownClockPerCustomer: true });
			const people: Array<{ customer: string; id: string }> = [];
			for (const email of ['a@example.com', 'b@example.com']) {
				const { id: customer } = await stripe.customers.create({ email });
				const { id } = await subscribe(customer, { trial_period_days: 14 });
				people.push({ customer, id });
			}
			const statuses = async () =>
				await Promise.all(
					people.map(async ({ id }) => (await stripe.subscriptions.retrieve(id)).status),
				);
			await harness.control('clock', { customer: people[0]?.customer, days: 15 });
			expect(await statuses()).toEqual(['past_due', 'trialing']);
			await harness.control('clock', { everybody: true, days: 15 });
			expect(await statuses()).toEqual(['canceled', 'past_due']);
			expect((await stripe.customers.list({ email: 'a@example.com' })).data).toHaveLength(1);
		});
	});
});
