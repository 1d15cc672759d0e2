import type { ItemParams } from '../../support/execute-node.ts';
import { DAY_MS, hinting, PRO_MONTHLY, TEAM_MONTHLY, useStripe } from './harness.ts';
import { onSubscription, peopleOf } from './people.ts';

const stripe = useStripe();
const { inTrial, paying, ended } = peopleOf(stripe);

const get = (of: unknown) => onSubscription('get', of);

const cancel = (of: unknown, when: string, options: ItemParams = {}) =>
	onSubscription('cancel', of, { when, options });

const pause = (of: unknown, more: ItemParams = {}) => onSubscription('pause', of, more);

describe('Subscription > Get', () => {
	it('shows plans, price and dates, by any name of the account', async () => {
		const [ada, bob] = [await paying('ada@example.com'), await inTrial('bob@example.com')];
		const rows = await stripe.run(
			[
				get(ada['subscriptionId']),
				get(ada['accountId']),
				get(bob['email']),
				get('sub_404'),
				get(bob['customerId']),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{
				accountId: ada['accountId'],
				status: 'active',
				amount: 29,
				currency: 'USD',
				priceId: PRO_MONTHLY,
				plans: [{ unitAmount: 29, currency: 'USD', interval: 'month', intervalCount: 1 }],
				cardOnFile: true,
				collectionPaused: false,
				discounted: false,
				cancelsAt: null,
				mode: 'test',
			},
			{ subscriptionId: ada['subscriptionId'] },
			{ status: 'trialing', trialEndsAt: bob['trialEndsAt'] },
			{ error: { code: 'resource_missing', httpCode: 404 } },
			{ subscriptionId: bob['subscriptionId'] },
		]);
	});
});

describe('Subscription > Cancel', () => {
	it('ends one with its period and one now, and repeats change nothing', async () => {
		const [ada, bob] = [await paying('ada@example.com'), await paying('bob@example.com')];
		const items = [
			cancel(ada['subscriptionId'], 'at_end', { feedback: 'too_expensive' }),
			cancel(bob['subscriptionId'], 'now', { comment: 'Bye' }),
		];
		const [first, second] = await stripe.run(items);
		expect(first).toMatchObject({
			changed: true,
			status: 'active',
			cancellationReason: 'too_expensive',
		});
		expect(first?.['cancelsAt']).toBe(first?.['currentPeriodEndsAt']);
		expect(second).toMatchObject({
			changed: true,
			status: 'canceled',
			cancellationComment: 'Bye',
			endedAt: expect.any(String) as string,
		});
		expect(await stripe.run(items)).toMatchObject([{ changed: false }, { changed: false }]);
	});

	it('credits unused time when asked to', async () => {
		const ada = await paying();
		await stripe.passDays(ada['customerId'], 10);
		stripe.forgetCalls();
		await stripe.runOne(cancel(ada['subscriptionId'], 'now', { prorate: true, invoiceNow: true }));
		const [call] = stripe.callsOf('DELETE /v1/subscriptions/:id');
		expect(call).toMatchObject({ prorate: 'true', invoice_now: 'true' });
	});

	it('names what Stripe does not know and goes on', async () => {
		const ada = await paying();
		const rows = await stripe.run([cancel('acct_404', 'now'), cancel(ada['accountId'], 'at_end')], {
			continueOnFail: true,
		});
		expect(rows).toMatchObject([{ error: { httpCode: 404 } }, { changed: true }]);
	});
});

describe('Subscription > Pause', () => {
	it('pauses the subscription or the collection only, and repeats change nothing', async () => {
		const [ada, bob] = [await paying('ada@example.com'), await paying('bob@example.com')];
		const resumesAt = new Date(Math.ceil(Date.now() / DAY_MS + 40) * DAY_MS).toISOString();
		const items = [
			pause(ada['subscriptionId']),
			pause(bob['subscriptionId'], { what: 'collection', invoices: 'keep_as_draft', resumesAt }),
		];
		expect(await stripe.run(items)).toMatchObject([
			{ changed: true, status: 'paused', pausedFor: 'pause_requested' },
			{ changed: true, status: 'active', collectionPaused: true },
		]);
		expect(await stripe.run(items)).toMatchObject([{ changed: false }, { changed: false }]);
		const raw = await stripe.stripe('GET', `subscriptions/${String(bob['subscriptionId'])}`);
		expect(raw['pause_collection']).toEqual({
			behavior: 'keep_as_draft',
			resumes_at: Date.parse(resumesAt) / 1000,
		});
	});

	it('says why Stripe would refuse', async () => {
		const gone = await ended('gone@example.com');
		const ada = await paying();
		const classic = await stripe.stripe('POST', 'subscriptions', {
			customer: String(ada['customerId']),
			'items[0][price]': TEAM_MONTHLY,
			'billing_mode[type]': 'classic',
		});
		const rows = await stripe.run(
			[
				pause(gone['subscriptionId']),
				pause(classic['id']),
				pause(ada['subscriptionId'], { what: 'collection', resumesAt: 'soon' }),
				pause(ada['subscriptionId'], { creditUnusedTime: true }),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { code: 'not_running' } },
			{ error: { code: 'classic_billing_mode', hint: hinting('collection') } },
			{ error: { message: '"Resume At" is not a date' } },
			{ changed: true },
		]);
	});
});
