import type { ItemParams } from '../../support/execute-node.ts';
import {
	byId,
	PRO_MONTHLY,
	PRO_YEARLY,
	startTrial,
	TEAM_MONTHLY,
	useStripe,
	type Json,
} from './harness.ts';
import { onSubscription, peopleOf } from './people.ts';

const stripe = useStripe();
const { ended, inTrial, lapsed, paying } = peopleOf(stripe);

const getMany = (resource: string, more: ItemParams = {}): ItemParams => ({
	resource,
	operation: 'getMany',
	returnAll: true,
	metadata: {},
	filters: {},
	...more,
});

const emailsOf = (rows: readonly Json[]) => rows.map(({ email }) => email).sort();

/** Everybody's time at once: the sandbox's own. Lists leave out those on test clocks. */
async function withoutClock(email: string, more: ItemParams = {}): Promise<Json> {
	return await stripe.runOne(startTrial(email, more));
}

const metadata = (key: string, value: string) => ({ entry: [{ key, value }] });

describe('Trial > Get Many', () => {
	it('lists the running ones, as many as asked for, and nothing as nothing', async () => {
		expect(await stripe.run([getMany('trial')])).toEqual([]);
		for (const name of ['a', 'b', 'c']) await withoutClock(`${name}@example.com`);
		const rows = await stripe.run([
			getMany('trial'),
			getMany('trial', { returnAll: false, limit: 2 }),
		]);
		expect(rows).toHaveLength(5);
		expect(rows[0]).toMatchObject({
			stage: 'trialing',
			daysLeft: 14,
			atTrialEnd: 'pauses',
			mode: 'test',
		});
	});

	it('reads page after page, one request each', async () => {
		const customer = (await withoutClock('a@example.com'))['customerId'];
		for (let index = 0; index < 120; index++) {
			await stripe.stripe('POST', 'subscriptions', {
				customer: String(customer),
				'items[0][price]': PRO_MONTHLY,
				trial_period_days: '10',
			});
		}
		stripe.forgetCalls();
		expect(await stripe.run([getMany('trial')])).toHaveLength(121);
		const lists = stripe.callsOf('GET /v1/subscriptions');
		expect(lists.filter(({ status }) => status === 'trialing')).toHaveLength(2);
		stripe.forgetCalls();
		await stripe.run([getMany('trial', { returnAll: false, limit: 10 })]);
		expect(stripe.callsOf('GET /v1/subscriptions')).toHaveLength(1);
	});

	it('lets Stripe filter by price and end', async () => {
		await withoutClock('soon@example.com', { trialDays: 3 });
		await withoutClock('late@example.com', { trialDays: 30 });
		await withoutClock('team@example.com', { trialDays: 3, priceId: byId(TEAM_MONTHLY) });
		stripe.forgetCalls();
		const soon = getMany('trial', { endingWithinDays: 5, priceId: byId(PRO_MONTHLY) });
		expect(emailsOf(await stripe.run([soon]))).toEqual(['soon@example.com']);
		const [call] = stripe.callsOf('GET /v1/subscriptions');
		expect(call).toMatchObject({
			price: PRO_MONTHLY,
			'current_period_end[lte]': expect.any(String) as string,
		});
		const team = getMany('trial', { productId: byId('prod_acme_boards_team') });
		expect(emailsOf(await stripe.run([team]))).toEqual(['team@example.com']);
	});

	it('searches by metadata', async () => {
		await withoutClock('ada@example.com', { metadata: metadata('source', 'the "form"') });
		await withoutClock('bob@example.com', { metadata: metadata('source', 'sales') });
		const rows = await stripe.run([
			getMany('trial', { metadata: metadata('source', 'the "form"') }),
			getMany('trial', { metadata: metadata('source', 'nobody') }),
		]);
		expect(emailsOf(rows)).toEqual(['ada@example.com']);
	});

	it('tells lapsed ones from those that converted, and by how long ago it was', async () => {
		stripe.standIn.settings.ownClockPerCustomer = false;
		const paused = await lapsed('paused@example.com', 'pause');
		await lapsed('canceled@example.com', 'cancel');
		await lapsed('billed@example.com', 'create_invoice');
		await paying('paying@example.com');
		await ended('left@example.com');
		await inTrial('running@example.com');
		const clocks = (await stripe.stripe('GET', 'test_helpers/test_clocks?limit=100')).data;
		const of = async (more: ItemParams) => {
			const items = clocks.map(({ id }) =>
				getMany('trial', { ...more, filters: { testClockId: id } }),
			);
			return emailsOf(await stripe.run(items));
		};
		expect(await of({ stage: 'lapsed' })).toEqual([
			'billed@example.com',
			'canceled@example.com',
			'paused@example.com',
		]);
		expect(await of({ stage: 'active' })).toEqual(['paying@example.com']);
		expect(await of({ stage: 'churned' })).toEqual(['left@example.com']);
		expect(await of({ stage: 'trialing' })).toEqual(['running@example.com']);
		expect(await of({ stage: 'any' })).toHaveLength(6);

		await stripe.passDays(paused['customerId'], 10);
		expect(await of({ stage: 'lapsed', lapsedForDays: 5 })).toEqual(['paused@example.com']);
		expect(await of({ stage: 'lapsed', lapsedWithinDays: 5 })).toEqual([
			'billed@example.com',
			'canceled@example.com',
		]);
	});

	it('leaves out customers who were deleted, and goes on after an item that fails', async () => {
		const gone = await withoutClock('gone@example.com');
		await withoutClock('ada@example.com');
		await stripe.stripe('DELETE', `customers/${String(gone['customerId'])}`);
		const rows = await stripe.run(
			[getMany('trial', { priceId: byId('a b') }), getMany('trial', { stage: 'any' })],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { message: '"Price" is malformed' } },
			{ email: 'ada@example.com' },
		]);
	});
});

describe('Subscription > Get Many', () => {
	it('filters by status, customer, price, product and end', async () => {
		const ada = await withoutClock('ada@example.com');
		const bob = await withoutClock('bob@example.com', { priceId: byId(PRO_YEARLY), trialDays: 30 });
		const gone = await withoutClock('gone@example.com');
		await stripe.run([
			onSubscription('cancel', gone['subscriptionId'], { when: 'now', options: {} }),
			onSubscription('cancel', ada['subscriptionId'], { when: 'at_end', options: {} }),
		]);
		const of = async (more: ItemParams) =>
			emailsOf(await stripe.run([getMany('subscription', more)]));
		expect(await of({})).toEqual(['ada@example.com', 'bob@example.com']);
		expect(await of({ status: 'all' })).toHaveLength(3);
		expect(await of({ status: 'canceled' })).toEqual(['gone@example.com']);
		expect(await of({ customer: byId(bob['accountId']) })).toEqual(['bob@example.com']);
		expect(await of({ customer: byId('bob+x@example.com') })).toEqual(['bob@example.com']);
		expect(await of({ customer: byId('acct_404') })).toEqual([]);
		expect(await of({ priceId: byId(PRO_YEARLY) })).toEqual(['bob@example.com']);
		expect(await of({ productId: byId('prod_acme_boards_team') })).toEqual([]);
		expect(await of({ filters: { periodEndsWithinDays: 20 } })).toEqual(['ada@example.com']);
		expect(await of({ filters: { cancellationScheduled: true } })).toEqual(['ada@example.com']);
		expect(await of({ filters: { cancellationScheduled: false } })).toEqual(['bob@example.com']);
		expect(await of({ filters: { createdBefore: '2020-01-01' } })).toEqual([]);
		expect(await of({ filters: { createdAfter: '2020-01-01' } })).toHaveLength(2);
	});

	it('searches by metadata among the live ones', async () => {
		const [ada, bob] = [
			await withoutClock('ada@example.com', { metadata: metadata('team', 'x') }),
			await withoutClock('bob@example.com', { metadata: metadata('team', 'x') }),
		];
		await stripe.runOne(
			onSubscription('cancel', bob['subscriptionId'], { when: 'now', options: {} }),
		);
		const rows = await stripe.run([getMany('subscription', { metadata: metadata('team', 'x') })]);
		expect(rows).toMatchObject([{ subscriptionId: ada['subscriptionId'] }]);
	});

	it('gives the raw objects on request', async () => {
		const ada = await withoutClock('ada@example.com');
		expect(await stripe.run([getMany('subscription', { simplify: false })])).toMatchObject([
			{ id: ada['subscriptionId'], object: 'subscription', mode: 'test' },
		]);
	});
});
