import type Stripe from 'stripe';
import { advance, at, dateOf, someone, startStripe, story, type Harness } from './harness.ts';

const MONTHLY = 'price_boards_pro_monthly';
const GOOD = '4242 4242 4242 4242';
const REFUSED = '4000 0000 0000 0002';

describe('hosted pages of the Stripe stand-in', () => {
	let harness: Harness;
	let stripe: Stripe;

	beforeEach(async () => {
		harness = await startStripe({ now: () => at('2026-03-01') * 1000 });
		stripe = harness.stripe;
	});
	afterEach(async () => await harness.close());

	const submit = async (url: string, fields: Record<string, string> = {}) =>
		await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

	describe('Checkout', () => {
		const open = async (more: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
			await stripe.checkout.sessions.create({
				mode: 'subscription',
				line_items: [{ price: MONTHLY, quantity: 1 }],
				success_url: 'https://app.example/done?session={CHECKOUT_SESSION_ID}',
				...more,
			});

		it('starts a trial for somebody new, with a card for later', async () => {
			const session = await open({
				client_reference_id: 'acc_1',
				subscription_data: { trial_period_days: 14, metadata: { account_id: 'acc_1' } },
			});
			expect(session).toMatchObject({
				status: 'open',
				payment_status: 'unpaid',
				amount_total: 0,
				expires_at: at('2026-03-02'),
			});
			const page = await (await fetch(session.url ?? '')).text();
			expect(page).toContain('Nothing to pay until 15 March 2026');
			const done = await submit(session.url ?? '', {
				email: 'new@example.com',
				name: 'New One',
				card: GOOD,
			});
			expect([done.status, done.headers.get('location')]).toEqual([
				303,
				`https://app.example/done?session=${session.id}`,
			]);
			const after = await stripe.checkout.sessions.retrieve(session.id, {
				expand: ['subscription', 'customer', 'line_items'],
			});
			expect(after).toMatchObject({
				status: 'complete',
				payment_status: 'no_payment_required',
				url: null,
				customer: { email: 'new@example.com', name: 'New One' },
				customer_details: { email: 'new@example.com' },
				subscription: { status: 'trialing', metadata: { account_id: 'acc_1' } },
				line_items: { data: [{ amount_total: 2900, price: { id: MONTHLY } }] },
			});
			const { default_payment_method: card } = after.subscription as Stripe.Subscription;
			expect(card).toMatch(/^pm_/);
			expect(await story(stripe, /^checkout|subscription.created/)).toEqual([
				'2026-03-01 sub.created trialing',
				'2026-03-01 checkout.session.completed complete',
			]);
		});

		it('needs no card with if_required when nothing is due', async () => {
			const session = await open({
				customer_email: 'x@example.com',
				payment_method_collection: 'if_required',
				subscription_data: {
					trial_period_days: 14,
					trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
				},
			});
			expect(await (await fetch(session.url ?? '')).text()).not.toContain('Card number');
			expect((await submit(session.url ?? '')).status).toBe(303);
			const { subscription } = await stripe.checkout.sessions.retrieve(session.id, {
				expand: ['subscription'],
			});
			expect(subscription).toMatchObject({ status: 'trialing', default_payment_method: null });
		});

		it('lets a refused card be replaced and leaves nothing of it', async () => {
			const session = await open({ customer_email: 'x@example.com' });
			const refused = await submit(session.url ?? '', { card: REFUSED });
			expect([refused.status, await refused.text()]).toEqual([
				402,
				expect.stringContaining('Your card was declined.'),
			]);
			expect((await stripe.customers.list()).data).toEqual([]);
			expect((await submit(session.url ?? '', { card: GOOD })).status).toBe(303);
			expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
				status: 'complete',
				payment_status: 'paid',
			});
		});

		it('takes a promotion code', async () => {
			const { id: coupon } = await stripe.coupons.create({ percent_off: 50 });
			await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon }, code: 'HALF' });
			const session = await open({ customer_email: 'x@example.com', allow_promotion_codes: true });
			await submit(session.url ?? '', { card: GOOD, code: 'half' });
			const { invoice } = await stripe.checkout.sessions.retrieve(session.id, {
				expand: ['invoice'],
			});
			expect(invoice).toMatchObject({ amount_paid: 1450 });
		});

		it('saves a card and makes it nobody’s default', async () => {
			const { customer } = await someone(stripe, '2026-03-01');
			const session = await stripe.checkout.sessions.create({
				mode: 'setup',
				currency: 'usd',
				customer,
				success_url: 'https://app.example/',
			});
			await submit(session.url ?? '', { card: GOOD });
			const after = await stripe.checkout.sessions.retrieve(session.id, {
				expand: ['setup_intent.payment_method'],
			});
			expect(after).toMatchObject({
				status: 'complete',
				payment_status: 'no_payment_required',
				setup_intent: { status: 'succeeded', payment_method: { customer } },
			});
			expect(await stripe.customers.retrieve(customer)).toMatchObject({
				invoice_settings: { default_payment_method: null },
			});
			expect(await story(stripe, /^(checkout|setup_intent.s|payment_method)/)).toEqual([
				'2026-03-01 payment_method.attached',
				'2026-03-01 setup_intent.succeeded succeeded',
				'2026-03-01 checkout.session.completed complete',
			]);
		});

		it('expires, and comes back as a copy by its recovery link', async () => {
			const { customer, clock } = await someone(stripe, '2026-03-01');
			const session = await open({
				customer,
				expires_at: at('2026-03-01T01:00:00Z'),
				after_expiration: { recovery: { enabled: true, allow_promotion_codes: true } },
			});
			await advance(stripe, clock, '2026-03-01T01:00:00Z');
			const expired = await stripe.checkout.sessions.retrieve(session.id);
			expect([expired.status, expired.url]).toEqual(['expired', null]);
			const recovery = expired.after_expiration?.recovery;
			expect(dateOf(recovery?.expires_at)).toBe('2026-03-31 01:00');
			expect((await fetch(session.url ?? '')).status).toBe(410);
			const back = await fetch(recovery?.url ?? '', { redirect: 'manual' });
			const id = back.headers.get('location')?.split('/').at(-1) ?? '';
			expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({
				status: 'open',
				recovered_from: session.id,
				allow_promotion_codes: true,
				customer,
			});
			expect(await story(stripe, /expired/)).toEqual([
				'2026-03-01 01:00 checkout.session.expired expired',
			]);
		});

		it('can be called off', async () => {
			const { id } = await open({ customer_email: 'x@example.com' });
			expect((await stripe.checkout.sessions.expire(id)).status).toBe('expired');
			await expect(stripe.checkout.sessions.expire(id)).rejects.toThrow('can be expired');
		});

		it.each<[string, Partial<Stripe.Checkout.SessionCreateParams>, string]>([
			[
				'customer and e-mail at once',
				{ customer: 'cus_1', customer_email: 'a@b.c' },
				'only specify one',
			],
			['an end within half an hour', { expires_at: at('2026-03-01T00:20:00Z') }, '30 minutes'],
			[
				'a trial end within two days',
				{ subscription_data: { trial_end: at('2026-03-02') } },
				'at least 2 days',
			],
			['nothing to sell', { line_items: [] }, 'line_items'],
			['a one-time payment', { mode: 'payment' }, 'does not emulate'],
			['a card without a currency', { mode: 'setup' }, 'currency'],
		])('refuses %s', async (_, params, message) => {
			await expect(open(params)).rejects.toThrow(message);
		});
	});

	describe('the portal', () => {
		const trialing = async () => {
			const { customer, clock } = await someone(stripe, '2026-03-01');
			const { id } = await stripe.subscriptions.create({
				customer,
				items: [{ price: MONTHLY }],
				trial_period_days: 14,
			});
			return { customer, clock, id };
		};

		const enter = async (
			customer: string,
			flow?: Stripe.BillingPortal.SessionCreateParams.FlowData,
		) =>
			(
				await stripe.billingPortal.sessions.create({
					customer,
					return_url: 'https://app.example/billing',
					...(flow && { flow_data: flow }),
				})
			).url;

		it('shows where one stands', async () => {
			const { customer } = await trialing();
			const page = await (await fetch(await enter(customer))).text();
			expect(page).toContain('trialing');
			expect(page).toContain('15 March 2026');
		});

		it('adds a card that the trial is then paid with', async () => {
			const { customer, clock, id } = await trialing();
			const url = await enter(customer);
			expect((await submit(`${url}/card`, { card: REFUSED })).status).toBe(402);
			expect((await submit(`${url}/card`, { card: GOOD })).status).toBe(303);
			expect(await story(stripe, /payment_method.attached|customer.updated/)).toEqual([
				'2026-03-01 payment_method.attached',
				'2026-03-01 customer.updated',
			]);
			await advance(stripe, clock, '2026-03-16');
			expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
		});

		it('cancels with a reason by cancel_at, and undoes it', async () => {
			const { customer, id } = await trialing();
			const url = await enter(customer);
			await submit(`${url}/cancel`, { feedback: 'too_expensive', comment: 'Maybe later' });
			expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
				status: 'trialing',
				cancel_at: at('2026-03-15'),
				cancel_at_period_end: false,
				cancellation_details: {
					reason: 'cancellation_requested',
					feedback: 'too_expensive',
					comment: 'Maybe later',
				},
			});
			const [event] = (await stripe.events.list({ type: 'customer.subscription.updated' })).data;
			expect(event?.data.previous_attributes).toEqual({
				cancel_at: null,
				canceled_at: null,
				cancellation_details: { reason: null, feedback: null, comment: null },
			});
			await submit(`${url}/undo`);
			expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
				cancel_at: null,
				canceled_at: null,
				cancellation_details: { reason: null },
			});
		});

		it('cancels at once when the configuration says so', async () => {
			const { customer, id } = await trialing();
			const { id: configuration } = await stripe.billingPortal.configurations.create({
				features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
			});
			const { url } = await stripe.billingPortal.sessions.create({ customer, configuration });
			await submit(`${url}/cancel`);
			expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
			expect((await submit(`${url}/card`, { card: GOOD })).status).toBe(402);
		});

		it.each<
			[
				Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionUpdate.TrialUpdateBehavior,
				string,
				number,
			]
		>([
			['continue_trial', 'trialing', 0],
			['end_trial', 'active', 1],
		])('changes the plan in a trial with %s', async (behavior, status, notices) => {
			const { customer, id } = await trialing();
			await harness.control('cards', { customer, kind: 'good' });
			const { id: configuration } = await stripe.billingPortal.configurations.create({
				features: {
					subscription_update: {
						enabled: true,
						default_allowed_updates: ['price'],
						products: [{ product: 'prod_acme_boards_team', prices: ['price_boards_team_monthly'] }],
						trial_update_behavior: behavior,
					},
				},
			});
			const { url } = await stripe.billingPortal.sessions.create({ customer, configuration });
			await submit(`${url}/plan`, { price: 'price_boards_team_monthly' });
			const { items, status: now } = await stripe.subscriptions.retrieve(id);
			expect([now, items.data[0]?.price.id]).toEqual([status, 'price_boards_team_monthly']);
			expect(await story(stripe, /trial_will_end/)).toHaveLength(notices);
			expect((await submit(`${url}/plan`, { price: 'price_boards_pro_yearly' })).status).toBe(402);
		});

		it('offers to stay for a discount, and returns when done', async () => {
			const { customer, id } = await trialing();
			const { id: coupon } = await stripe.coupons.create({ percent_off: 25, duration: 'forever' });
			const url = await enter(customer, {
				type: 'subscription_cancel',
				subscription_cancel: {
					subscription: id,
					retention: { type: 'coupon_offer', coupon_offer: { coupon } },
				},
				after_completion: { type: 'redirect', redirect: { return_url: 'https://app.example/ok' } },
			});
			const page = await (await fetch(url)).text();
			expect([page.includes('Stay, and take'), page.includes('Add card')]).toEqual([true, false]);
			const done = await submit(`${url}/retain`);
			expect(done.headers.get('location')).toBe('https://app.example/ok');
			expect((await stripe.subscriptions.retrieve(id)).discounts).toHaveLength(1);
		});

		it('is open for a while only', async () => {
			const { customer, clock } = await trialing();
			const url = await enter(customer);
			await advance(stripe, clock, '2026-03-02');
			expect((await fetch(url)).status).toBe(410);
		});

		it('escapes what people call themselves', async () => {
			const { customer } = await trialing();
			await stripe.customers.update(customer, { name: '<script>alert(1)</script>' });
			const page = await (await fetch(await enter(customer))).text();
			expect(page).not.toContain('<script>');
		});
	});
});
