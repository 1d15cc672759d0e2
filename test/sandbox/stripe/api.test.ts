import type Stripe from 'stripe';
import { clientOf, startStripe, type Harness } from './harness.ts';

describe('the API of the Stripe stand-in', () => {
	let harness: Harness;
	let stripe: Stripe;

	beforeAll(async () => {
		harness = await startStripe();
		stripe = harness.stripe;
	});
	afterAll(async () => await harness.close());

	describe('keys', () => {
		it.each([
			['no key', {}, 'You did not provide an API key'],
			['a key of another shape', { authorization: 'Bearer abc' }, 'Invalid API Key provided: abc'],
			[
				'a publishable key',
				{ authorization: 'Bearer pk_test_1' },
				'This API call cannot be made with a publishable API key',
			],
		])('refuses %s with 401', async (_, headers, message) => {
			const response = await fetch(`${harness.url}/v1/customers`, { headers });
			const { error } = (await response.json()) as { error: { message: string } };
			expect(response.status).toBe(401);
			expect(error.message).toContain(message);
		});

		it('masks a revoked key in the answer', async () => {
			await harness.control('keys', { key: 'sk_test_secret1234', revoked: true });
			await expect(clientOf(harness.url, 'sk_test_secret1234').balance.retrieve()).rejects.toThrow(
				'Invalid API Key provided: sk_test_******1234',
			);
		});

		it('refuses a restricted key what it may not do, and nothing else', async () => {
			await harness.control('keys', { key: 'rk_test_1', missing: ['customer_write'] });
			const restricted = clientOf(harness.url, 'rk_test_1');
			await expect(restricted.customers.create()).rejects.toMatchObject({
				type: 'StripePermissionError',
				statusCode: 403,
				message: expect.stringContaining("'rak_customer_write'") as string,
			});
			expect((await restricted.customers.list()).data).toBeDefined();
		});

		it('keeps live and test apart', async () => {
			const live = clientOf(harness.url, 'sk_live_1');
			const customer = await live.customers.create({ email: 'live@example.com' });
			expect(customer.livemode).toBe(true);
			await expect(stripe.customers.retrieve(customer.id)).rejects.toThrow('No such customer');
		});

		it('keeps connected accounts apart', async () => {
			const options = { stripeAccount: 'acct_other' };
			const customer = await stripe.customers.create({ email: 'c@example.com' }, options);
			expect(await stripe.customers.retrieve(customer.id, {}, options)).toEqual(customer);
			await expect(stripe.customers.retrieve(customer.id)).rejects.toThrow('No such customer');
		});
	});

	describe('parameters', () => {
		it.each([
			['foo=1', 'parameter_unknown', 'foo', 'Received unknown parameter: foo'],
			['foo=1&bar=2', 'parameter_unknown', 'foo', 'Received unknown parameters: foo, bar'],
			['items[0][prize]=x', 'parameter_unknown', 'items[0][prize]', 'items[0][prize]'],
			['trial_period_days=ten', 'parameter_invalid_integer', 'trial_period_days', 'ten'],
			['trial_period_days=731', 'parameter_invalid_integer', 'trial_period_days', '730'],
			['trial_end=soon', 'parameter_invalid_integer', 'trial_end', 'timestamp'],
			['items=1', undefined, 'items', 'Invalid array'],
			['items[0][price]=', 'parameter_invalid_empty', 'items[0][price]', 'cannot be unset'],
			['cancel_at_period_end=maybe', undefined, 'cancel_at_period_end', 'Invalid boolean'],
			[
				'trial_settings[end_behavior][missing_payment_method]=wait',
				undefined,
				'trial_settings[end_behavior][missing_payment_method]',
				'must be one of cancel, create_invoice, or pause',
			],
			['trial_settings[end_behavior]=pause', undefined, 'trial_settings[end_behavior]', 'object'],
			['metadata=flat', undefined, 'metadata', 'Invalid object'],
			['', 'parameter_missing', 'customer', 'Missing required param: customer.'],
			['customer=cus_1', 'resource_missing', 'customer', "No such customer: 'cus_1'"],
			['transfer_data[destination]=a', undefined, 'transfer_data', 'does not emulate'],
		])('refuses a subscription with %p', async (body, code, param, message) => {
			const { status, json } = await harness.raw('POST', '/v1/subscriptions', body);
			expect(status).toBe(400);
			expect(json.error).toMatchObject({ type: 'invalid_request_error', param });
			expect(json.error?.code).toBe(code);
			expect(json.error?.message).toContain(message);
		});

		it('reads indexed and appended arrays alike', async () => {
			const create = async (body: string) =>
				(await harness.raw('POST', '/v1/customers', body)).json['preferred_locales'];
			expect(await create('preferred_locales[]=de&preferred_locales[]=en')).toEqual(['de', 'en']);
			expect(await create('preferred_locales[0]=de&preferred_locales[1]=en')).toEqual(['de', 'en']);
		});

		it('merges metadata, removes by empty value, clears by empty hash', async () => {
			const { id } = await stripe.customers.create({ metadata: { a: '1', b: '2' } });
			const update = async (metadata: Stripe.Emptyable<Stripe.MetadataParam>) =>
				(await stripe.customers.update(id, { metadata })).metadata;
			expect(await update({ b: '', c: '3' })).toEqual({ a: '1', c: '3' });
			expect(await update('')).toEqual({});
		});

		it('cannot be reached through the prototype of an object', async () => {
			const { status, json } = await harness.raw('POST', '/v1/customers', '__proto__[a]=b');
			expect([status, json.error?.code]).toEqual([400, 'parameter_unknown']);
		});

		it('refuses JSON bodies', async () => {
			const headers = { 'content-type': 'application/json' };
			const { status } = await harness.raw('POST', '/v1/customers', '{}', headers);
			expect(status).toBe(400);
		});
	});

	describe('answers', () => {
		it('carry a request id, errors too', async () => {
			const good = await harness.raw('GET', '/v1/customers');
			const bad = await harness.raw('GET', '/v1/customers/cus_none');
			expect(good.headers.get('request-id')).toMatch(/^req_/);
			expect(bad.headers.get('request-id')).not.toBe(good.headers.get('request-id'));
		});

		it('miss an id in the path with 404', async () => {
			const { status, json } = await harness.raw('GET', '/v1/subscriptions/sub_none');
			expect(status).toBe(404);
			expect(json.error).toEqual({
				type: 'invalid_request_error',
				code: 'resource_missing',
				message: "No such subscription: 'sub_none'",
				param: 'id',
				doc_url: 'https://docs.stripe.com/error-codes/resource-missing',
			});
		});

		it('refuse a version that is none', async () => {
			const headers = { 'stripe-version': 'latest' };
			const { status, json } = await harness.raw('GET', '/v1/customers', undefined, headers);
			expect([status, json.error?.message]).toEqual([400, 'Invalid Stripe API version: latest']);
		});
	});

	describe('expansion', () => {
		it('replaces ids along the path, in lists too', async () => {
			const { id } = await stripe.customers.create({ email: 'expand@example.com' });
			const { id: subscriptionId } = await stripe.subscriptions.create({
				customer: id,
				items: [{ price: 'price_boards_pro_monthly' }],
				trial_period_days: 14,
			});
			const one = await stripe.subscriptions.retrieve(subscriptionId, {
				expand: ['customer', 'latest_invoice', 'items.data.price.product'],
			});
			expect(one.customer).toMatchObject({ object: 'customer', id });
			expect(one.latest_invoice).toMatchObject({ object: 'invoice', amount_due: 0 });
			expect(one.items.data[0]?.price.product).toMatchObject({ name: 'Acme Boards' });
			const list = await stripe.subscriptions.list({
				customer: id,
				expand: ['data.customer', 'data.default_payment_method'],
			});
			expect(list.data[0]?.customer).toMatchObject({ email: 'expand@example.com' });
			const customer = await stripe.customers.retrieve(id, { expand: ['subscriptions'] });
			expect(customer).toMatchObject({ subscriptions: { data: [{ id: subscriptionId }] } });
		});

		it('refuses what is no reference', async () => {
			await expect(stripe.customers.list({ expand: ['data.email'] })).rejects.toThrow(
				'This property cannot be expanded (data.email).',
			);
		});
	});

	describe('idempotency', () => {
		const send = async (key: string, body: string) =>
			await harness.raw('POST', '/v1/customers', body, { 'idempotency-key': key });

		it('replays the first answer', async () => {
			const first = await send('key-1', 'email=a@example.com');
			const second = await send('key-1', 'email=a@example.com');
			expect(second.json['id']).toBe(first.json['id']);
			expect(first.headers.get('idempotent-replayed')).toBeNull();
			expect(second.headers.get('idempotent-replayed')).toBe('true');
		});

		it('refuses the key for other parameters', async () => {
			await send('key-2', 'email=a@example.com');
			const { status, json } = await send('key-2', 'email=b@example.com');
			expect([status, json.error?.type]).toEqual([400, 'idempotency_error']);
		});

		it('keeps a failure that the endpoint made, not one of validation', async () => {
			expect((await send('key-3', 'invoice_settings[default_payment_method]=pm_x')).status).toBe(
				400,
			);
			const replay = await send('key-3', 'invoice_settings[default_payment_method]=pm_x');
			expect(replay.headers.get('idempotent-replayed')).toBe('true');
			expect((await send('key-4', 'foo=1')).status).toBe(400);
			expect((await send('key-4', 'email=a@example.com')).status).toBe(200);
		});

		it('keeps a 500 that came after the effect', async () => {
			harness.standIn.faults.add({
				route: 'POST /v1/customers',
				kind: 'status',
				status: 500,
				moment: 'after',
			});
			expect((await send('key-5', 'email=five@example.com')).status).toBe(500);
			const again = await send('key-5', 'email=five@example.com');
			expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([500, 'true']);
			expect((await stripe.customers.list({ email: 'five@example.com' })).data).toHaveLength(1);
		});

		it('frees the key after a 500 that came before the effect', async () => {
			harness.standIn.faults.add({ route: 'POST /v1/customers', kind: 'status', status: 500 });
			expect((await send('key-6', 'email=six@example.com')).status).toBe(500);
			expect((await send('key-6', 'email=six@example.com')).status).toBe(200);
		});

		it('answers 409 while the first is still running', async () => {
			harness.standIn.faults.add({
				route: 'POST /v1/customers',
				kind: 'slow',
				moment: 'after',
				delayMs: 300,
			});
			const first = send('key-7', 'email=seven@example.com');
			let second = await send('key-7', 'email=seven@example.com');
			// The two may arrive in either order: then the slow one is the second.
			if (second.status === 200) second = await first;
			expect([second.status, second.json.error?.code]).toEqual([409, 'idempotency_key_in_use']);
			await first;
		});
	});
});
