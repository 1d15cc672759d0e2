import type Stripe from 'stripe';
import { advance, at, someone, startStripe, story, type Harness } from './harness.ts';

describe('payments of the Stripe stand-in', () => {
	let harness: Harness;
	let stripe: Stripe;

	beforeEach(async () => {
		harness = await startStripe({ now: () => at('2026-03-01') * 1000 });
		stripe = harness.stripe;
	});
	afterEach(async () => await harness.close());

	it.each([
		['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
		['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
		['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
		['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
	])('refuse to attach %s', async (card, code, declineCode) => {
		const { customer } = await someone(stripe, '2026-03-01');
		await expect(stripe.paymentMethods.attach(card, { customer })).rejects.toMatchObject({
			statusCode: 402,
			type: 'StripeCardError',
			code,
			decline_code: declineCode,
		});
	});

	it('know the same card by its fingerprint, whoever has it', async () => {
		const prints = [];
		for (const card of ['pm_card_visa', 'pm_card_visa', 'pm_card_mastercard']) {
			const { customer } = await someone(stripe, '2026-03-01');
			const method = await stripe.paymentMethods.attach(card, { customer });
			prints.push(method.card?.fingerprint);
		}
		expect(prints[1]).toBe(prints[0]);
		expect(prints[2]).not.toBe(prints[0]);
	});

	it('attach a card once, and let it go from everything that it pays', async () => {
		const { customer } = await someone(stripe, '2026-03-01', 'pm_card_visa');
		const { data } = await stripe.customers.listPaymentMethods(customer);
		const card = data[0]?.id ?? '';
		const { customer: other } = await someone(stripe, '2026-03-01');
		await expect(stripe.paymentMethods.attach(card, { customer: other })).rejects.toThrow(
			'already been attached',
		);
		await stripe.paymentMethods.detach(card);
		expect(await stripe.customers.retrieve(customer)).toMatchObject({
			invoice_settings: { default_payment_method: null },
		});
		await expect(stripe.paymentMethods.detach(card)).rejects.toThrow('not attached');
	});

	it('refuse a card of somebody else as default', async () => {
		const { customer } = await someone(stripe, '2026-03-01');
		const stranger = await someone(stripe, '2026-03-01', 'pm_card_visa');
		const { data } = await stripe.paymentMethods.list({ customer: stranger.customer });
		await expect(
			stripe.customers.update(customer, {
				invoice_settings: { default_payment_method: data[0]?.id ?? '' },
			}),
		).rejects.toMatchObject({ code: 'resource_missing', statusCode: 400 });
	});

	describe('setup intents', () => {
		it('save a card', async () => {
			const { customer } = await someone(stripe, '2026-03-01');
			const intent = await stripe.setupIntents.create({ customer, payment_method: 'pm_card_visa' });
			expect(intent.status).toBe('requires_confirmation');
			const done = await stripe.setupIntents.confirm(intent.id, { expand: ['payment_method'] });
			expect(done).toMatchObject({ status: 'succeeded', payment_method: { customer } });
		});

		it('say what is wrong with it', async () => {
			const { customer } = await someone(stripe, '2026-03-01');
			const { id } = await stripe.setupIntents.create({ customer });
			await expect(
				stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa_chargeDeclined' }),
			).rejects.toMatchObject({ statusCode: 402 });
			expect(await stripe.setupIntents.retrieve(id)).toMatchObject({
				status: 'requires_payment_method',
				last_setup_error: { decline_code: 'generic_decline' },
			});
			expect(await story(stripe, /^setup_intent/)).toEqual([
				'2026-03-01 setup_intent.created requires_payment_method',
				'2026-03-01 setup_intent.setup_failed requires_payment_method',
			]);
		});

		it('of a waiting trial give it its card', async () => {
			const { customer } = await someone(stripe, '2026-03-01');
			const trial = await stripe.subscriptions.create({
				customer,
				items: [{ price: 'price_boards_pro_monthly' }],
				trial_period_days: 14,
				payment_behavior: 'default_incomplete',
				payment_settings: { save_default_payment_method: 'on_subscription' },
			});
			const intent = await stripe.setupIntents.confirm(String(trial.pending_setup_intent), {
				payment_method: 'pm_card_visa',
			});
			expect(await stripe.subscriptions.retrieve(trial.id)).toMatchObject({
				pending_setup_intent: null,
				default_payment_method: intent.payment_method,
			});
		});
	});

	describe('retries that cannot help', () => {
		const lapsing = async (kind: string | null) => {
			const { customer, clock } = await someone(stripe, '2026-03-01');
			const { id } = await stripe.subscriptions.create({
				customer,
				items: [{ price: 'price_boards_pro_monthly' }],
				trial_period_days: 3,
			});
			if (kind !== null) {
				const method = await stripe.paymentMethods.create({
					type: 'card',
					card: { number: kind, exp_month: 12, exp_year: 2030 },
				});
				// An issuer would refuse it when it is attached: it was good then.
				const { paymentMethods } = harness.standIn.account;
				const card = paymentMethods.get(method.id);
				if (card) paymentMethods.put({ ...card, customer });
				await stripe.subscriptions.update(id, { default_payment_method: method.id });
			}
			await advance(stripe, clock, '2026-03-12');
			const { latest_invoice: invoice } = await stripe.subscriptions.retrieve(id, {
				expand: ['latest_invoice'],
			});
			return {
				attempts: (invoice as Stripe.Invoice).attempt_count,
				failures: await story(stripe, /^invoice.payment_failed/),
				charges: (await stripe.charges.list({ customer })).data.length,
			};
		};

		it.each([
			['without a card', null, 0],
			['with a stolen card', '4000000000009979', 1],
		])('%s are passed over, their turns count', async (_, number, charges) => {
			expect(await lapsing(number)).toEqual({
				attempts: 5,
				failures: ['2026-03-04 01:00 invoice.payment_failed open'],
				charges,
			});
		});
	});

	describe('single invoices', () => {
		const bill = async (customer: string) => {
			await stripe.invoiceItems.create({ customer, amount: 1000, currency: 'usd' });
			const { id } = await stripe.invoices.create({
				customer,
				pending_invoice_items_behavior: 'include',
			});
			return await stripe.invoices.finalizeInvoice(id);
		};

		it('are numbered, and paid with the card on file', async () => {
			const { customer } = await someone(stripe, '2026-03-01', 'pm_card_visa');
			const [first, second] = [await bill(customer), await bill(customer)];
			expect([first.number?.slice(-4), second.number?.slice(-4)]).toEqual(['0001', '0002']);
			const paid = await stripe.invoices.pay(first.id);
			expect(paid).toMatchObject({ status: 'paid', amount_paid: 1000, amount_remaining: 0 });
			await expect(stripe.invoices.pay(first.id)).rejects.toThrow('already paid');
		});

		it('can be paid elsewhere, voided and written off', async () => {
			const { customer } = await someone(stripe, '2026-03-01');
			const [paid, voided, lost] = [
				await bill(customer),
				await bill(customer),
				await bill(customer),
			];
			expect((await stripe.invoices.pay(paid.id, { paid_out_of_band: true })).status).toBe('paid');
			expect((await stripe.invoices.voidInvoice(voided.id)).status).toBe('void');
			expect(await stripe.invoices.markUncollectible(lost.id)).toMatchObject({
				status: 'uncollectible',
				status_details: { uncollectible: { reason: 'user_forgiven' } },
			});
			await expect(stripe.invoices.voidInvoice(paid.id)).rejects.toThrow('currently paid');
			await expect(stripe.invoices.pay(voided.id)).rejects.toThrow('void');
		});

		it('take items as long as they are drafts', async () => {
			const { customer } = await someone(stripe, '2026-03-01');
			const draft = await stripe.invoices.create({ customer, currency: 'usd' });
			const item = await stripe.invoiceItems.create({
				customer,
				invoice: draft.id,
				amount: 700,
				currency: 'usd',
			});
			await stripe.invoiceItems.update(item.id, { amount: 800 });
			const { id: coupon } = await stripe.coupons.create({ amount_off: 300, currency: 'usd' });
			const cheaper = await stripe.invoices.update(draft.id, { discounts: [{ coupon }] });
			expect(cheaper).toMatchObject({ subtotal: 800, total: 500 });
			await stripe.invoices.finalizeInvoice(draft.id);
			await expect(stripe.invoiceItems.del(item.id)).rejects.toThrow('no longer editable');
		});
	});

	it('show whom a subscription of a deleted customer belonged to', async () => {
		const { customer } = await someone(stripe, '2026-03-01');
		const { id } = await stripe.subscriptions.create({
			customer,
			items: [{ price: 'price_boards_pro_monthly' }],
			trial_period_days: 3,
		});
		await stripe.customers.del(customer);
		const after = await stripe.subscriptions.retrieve(id, { expand: ['customer'] });
		expect(after.customer).toEqual({ id: customer, object: 'customer', deleted: true });
	});
});
