import {
	byId,
	DAY_MS,
	hinting,
	PRO_MONTHLY,
	startTrial as start,
	TEAM_MONTHLY,
	useStripe,
} from './harness.ts';

const stripe = useStripe();

describe('Trial > Start', () => {
	it('starts trials without a card for two people', async () => {
		const rows = await stripe.run([
			start('ada@example.com', { additionalFields: { name: 'Ada' } }),
			start('bob@example.com', { accountId: 'acct_bob', trialDays: 30 }),
		]);
		expect(rows).toMatchObject([
			{ email: 'ada@example.com', name: 'Ada', daysLeft: 14, isNew: true },
			{ accountId: 'acct_bob', daysLeft: 30, isNew: true },
		]);
		for (const row of rows) {
			expect(row).toMatchObject({
				stage: 'trialing',
				status: 'trialing',
				cardOnFile: false,
				atTrialEnd: 'pauses',
				priceId: PRO_MONTHLY,
				mode: 'test',
			});
		}
	});

	it('costs at most 3 calls for a new customer and 2 when repeated', async () => {
		const ada = start('ada@example.com', { additionalFields: { name: 'Ada' } });
		await stripe.run([ada]);
		expect(stripe.routes()).toEqual([
			'GET /v1/customers/search',
			'POST /v1/customers',
			'POST /v1/subscriptions',
		]);
		stripe.forgetCalls();
		await stripe.run([ada]);
		expect(stripe.routes()).toEqual(['GET /v1/customers/search', 'GET /v1/subscriptions']);
	});

	it('returns the same trial for every spelling of one address', async () => {
		const [first] = await stripe.run([start('ada@example.com')]);
		const rows = await stripe.run([start('Ada@Example.com'), start('ada+tag@example.com')]);
		for (const row of rows) {
			expect(row).toMatchObject({
				isNew: false,
				accountId: first?.['accountId'],
				subscriptionId: first?.['subscriptionId'],
				email: 'ada@example.com',
			});
		}
		expect(await stripe.countOf('customers')).toBe(1);
		expect(await stripe.countOf('subscriptions')).toBe(1);
	});

	it('gives one trial to one person in two items of one run', async () => {
		const rows = await stripe.run([start('ada@example.com'), start('ADA@example.com')]);
		expect(rows.map(({ isNew }) => isNew)).toEqual([true, false]);
		expect(await stripe.countOf('subscriptions')).toBe(1);
	});

	it('gives one trial in parallel runs', async () => {
		const runs = await Promise.all(
			Array.from({ length: 5 }, async () => await stripe.run([start('ada@example.com')])),
		);
		expect(new Set(runs.flat().map(({ subscriptionId }) => subscriptionId)).size).toBe(1);
		expect(runs.flat().filter(({ isNew }) => isNew)).toHaveLength(1);
		expect(await stripe.countOf('customers')).toBe(1);
	});

	it('recognises a repeat while the search does not see the customer yet', async () => {
		stripe.standIn.settings.searchLagSeconds = 60;
		const [first] = await stripe.run([
			start('ada@example.com', { additionalFields: { name: 'Ada' } }),
		]);
		const [again] = await stripe.run([
			start('ada+x@example.com', { trialDays: 30, additionalFields: { name: 'A.' } }),
		]);
		expect(again).toMatchObject({ isNew: false, subscriptionId: first?.['subscriptionId'] });
		expect(await stripe.countOf('customers')).toBe(1);
		expect(await stripe.countOf('subscriptions')).toBe(1);
	});

	it.each([
		['pause', 'pauses'],
		['cancel', 'cancels'],
		['create_invoice', 'invoices'],
	])('without a card at the end: %s', async (withoutPaymentMethod, atTrialEnd) => {
		expect(await stripe.run([start('ada@example.com', { withoutPaymentMethod })])).toMatchObject([
			{ atTrialEnd },
		]);
	});

	it('ends at a given date', async () => {
		const trialEndsAt = new Date(Math.ceil(Date.now() / DAY_MS + 20) * DAY_MS).toISOString();
		const [row] = await stripe.run([start('ada@example.com', { lengthBy: 'date', trialEndsAt })]);
		expect(row).toMatchObject({ trialEndsAt });
	});

	it('starts with several items, seats and a discount from the first charge on', async () => {
		await stripe.stripe('POST', 'coupons', { id: 'WELCOME', percent_off: '50', duration: 'once' });
		await stripe.stripe('POST', 'promotion_codes', {
			code: 'HELLO10',
			'promotion[type]': 'coupon',
			'promotion[coupon]': 'WELCOME',
		});
		const rows = await stripe.run([
			start('ada@example.com', {
				additionalFields: {
					quantity: 5,
					couponId: 'WELCOME',
					moreItems: { item: [{ priceId: TEAM_MONTHLY, quantity: 2 }] },
				},
			}),
			start('bob@example.com', { additionalFields: { promotionCode: 'hello10' } }),
		]);
		expect(rows).toMatchObject([{ quantity: 5, isNew: true }, { isNew: true }]);
		const [ada, bob] = await Promise.all(
			rows.map(
				async ({ subscriptionId }) =>
					await stripe.stripe('GET', `subscriptions/${String(subscriptionId)}`),
			),
		);
		expect(ada).toMatchObject({
			discounts: [expect.any(String)],
			items: {
				data: [
					{ price: { id: PRO_MONTHLY }, quantity: 5 },
					{ price: { id: TEAM_MONTHLY }, quantity: 2 },
				],
			},
		});
		expect(bob?.['discounts']).toHaveLength(1);
	});

	it('hands tax over to Stripe Tax', async () => {
		// The stand-in has no taxes: what counts is what it was asked.
		await stripe.run([start('ada@example.com', { additionalFields: { automaticTax: true } })], {
			continueOnFail: true,
		});
		expect(stripe.callsOf('POST /v1/subscriptions')).toMatchObject([
			{ 'automatic_tax[enabled]': 'true' },
		]);
	});

	it('starts by a trial offer: its price, its length', async () => {
		const offer = await stripe.stripe('POST', 'product_catalog/trial_offers', {
			price: PRO_MONTHLY,
			'duration[type]': 'relative',
			'duration[relative][iterations]': '1',
			'end_behavior[transition][price]': TEAM_MONTHLY,
		});
		const free = await stripe.stripe('POST', 'prices', {
			product: 'prod_acme_boards',
			currency: 'usd',
			unit_amount: '0',
			'recurring[interval]': 'week',
		});
		const freeOffer = await stripe.stripe('POST', 'product_catalog/trial_offers', {
			price: String(free['id']),
			'duration[type]': 'relative',
			'duration[relative][iterations]': '2',
			'end_behavior[transition][price]': PRO_MONTHLY,
		});
		const byOffer = (id: unknown) => ({ lengthBy: 'offer', trialOfferId: id, priceId: byId('') });
		const ada = start('ada@example.com', byOffer(freeOffer['id']));
		const rows = await stripe.run([ada, start('bob@example.com', byOffer(offer['id']))], {
			continueOnFail: true,
		});
		expect(rows).toMatchObject([
			{ isNew: true, priceId: free['id'], daysLeft: 14 },
			// This one costs something from the start, and there is no card.
			{ error: { message: hinting('payment') } },
		]);
		expect(await stripe.run([ada])).toMatchObject([
			{ isNew: false, subscriptionId: rows[0]?.['subscriptionId'] },
		]);
	});

	it.each([
		['a coupon and a promotion code', { couponId: 'A', promotionCode: 'B' }, 'not both'],
		['an unknown promotion code', { promotionCode: 'NOPE' }, 'no such promotion code'],
		['an item without a price', { moreItems: { item: [{ priceId: '' }] } }, '"Price" is empty'],
	])('refuses %s before anything is made', async (_name, additionalFields, message) => {
		const rows = await stripe.run(
			[start('ada@example.com', { additionalFields }), start('bob@example.com')],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([{ error: { message: hinting(message) } }, { isNew: true }]);
		expect(await stripe.countOf('customers')).toBe(1);
	});

	it('keeps account id and metadata where the next engineer looks for them', async () => {
		const [row] = await stripe.run([
			start('ada@example.com', {
				accountId: 'acct_1',
				metadata: {
					entry: [
						{ key: 'source', value: 'form' },
						{ key: 'account_id', value: 'mine' },
					],
				},
			}),
		]);
		const subscription = await stripe.stripe(
			'GET',
			`subscriptions/${String(row?.['subscriptionId'])}`,
		);
		expect(subscription['metadata']).toEqual({ source: 'form', account_id: 'acct_1' });
	});

	it('refuses a second trial after a canceled one, unless there is a reason', async () => {
		const [first] = await stripe.run([start('ada@example.com')]);
		await stripe.stripe('DELETE', `subscriptions/${String(first?.['subscriptionId'])}`);

		const [refused] = await stripe.run([start('ada@example.com')], { continueOnFail: true });
		expect(refused).toMatchObject({
			error: { code: 'had_trial', hint: expect.stringContaining('Allow Another Trial') as string },
		});
		expect(await stripe.countOf('subscriptions?status=all')).toBe(1);

		const again = start('ada@example.com', {
			additionalFields: { overrideReason: 'agreed with sales' },
		});
		const [second] = await stripe.run([again]);
		expect(second).toMatchObject({ isNew: true, customerId: first?.['customerId'] });
		expect(await stripe.run([again])).toMatchObject([
			{ isNew: false, subscriptionId: second?.['subscriptionId'] },
		]);
	});

	it('finishes what a failure in the middle left undone', async () => {
		stripe.standIn.faults.add({ route: 'POST /v1/subscriptions', kind: 'status', status: 402 });
		const [failed] = await stripe.run([start('ada@example.com')], { continueOnFail: true });
		expect(failed).toHaveProperty('error');
		expect(await stripe.run([start('ada@example.com')])).toMatchObject([
			{ isNew: true, status: 'trialing' },
		]);
		expect(await stripe.countOf('customers')).toBe(1);
	});

	it.each(['cut', 'status'] as const)(
		'starts one trial although the answer is lost: %s',
		async (kind) => {
			stripe.standIn.faults.add({
				route: 'POST /v1/subscriptions',
				kind,
				status: 500,
				moment: 'after',
			});
			expect(await stripe.run([start('ada@example.com')])).toMatchObject([{ status: 'trialing' }]);
			expect(await stripe.countOf('subscriptions')).toBe(1);
		},
	);

	it('waits out a limit', async () => {
		stripe.standIn.faults.add({
			route: 'POST /v1/customers',
			kind: 'status',
			status: 429,
			times: 2,
		});
		expect(await stripe.run([start('ada@example.com')])).toMatchObject([{ isNew: true }]);
	});

	it.each([
		['a malformed e-mail', { email: 'ada@' }, 'The e-mail is malformed'],
		['no e-mail', { email: '' }, 'The e-mail is empty'],
		['zero days', { trialDays: 0 }, 'A trial lasts 1 to 730 whole days, not 0'],
		['731 days', { trialDays: 731 }, 'A trial lasts 1 to 730 whole days, not 731'],
		[
			'a date in the past',
			{ lengthBy: 'date', trialEndsAt: '2020-01-01' },
			'A trial must end in the future',
		],
		['no date', { lengthBy: 'date', trialEndsAt: 'soon' }, '"End Date" is not a date'],
		['no price', { priceId: { mode: 'list', value: '' } }, '"Price" is empty'],
		['a quote in the account id', { accountId: 'a"b' }, 'The account ID is malformed'],
	])('refuses %s before Stripe is asked', async (_name, wrong, message) => {
		const rows = await stripe.run([start('ada@example.com', wrong), start('bob@example.com')], {
			continueOnFail: true,
		});
		expect(rows).toMatchObject([
			{ error: { message: expect.stringContaining(message) as string } },
			{ isNew: true, email: 'bob@example.com' },
		]);
		expect(await stripe.countOf('customers')).toBe(1);
	});

	it('explains an unknown price, and starts when it is mended', async () => {
		const wrong = start('ada@example.com', { priceId: { mode: 'id', value: 'price_unknown' } });
		await expect(stripe.run([start('bob@example.com'), wrong])).rejects.toMatchObject({
			message: expect.stringMatching(/^Stripe: .*price_unknown.* \[item 1\]$/) as string,
			description: expect.stringContaining('Stripe does not know this price') as string,
		});
		expect(await stripe.run([start('ada@example.com')])).toMatchObject([{ isNew: true }]);
	});

	it('explains a wrong key without showing it', async () => {
		const key = 'sk_test_wrong0000000000000000';
		stripe.standIn.keys.revoke(key);
		const [row] = await stripe.run([start('ada@example.com')], { continueOnFail: true, key });
		expect(row).toMatchObject({
			error: { httpCode: 401, hint: expect.stringContaining('credential') as string },
		});
		expect(JSON.stringify(row)).not.toMatch(/sk_test_\w/);
	});

	it('names a missing permission of a restricted key', async () => {
		const key = 'rk_test_narrow0000000000000000';
		stripe.standIn.keys.restrict(key, ['subscription_write']);
		const [row] = await stripe.run([start('ada@example.com')], { continueOnFail: true, key });
		expect(row).toMatchObject({
			error: { httpCode: 403, hint: expect.stringContaining('lacks a permission') as string },
		});
		expect(JSON.stringify(row)).not.toMatch(/rk_test_\w/);
	});
});
