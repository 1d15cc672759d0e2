import type Stripe from 'stripe';
import { advance, at, dateOf, someone, startStripe, story, type Harness } from './harness.ts';

const BILLING = /^customer\.subscription|^invoice\.(created|finalized|paid|payment_failed)/;

describe('trials of the Stripe stand-in', () => {
	let harness: Harness;
	let stripe: Stripe;

	beforeEach(async () => {
		harness = await startStripe({ now: () => at('2026-03-01') * 1000 });
		stripe = harness.stripe;
	});
	afterEach(async () => await harness.close());

	const startTrial = async (
		customer: string,
		more: Partial<Stripe.SubscriptionCreateParams> = {},
	) =>
		await stripe.subscriptions.create({
			customer,
			items: [{ price: 'price_boards_pro_monthly' }],
			trial_period_days: 14,
			...more,
		});

	it('start with an invoice over nothing, paid at once', async () => {
		const { customer } = await someone(stripe, '2026-03-01');
		const trial = await startTrial(customer, { expand: ['latest_invoice'] });
		expect(trial).toMatchObject({
			status: 'trialing',
			trial_start: at('2026-03-01'),
			trial_end: at('2026-03-15'),
			billing_cycle_anchor: at('2026-03-15'),
			latest_invoice: {
				status: 'paid',
				billing_reason: 'subscription_create',
				amount_due: 0,
				amount_paid: 0,
			},
			pending_setup_intent: null,
		});
		expect(trial.items.data[0]).toMatchObject({
			current_period_start: at('2026-03-01'),
			current_period_end: at('2026-03-15'),
		});
		const { data } = (trial.latest_invoice as Stripe.Invoice).lines;
		expect(
			data.map(({ amount, period }) => [amount, dateOf(period.start), dateOf(period.end)]),
		).toEqual([[0, '2026-03-01', '2026-03-15']]);
	});

	it.each<[string, string | undefined, Partial<Stripe.SubscriptionCreateParams>, string[]]>([
		[
			'with a good card: active before the first real invoice is paid an hour later',
			'pm_card_visa',
			{},
			[
				'2026-03-12 sub.trial_will_end trialing',
				'2026-03-15 invoice.created draft',
				'2026-03-15 sub.updated active',
				'2026-03-15 01:00 invoice.finalized open',
				'2026-03-15 01:00 invoice.paid paid',
			],
		],
		[
			'without a card, pause: no invoice',
			undefined,
			{ trial_settings: { end_behavior: { missing_payment_method: 'pause' } } },
			[
				'2026-03-12 sub.trial_will_end trialing',
				'2026-03-15 sub.updated paused',
				'2026-03-15 sub.paused paused',
			],
		],
		[
			'without a card, cancel',
			undefined,
			{ trial_settings: { end_behavior: { missing_payment_method: 'cancel' } } },
			['2026-03-12 sub.trial_will_end trialing', '2026-03-15 sub.deleted canceled'],
		],
		[
			'without a card, create_invoice: active, then past due',
			undefined,
			{ trial_settings: { end_behavior: { missing_payment_method: 'create_invoice' } } },
			[
				'2026-03-12 sub.trial_will_end trialing',
				'2026-03-15 invoice.created draft',
				'2026-03-15 sub.updated active',
				'2026-03-15 01:00 invoice.finalized open',
				'2026-03-15 01:00 invoice.payment_failed open',
				'2026-03-15 01:00 sub.updated past_due',
			],
		],
		[
			'with a card that is declined: a conversion for an hour',
			'pm_card_chargeCustomerFail',
			{},
			[
				'2026-03-12 sub.trial_will_end trialing',
				'2026-03-15 invoice.created draft',
				'2026-03-15 sub.updated active',
				'2026-03-15 01:00 invoice.finalized open',
				'2026-03-15 01:00 invoice.payment_failed open',
				'2026-03-15 01:00 sub.updated past_due',
				// The first retry of the schedule.
				'2026-03-16 01:00 invoice.payment_failed open',
			],
		],
		[
			'when it was to be canceled at its end',
			'pm_card_visa',
			{ cancel_at_period_end: true },
			['2026-03-12 sub.trial_will_end trialing', '2026-03-15 sub.deleted canceled'],
		],
		[
			'shorter than three days: announced at once',
			'pm_card_visa',
			{ trial_period_days: 2 },
			[
				'2026-03-01 sub.trial_will_end trialing',
				'2026-03-03 invoice.created draft',
				'2026-03-03 sub.updated active',
				'2026-03-03 01:00 invoice.finalized open',
				'2026-03-03 01:00 invoice.paid paid',
			],
		],
	])('end %s', async (_, card, more, expected) => {
		const { customer, clock } = await someone(stripe, '2026-03-01', card);
		await startTrial(customer, more);
		await advance(stripe, clock, '2026-03-16T12:00:00Z');
		const start = [
			'sub.created trialing',
			'invoice.created draft',
			'invoice.finalized open',
			'invoice.paid paid',
		];
		const told = await story(stripe, BILLING);
		expect(told.filter((line) => !start.some((one) => line === `2026-03-01 ${one}`))).toEqual(
			expected,
		);
	});

	it('say why they are paused, and resume when a card is there', async () => {
		const { customer, clock } = await someone(stripe, '2026-03-01');
		const trial = await startTrial(customer, {
			trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
		});
		await advance(stripe, clock, '2026-03-20');
		const paused = await stripe.subscriptions.retrieve(trial.id);
		expect(paused.status_details?.paused).toEqual({
			subscription: { type: 'trial_end_without_payment_method' },
			transitioned_at: at('2026-03-15'),
			type: 'subscription',
		});
		await harness.control('cards', { customer, kind: 'good' });
		const resumed = await stripe.subscriptions.resume(trial.id, { expand: ['latest_invoice'] });
		expect(resumed).toMatchObject({
			status: 'active',
			billing_cycle_anchor: at('2026-03-20'),
			latest_invoice: { status: 'paid', amount_paid: 2900, billing_reason: 'subscription_update' },
		});
		expect(resumed.status_details).toBeUndefined();
	});

	it.each<[string, Stripe.SubscriptionResumeParams.PaymentBehavior | undefined, string, string]>([
		['when tried, by default', undefined, 'declined', 'past_due'],
		['only when paid, on request', 'resume_on_payment_success', 'declined', 'paused'],
		['when paid, on request', 'resume_on_payment_success', 'good', 'active'],
	])('resume %s', async (_, behavior, kind, status) => {
		const { customer, clock } = await someone(stripe, '2026-03-01');
		const trial = await startTrial(customer, {
			trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
		});
		await advance(stripe, clock, '2026-03-20');
		await harness.control('cards', { customer, kind });
		const resumed = await stripe.subscriptions.resume(
			trial.id,
			behavior === undefined ? {} : { payment_behavior: behavior },
		);
		expect(resumed.status).toBe(status);
	});

	it('stay paused when the resuming invoice is not paid within 23 hours', async () => {
		const { customer, clock } = await someone(stripe, '2026-03-01');
		const trial = await startTrial(customer, {
			trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
		});
		await advance(stripe, clock, '2026-03-20');
		const waiting = await stripe.subscriptions.resume(trial.id);
		expect(waiting.status).toBe('paused');
		await advance(stripe, clock, '2026-03-20T23:00:01Z');
		const after = await stripe.subscriptions.retrieve(trial.id, { expand: ['latest_invoice'] });
		expect(after).toMatchObject({ status: 'paused', latest_invoice: { status: 'void' } });
	});

	describe('moved', () => {
		it('later: the billing cycle goes along and a new notice is due', async () => {
			const { customer, clock } = await someone(stripe, '2026-03-01', 'pm_card_visa');
			const { id } = await startTrial(customer);
			await advance(stripe, clock, '2026-03-13');
			const moved = await stripe.subscriptions.update(id, {
				trial_end: at('2026-03-25'),
				proration_behavior: 'none',
			});
			expect(moved).toMatchObject({
				status: 'trialing',
				trial_end: at('2026-03-25'),
				billing_cycle_anchor: at('2026-03-25'),
			});
			await advance(stripe, clock, '2026-03-26');
			expect(await story(stripe, /trial_will_end|invoice.paid/)).toEqual([
				'2026-03-01 invoice.paid paid',
				'2026-03-12 sub.trial_will_end trialing',
				'2026-03-22 sub.trial_will_end trialing',
				'2026-03-25 01:00 invoice.paid paid',
			]);
		});

		it('below three days: announced at once', async () => {
			const { customer } = await someone(stripe, '2026-03-01', 'pm_card_visa');
			const { id } = await startTrial(customer);
			await stripe.subscriptions.update(id, { trial_end: at('2026-03-02') });
			expect(await story(stripe, /trial_will_end/)).toEqual([
				'2026-03-01 sub.trial_will_end trialing',
			]);
		});

		it.each([
			['a good card: active and paid', 'pm_card_visa', 'active', 'paid'],
			['a card that fails: past due', 'pm_card_chargeCustomerFail', 'past_due', 'open'],
		])('to now with %s in the same request', async (_, card, status, invoiceStatus) => {
			const { customer } = await someone(stripe, '2026-03-01', card);
			const { id } = await startTrial(customer);
			const ended = await stripe.subscriptions.update(id, {
				trial_end: 'now',
				expand: ['latest_invoice'],
			});
			expect(ended).toMatchObject({
				status,
				trial_end: at('2026-03-01'),
				latest_invoice: {
					status: invoiceStatus,
					amount_due: 2900,
					billing_reason: 'subscription_update',
				},
			});
		});

		it.each([
			['into the past', at('2026-02-28'), 'in the future'],
			['further than two years', at('2028-03-03'), '730'],
		])('not %s', async (_, trialEnd, message) => {
			const { customer } = await someone(stripe, '2026-03-01');
			const { id } = await startTrial(customer);
			await expect(stripe.subscriptions.update(id, { trial_end: trialEnd })).rejects.toThrow(
				message,
			);
		});
	});

	it('are refused together with an end', async () => {
		const { customer } = await someone(stripe, '2026-03-01');
		await expect(startTrial(customer, { trial_end: at('2026-03-09') })).rejects.toMatchObject({
			code: 'parameters_exclusive',
		});
	});

	it('wait for a card with default_incomplete', async () => {
		const { customer } = await someone(stripe, '2026-03-01');
		const trial = await startTrial(customer, {
			payment_behavior: 'default_incomplete',
			expand: ['pending_setup_intent'],
		});
		expect(trial).toMatchObject({
			status: 'trialing',
			pending_setup_intent: { status: 'requires_payment_method' },
		});
	});

	it('are listed while canceled only when asked for', async () => {
		const { customer, clock } = await someone(stripe, '2026-03-01');
		const { id } = await startTrial(customer);
		await stripe.subscriptions.cancel(id, {
			cancellation_details: { feedback: 'too_expensive', comment: 'Later' },
		});
		const idsWith = async (params: Stripe.SubscriptionListParams) =>
			(await stripe.subscriptions.list(params)).data.map((one) => one.id);
		expect(await idsWith({ customer })).toEqual([]);
		expect(await idsWith({ customer, status: 'all' })).toEqual([id]);
		expect(await idsWith({ customer, status: 'ended' })).toEqual([id]);
		expect(await idsWith({ status: 'all' })).toEqual([]);
		expect(await idsWith({ status: 'all', test_clock: clock })).toEqual([id]);
		expect((await stripe.subscriptions.retrieve(id)).cancellation_details).toEqual({
			comment: 'Later',
			feedback: 'too_expensive',
			feedback_option: null,
			reason: 'cancellation_requested',
		});
		await expect(stripe.subscriptions.cancel(id)).rejects.toMatchObject({ statusCode: 404 });
		await expect(stripe.subscriptions.update(id, { cancel_at_period_end: true })).rejects.toThrow(
			'can only update its cancellation_details and metadata',
		);
		expect((await stripe.subscriptions.update(id, { metadata: { a: '1' } })).metadata).toEqual({
			a: '1',
		});
	});
});
