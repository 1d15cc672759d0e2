import type { ItemParams } from '../../support/execute-node.ts';
import {
	byId,
	hinting,
	PRO_MONTHLY,
	startTrial,
	TEAM_MONTHLY,
	useStripe,
	type Json,
} from './harness.ts';
import { ofCustomer, peopleOf } from './people.ts';

const stripe = useStripe();
const { ended, inTrial, paying, started } = peopleOf(stripe);

const checkout = (more: ItemParams = {}): ItemParams => ({
	resource: 'link',
	operation: 'createCheckout',
	successUrl: 'https://app.example.com/welcome',
	metadata: {},
	options: {},
	...more,
});

const forCard = (of: unknown, more: ItemParams = {}) =>
	checkout({ checkoutMode: 'setup', subscription: byId(of), ...more });

const toSubscribe = (email: string, more: ItemParams = {}) =>
	checkout({
		checkoutMode: 'subscription',
		email,
		accountId: '',
		priceId: byId(PRO_MONTHLY),
		...more,
	});

const portal = (of: unknown, page: string, more: ItemParams = {}): ItemParams => ({
	resource: 'link',
	operation: 'createPortal',
	subscription: byId(of),
	page,
	options: {},
	...more,
});

const sessionOf = async ({ checkoutSessionId }: Json) =>
	await stripe.stripe('GET', `checkout/sessions/${String(checkoutSessionId)}`);

it("gives Stripe's session on request", async () => {
	const { subscriptionId } = await started();
	const rows = await stripe.run([
		forCard(subscriptionId, { simplify: false }),
		portal(subscriptionId, 'home', { simplify: false }),
	]);
	expect(rows).toMatchObject([
		{ object: 'checkout.session', url: hinting('http'), mode: 'test' },
		{ object: 'billing_portal.session', url: hinting('http'), mode: 'test' },
	]);
});

describe('Link > Create Checkout', () => {
	it('asks for a card for what is running', async () => {
		const [ada, bob] = [await started('ada@example.com'), await inTrial('bob@example.com')];
		const rows = await stripe.run([forCard(ada['accountId']), forCard(bob['subscriptionId'])]);
		expect(rows).toMatchObject([
			{
				accountId: ada['accountId'],
				url: hinting('http'),
				checkoutMode: 'setup',
				recovery: true,
				isNew: true,
				customerId: ada['customerId'],
				subscriptionId: ada['subscriptionId'],
				mode: 'test',
			},
			{ subscriptionId: bob['subscriptionId'] },
		]);
		expect(await sessionOf(rows[0] ?? {})).toMatchObject({
			mode: 'setup',
			currency: 'usd',
			client_reference_id: ada['accountId'],
			metadata: { account_id: ada['accountId'], subscription_id: ada['subscriptionId'] },
		});
	});

	it('starts a trial without a card, for a person whom Stripe does not know yet', async () => {
		const row = await stripe.runOne(
			toSubscribe('Ada@example.com', {
				accountId: 'acct_ada',
				trialDays: 30,
				metadata: { entry: [{ key: 'campaign', value: 'spring' }] },
				options: {
					cancelUrl: 'https://example.com/pricing',
					locale: 'hu',
					quantity: 3,
					allowPromotionCodes: true,
					moreItems: { item: [{ priceId: TEAM_MONTHLY, quantity: 2 }] },
				},
			}),
		);
		expect(row).toMatchObject({ accountId: 'acct_ada', subscriptionId: null, isNew: true });
		expect(await sessionOf(row)).toMatchObject({
			mode: 'subscription',
			customer: row['customerId'],
			client_reference_id: 'acct_ada',
			payment_method_collection: 'if_required',
			allow_promotion_codes: true,
			locale: 'hu',
			cancel_url: 'https://example.com/pricing',
			success_url: 'https://app.example.com/welcome',
			metadata: { account_id: 'acct_ada', campaign: 'spring' },
		});
		expect(stripe.callsOf('POST /v1/checkout/sessions')).toMatchObject([
			{
				'line_items[0][price]': PRO_MONTHLY,
				'line_items[0][quantity]': '3',
				'line_items[1][price]': TEAM_MONTHLY,
				'subscription_data[trial_period_days]': '30',
				'subscription_data[trial_settings][end_behavior][missing_payment_method]': 'pause',
				'subscription_data[metadata][account_id]': 'acct_ada',
				'after_expiration[recovery][enabled]': 'true',
			},
		]);
	});

	it('sells without a trial', async () => {
		await stripe.runOne(toSubscribe('ada@example.com', { trialDays: 0, cardCollection: 'always' }));
		const [call] = stripe.callsOf('POST /v1/checkout/sessions');
		expect(call).toMatchObject({ payment_method_collection: 'always' });
		expect(Object.keys(call ?? {})).not.toContain('subscription_data[trial_period_days]');
	});

	it('gives the same link as long as it is open, and then a new one', async () => {
		const item = toSubscribe('ada@example.com', { expiresInMinutes: 60 });
		const rows = await stripe.run([item, item]);
		const parallel = await Promise.all([1, 2, 3].map(async () => await stripe.runOne(item)));
		const [first, ...others] = [...rows, ...parallel];
		expect(first).toMatchObject({ isNew: true });
		for (const row of others) expect(row).toMatchObject({ isNew: false, url: first?.['url'] });
		expect(await stripe.countOf('checkout/sessions')).toBe(1);

		for (let round = 2; round < 6; round++) {
			const [open] = (await stripe.stripe('GET', 'checkout/sessions')).data;
			await stripe.stripe('POST', `checkout/sessions/${String(open?.['id'])}/expire`);
			expect(await stripe.runOne(item)).toMatchObject({ isNew: true });
			expect(await stripe.countOf('checkout/sessions')).toBe(round);
		}
	});

	it('makes one in parallel runs and when the answer is lost', async () => {
		const ada = await started();
		const route = 'POST /v1/checkout/sessions';
		stripe.standIn.faults.add({ route, kind: 'cut', moment: 'after' });
		const rows = await Promise.all(
			[1, 2, 3].map(async () => await stripe.runOne(forCard(ada['accountId']))),
		);
		expect(new Set(rows.map(({ url }) => url)).size).toBe(1);
		expect(await stripe.countOf('checkout/sessions')).toBe(1);
	});

	it('stands in the timeline once, and the link itself never', async () => {
		const ada = await started('ada@example.com');
		const items = [forCard(ada['accountId']), toSubscribe('bob@example.com')];
		const [first, second] = await stripe.run(items);
		await stripe.run(items);
		const links = await stripe.timelineOf(ada['accountId'], 'checkout_link_created');
		expect(links.map(({ executionId, data }) => [executionId, data])).toEqual([
			[
				'execution-1',
				{
					purpose: 'setup',
					subscriptionId: ada['subscriptionId'],
					expiresAt: new Date(String(first?.['expiresAt'])),
				},
			],
		]);
		const ofBob = await stripe.timelineOf(second?.['accountId']);
		expect(ofBob.map(({ kind }) => kind).sort()).toEqual([
			'checkout_link_created',
			'customer_created',
		]);
		const { accounts } = await stripe.store();
		expect(await accounts.get(String(second?.['accountId']))).toMatchObject({
			email: 'bob@example.com',
			customerId: second?.['customerId'],
		});
		for (const row of [first, second]) {
			const told = JSON.stringify(await stripe.timelineOf(row?.['accountId']));
			expect(told).not.toContain(String(row?.['checkoutSessionId']));
			expect(told).not.toContain('http');
		}
	});

	it('lives as long as was said, by the clock of the customer', async () => {
		const trial = await inTrial();
		await stripe.passDays(trial['customerId'], 3);
		const row = await stripe.runOne(forCard(trial['subscriptionId'], { expiresInMinutes: 90 }));
		const session = await sessionOf(row);
		expect(Number(session['expires_at']) - Number(session['created'])).toBe(90 * 60);
		const bob = await started('bob@example.com');
		const longest = await sessionOf(await stripe.runOne(forCard(bob['subscriptionId'])));
		expect(Number(longest['expires_at']) - Number(longest['created'])).toBe(86_400);
	});

	it('gives nobody a second trial or a second subscription', async () => {
		const [running, customer, former] = [
			await started('running@example.com'),
			await paying('paying@example.com'),
			await ended('former@example.com'),
		];
		const rows = await stripe.run(
			[
				toSubscribe(String(running['email'])),
				toSubscribe(String(customer['email']), { trialDays: 0 }),
				toSubscribe(String(former['email'])),
				toSubscribe(String(former['email']), { options: { overrideReason: 'sales' } }),
				toSubscribe(String(former['email']), { trialDays: 0 }),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { code: 'trialing', hint: hinting('Add a Card') } },
			{ error: { code: 'subscribed' } },
			{ error: { code: 'had_trial' } },
			{ isNew: true },
			{ isNew: true },
		]);
	});

	it('refuses what is wrong before anything is made, and goes on', async () => {
		const rows = await stripe.run(
			[
				toSubscribe('ada@example.com', { successUrl: '' }),
				toSubscribe('ada@example.com', { successUrl: 'app.example.com' }),
				toSubscribe('ada@example.com', { successUrl: 'javascript:alert(1)' }),
				toSubscribe('ada@', {}),
				forCard(''),
				toSubscribe('ada@example.com', { testModeOnly: true }),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { message: '"Success URL" is empty' } },
			{ error: { message: '"Success URL" is not a web address' } },
			{ error: { message: '"Success URL" is not a web address' } },
			{ error: { message: 'The e-mail is malformed' } },
			{ error: { message: '"Subscription" is empty' } },
			{ isNew: true },
		]);
		expect(await stripe.countOf('customers')).toBe(1);
	});
});

describe('Link > Create Portal', () => {
	const flows = () =>
		stripe.callsOf('POST /v1/billing_portal/sessions').map((call) => call['flow_data[type]']);

	it('leads to the front page or straight to one thing', async () => {
		const [ada, bob] = [await paying('ada@example.com'), await started('bob@example.com')];
		await stripe.stripe('POST', 'coupons', { id: 'STAY', percent_off: '30', duration: 'once' });
		stripe.forgetCalls();
		const returnUrl = 'https://app.example.com/account';
		const rows = await stripe.run([
			portal(ada['accountId'], 'home', { returnUrl }),
			portal(bob['email'], 'payment_method_update', { returnUrl }),
			portal(ada['subscriptionId'], 'subscription_cancel', { couponId: byId('STAY') }),
			portal(ada['customerId'], 'subscription_update', { afterwards: 'hosted_confirmation' }),
			portal(ada['accountId'], 'subscription_update_confirm', {
				priceId: byId(TEAM_MONTHLY),
				options: { quantity: 2, couponId: 'STAY', locale: 'hu' },
			}),
			portal(ada['accountId'], 'subscription_pause'),
			portal(ada['accountId'], 'customer_update'),
		]);
		for (const row of rows) expect(row).toMatchObject({ url: hinting('http'), mode: 'test' });
		expect(rows[0]).toMatchObject({ accountId: ada['accountId'], page: 'home' });
		expect(rows[2]).toMatchObject({ subscriptionId: ada['subscriptionId'] });
		expect(flows().sort()).toEqual([
			'customer_update',
			'payment_method_update',
			'subscription_cancel',
			'subscription_pause',
			'subscription_update',
			'subscription_update_confirm',
			undefined,
		]);
		const calls = stripe.callsOf('POST /v1/billing_portal/sessions');
		const ofType = (type: string) => calls.find((call) => call['flow_data[type]'] === type);
		expect(ofType('payment_method_update')).toMatchObject({
			return_url: returnUrl,
			'flow_data[after_completion][type]': 'redirect',
			'flow_data[after_completion][redirect][return_url]': returnUrl,
		});
		expect(ofType('subscription_cancel')).toMatchObject({
			'flow_data[subscription_cancel][retention][coupon_offer][coupon]': 'STAY',
			'flow_data[after_completion][type]': 'portal_homepage',
		});
		expect(ofType('subscription_update_confirm')).toMatchObject({
			'flow_data[subscription_update_confirm][items][0][price]': TEAM_MONTHLY,
			'flow_data[subscription_update_confirm][items][0][quantity]': '2',
			'flow_data[subscription_update_confirm][discounts][0][coupon]': 'STAY',
			locale: 'hu',
		});
	});

	it('gives a fresh link every time', async () => {
		const ada = await started();
		const item = portal(ada['accountId'], 'payment_method_update');
		const rows = await stripe.run([item, item]);
		expect(rows[0]?.['url']).not.toBe(rows[1]?.['url']);
	});

	/** Which cards are there to be charged: the subscription's own, else the customer's. */
	async function cardsOf({ subscriptionId, customerId }: Json) {
		const subscription = await stripe.stripe('GET', `subscriptions/${String(subscriptionId)}`);
		const customer = await stripe.stripe('GET', `customers/${String(customerId)}`);
		return {
			own: subscription['default_payment_method'],
			customers: (customer['invoice_settings'] as Json)['default_payment_method'],
		};
	}

	it('lets the card that is added there be charged, also where the subscription had one of its own', async () => {
		const ada = await paying();
		const { own } = await cardsOf(ada);
		expect(own).toEqual(expect.stringMatching(/^pm_/));
		const { url } = await stripe.runOne(portal(ada['accountId'], 'payment_method_update'));
		expect(await cardsOf(ada)).toEqual({ own: null, customers: own });

		const card = new URLSearchParams({ card: '5555555555554444' });
		await fetch(`${String(url)}/card`, { method: 'POST', body: card, redirect: 'manual' });
		await stripe.passDays(ada['customerId'], 32);
		const { data } = await stripe.stripe('GET', ofCustomer('payment_intents', ada));
		const { customers } = await cardsOf(ada);
		expect(customers).not.toBe(own);
		expect(data[0]).toMatchObject({ status: 'succeeded', payment_method: customers });
	});

	it('stands in the timeline, and so does the card that moved, even where no link came of it', async () => {
		const ada = await paying();
		const item = portal(ada['accountId'], 'payment_method_update');
		const route = 'POST /v1/billing_portal/sessions';
		stripe.standIn.faults.add({ route, kind: 'status', status: 400 });
		await expect(stripe.run([item])).rejects.toThrow();
		const told = async () =>
			(await stripe.timelineOf(ada['accountId'])).filter(({ kind }) => /card|link/.test(kind));
		expect(await told()).toMatchObject([{ kind: 'default_card_changed' }]);
		const { url } = await stripe.runOne(item);
		expect(await told()).toMatchObject([
			{ kind: 'default_card_changed', data: { subscriptionId: ada['subscriptionId'] } },
			{ kind: 'portal_link_created', data: { purpose: 'payment_method_update' } },
		]);
		expect(JSON.stringify(await told())).not.toContain(String(url));
	});

	it('leaves the cards of a customer with several subscriptions alone', async () => {
		const ada = await paying();
		const before = await cardsOf(ada);
		await stripe.stripe('POST', 'subscriptions', {
			customer: String(ada['customerId']),
			'items[0][price]': TEAM_MONTHLY,
		});
		await stripe.runOne(portal(ada['accountId'], 'payment_method_update'));
		expect(await cardsOf(ada)).toEqual(before);
	});

	it('has a page for customers without a subscription', async () => {
		const row = await stripe.runOne({
			resource: 'customer',
			operation: 'createOrUpdate',
			email: 'new@example.com',
			accountId: '',
			additionalFields: {},
			metadata: {},
		});
		expect(await stripe.runOne(portal(row['email'], 'payment_method_update'))).toMatchObject({
			customerId: row['customerId'],
			subscriptionId: null,
		});
	});

	it('names what cannot be, and goes on', async () => {
		const gone = await ended('gone@example.com');
		const several = await stripe.runOne(
			startTrial('several@example.com', {
				additionalFields: { moreItems: { item: [{ priceId: TEAM_MONTHLY, quantity: 1 }] } },
			}),
		);
		const rows = await stripe.run(
			[
				portal('acct_404', 'home'),
				portal(gone['accountId'], 'subscription_cancel'),
				portal(several['accountId'], 'subscription_update_confirm', {
					priceId: byId(TEAM_MONTHLY),
				}),
				portal(gone['accountId'], 'home', { returnUrl: 'nowhere' }),
				portal(gone['subscriptionId'], 'payment_method_update'),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { httpCode: 404 } },
			{ error: { code: 'subscription_over', hint: hinting('Reactivate') } },
			{ error: { code: 'which_item', hint: hinting('Change Plan') } },
			{ error: { message: '"Return URL" is not a web address' } },
			{ url: hinting('http') },
		]);
	});
});
