import { stripeSecretKey } from '../../sandbox/secrets.ts';
import { CARD_OF_KIND } from '../../sandbox/stripe/billing/test-cards.ts';
import { signatureHeader } from '../../sandbox/stripe/events/signature.ts';
import { createStripeStandIn } from '../../sandbox/stripe/index.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { control } from '../support/n8n.ts';
import { askStripe, startTrialAt } from '../support/stripe.ts';
import { TRIGGER, triggerFlow, useTriggerFlows } from '../support/trigger-flows.ts';
import { waitFor } from '../support/wait-for.ts';

/** A flow that takes its time over cancellations. */
const aWorkflow = (
	id: string,
	parameters: Readonly<Record<string, unknown>> = {},
	waitSeconds = 0,
) =>
	triggerFlow(
		id,
		{
			type: 'stripeTrialTrigger',
			typeVersion: 1,
			parameters: { events: ['trial_started', 'cancellation_scheduled'], ...parameters },
			credential: ['stripeTrialApi', 'stripe'],
		},
		waitSeconds,
	);

const POLLING = { pollingOnly: true, options: { pullMinutes: 0.05 } };

/** Answers with a link by which the customer of a subscription leaves a card. */
const CARD_LINK = {
	id: 'link',
	name: 'link',
	active: false,
	settings: { executionOrder: 'v1' },
	nodes: [
		{
			id: 'link-asked',
			name: 'Asked',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: [0, 0],
			webhookId: 'link-hook',
			parameters: { path: 'card-link', responseMode: 'lastNode', options: {} },
		},
		{
			id: 'link-checkout',
			name: 'Checkout',
			type: 'n8n-nodes-saas-lifecycle.stripeTrial',
			typeVersion: 1,
			position: [200, 0],
			parameters: {
				resource: 'link',
				operation: 'createCheckout',
				checkoutMode: 'setup',
				subscription: { __rl: true, mode: 'id', value: '={{ $json.query.subscription }}' },
				successUrl: 'https://app.example.com/welcome',
			},
			credentials: { stripeTrialApi: { id: 'stripe', name: 'stripe' } },
		},
	],
	connections: { Asked: { main: [[{ node: 'Checkout', type: 'main', index: 0 }]] } },
};

const TEAM_MONTHLY = 'price_boards_team_monthly';
/** As the panel stores what was chosen from its lists. */
const TEAM_ONLY = {
	...POLLING,
	filters: {
		prices: { price: [{ priceId: { __rl: true, mode: 'list', value: TEAM_MONTHLY } }] },
		products: {
			product: [{ productId: { __rl: true, mode: 'id', value: 'prod_acme_boards_team' } }],
		},
	},
};

interface Told {
	readonly event: string;
	readonly account: { readonly email: string };
}

describe('the Stripe Trial Trigger in a real n8n', () => {
	jest.setTimeout(180_000);

	const flows = useTriggerFlows({
		workflows: [
			aWorkflow('one', {}, 5),
			aWorkflow('two'),
			aWorkflow('poll', POLLING),
			aWorkflow('card', { ...POLLING, events: ['payment_method_added', 'trial_converted'] }),
			CARD_LINK,
			aWorkflow('team', TEAM_ONLY),
		],
		createStandIn: () =>
			underContract(STRIPE, createStripeStandIn({ settings: { searchLagSeconds: 0 } })),
		credentials: (baseUrl) => [
			{
				id: 'stripe',
				name: 'stripe',
				type: 'stripeTrialApi',
				data: { secretKey: stripeSecretKey, baseUrl },
			},
		],
	});

	async function startTrial(name: string): Promise<string> {
		const email = `${name}@example.com`;
		return (await startTrialAt(flows.vendorUrl, { email })).subscription;
	}

	const startTrials = async (...names: string[]) =>
		await Promise.all(names.map(async (name) => await startTrial(name)));

	const endpoints = async () =>
		(
			await askStripe<{ data: Array<{ url: string }> }>(flows.vendorUrl, 'GET', 'webhook_endpoints')
		).data.map(({ url }) => new URL(url).pathname);

	const expectTold = async (workflow: string, names: readonly string[], about = 'trial_started') =>
		await flows.expectTold<Told>(workflow, names, ({ event, account }) =>
			event === about ? account.email.split('@')[0] : undefined,
		);

	const FIRST = ['ada', 'bob', 'cyd', 'dan', 'eve'];
	const SECOND = ['fay', 'gus', 'hal'];

	it('has one endpoint for all', async () => {
		expect(await endpoints()).toHaveLength(1);
	});

	it('tells each workflow of each event once', async () => {
		await startTrials(...FIRST);
		for (const workflow of ['one', 'two', 'poll']) await expectTold(workflow, FIRST);
	});

	it.each([
		['searchPrices', 'prices.price[0].priceId', 'team - 99 usd', TEAM_MONTHLY],
		['searchProducts', 'products.product[0].productId', 'team', 'prod_acme_boards_team'],
	])('offers what %s finds for its filter', async (methodName, path, filter, value) => {
		const { data } = await flows.client.request<{ data: { results: Array<{ value: string }> } }>(
			'POST',
			'/rest/dynamic-node-parameters/resource-locator-results',
			{
				nodeTypeAndVersion: { name: 'n8n-nodes-saas-lifecycle.stripeTrialTrigger', version: 1.1 },
				path: `parameters.filters.${path}`,
				methodName,
				filter,
				currentNodeParameters: TEAM_ONLY,
				credentials: { stripeTrialApi: { id: 'stripe', name: 'stripe' } },
			},
		);
		expect(data.results.map((entry) => entry.value)).toEqual([value]);
	});

	it('refuses what is not from Stripe, and what is of the other mode', async () => {
		const url = `${flows.n8n.url}${(await endpoints())[0]}`;
		const { secret } = [...flows.standIn.account.webhookEndpoints.newestFirst()][0]?.hidden ?? {};
		const [template] = flows.standIn.account.events.table.newestFirst();
		const post = async (event: object, secrets: readonly string[], age = 0) => {
			const body = JSON.stringify(event);
			const signature = signatureHeader(body, secrets, Math.floor(Date.now() / 1000) - age);
			const reply = await fetch(url, {
				method: 'POST',
				body,
				headers: { 'content-type': 'application/json', 'stripe-signature': signature },
			});
			return [reply.status, ((await reply.json()) as { message: string }).message];
		};
		expect(await post({ ...template, id: 'evt_x' }, ['whsec_forged'])).toEqual([
			401,
			expect.stringContaining('No signature matches'),
		]);
		expect(await post({ ...template, id: 'evt_x' }, [secret ?? ''], 400)).toEqual([
			401,
			expect.any(String),
		]);
		expect(await post({ ...template, id: 'evt_x', livemode: true }, [secret ?? ''])).toEqual([
			400,
			'A live event on a flow with a test key',
		]);
		expect(await post({ ...template }, [secret ?? ''])).toEqual([200, expect.any(String)]);
		expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(400);
	});

	it('tells after a stop what happened meanwhile, and nothing again', async () => {
		await flows.n8n.stop();
		await startTrials(...SECOND);
		await flows.start();
		for (const workflow of ['one', 'two', 'poll']) {
			await expectTold(workflow, [...FIRST, ...SECOND]);
		}
		expect(await endpoints()).toHaveLength(1);
	});

	it('tells again what was under way when n8n was killed', async () => {
		const subscription = await startTrial('ivy');
		await expectTold('one', [...FIRST, ...SECOND, 'ivy']);
		await askStripe(flows.vendorUrl, 'POST', `subscriptions/${subscription}`, {
			cancel_at_period_end: 'true',
		});
		// Through before the kill, while the other takes its seconds: so it is not told again.
		await expectTold('two', ['ivy'], 'cancellation_scheduled');
		await flows.expectToldAgainAfterKill('one');
		await expectTold('two', ['ivy'], 'cancellation_scheduled');
	});

	it('hands the endpoint on when its workflow is unpublished, and removes it with the last', async () => {
		const holder = (await endpoints())[0]?.includes('one') ? 'one' : 'two';
		const other = holder === 'one' ? 'two' : 'one';
		await flows.unpublish(holder);
		await startTrial('joe');
		await expectTold(other, [...FIRST, ...SECOND, 'ivy', 'joe']);
		await waitFor('the other to hold the endpoint', async () =>
			(await endpoints())[0]?.includes(other) ? true : undefined,
		);
		await flows.unpublish(other);
		await waitFor('no endpoint', async () => ((await endpoints()).length === 0 ? true : undefined));
		await startTrial('kim');
		await expectTold('poll', [...FIRST, ...SECOND, 'ivy', 'joe', 'kim']);
	});

	it('goes on where it stopped when it is published again', async () => {
		await flows.client.publish('two');
		await expectTold('two', [...FIRST, ...SECOND, 'ivy', 'joe', 'kim']);
		for (let time = 0; time < 3; time++) {
			await flows.unpublish('two');
			await flows.client.publish('two');
		}
		expect(await endpoints()).toHaveLength(1);
	});

	it('tells a workflow with a filter only of what was chosen', async () => {
		const email = 'tia@example.com';
		await startTrialAt(flows.vendorUrl, { email }, { 'items[0][price]': TEAM_MONTHLY });
		await expectTold('team', ['tia']);
	});

	it('makes a new endpoint when the key in the credential is changed, and misses nothing', async () => {
		const [before] = flows.standIn.account.webhookEndpoints.newestFirst();
		await flows.client.request('PATCH', '/rest/credentials/stripe', {
			name: 'Stripe',
			type: 'stripeTrialApi',
			data: { secretKey: `${stripeSecretKey}Rolled`, baseUrl: flows.vendorUrl },
		});
		await startTrial('lou');
		await waitFor(
			'another endpoint alone',
			async () => {
				const [now, ...others] = flows.standIn.account.webhookEndpoints.newestFirst();
				return (now && now.id !== before?.id && others.length === 0) || undefined;
			},
			100_000,
		);
		await startTrial('max');
		await expectTold('two', [...FIRST, ...SECOND, 'ivy', 'joe', 'kim', 'lou', 'max', 'tia']);
	});

	it('charges the card that a customer leaves by a link, when the trial ends', async () => {
		const { id: clock } = await askStripe(flows.vendorUrl, 'POST', 'test_helpers/test_clocks', {
			frozen_time: String(Math.floor(Date.now() / 1000)),
		});
		const { customer, subscription } = await startTrialAt(flows.vendorUrl, {
			email: 'ned@example.com',
			test_clock: clock,
		});
		const link = await fetch(`${flows.n8n.url}/webhook/card-link?subscription=${subscription}`);
		const { url } = (await link.json()) as { url: string };
		const body = new URLSearchParams({ card: CARD_OF_KIND.good });
		expect((await fetch(url, { method: 'POST', body, redirect: 'manual' })).status).toBe(303);
		await expectTold('card', ['ned'], 'payment_method_added');

		await control(flows.vendorUrl, 'POST', '/clock', { customer, days: 15 });
		await expectTold('card', ['ned'], 'trial_converted');
		await expectTold('card', ['ned'], 'payment_method_added');
		expect(await askStripe(flows.vendorUrl, 'GET', `subscriptions/${subscription}`)).toMatchObject({
			status: 'active',
			default_payment_method: expect.stringMatching(/^pm_/),
		});
		const { data } = await askStripe<{ data: object[] }>(
			flows.vendorUrl,
			'GET',
			`invoices?subscription=${subscription}`,
		);
		expect(data[0]).toMatchObject({ status: 'paid', amount_paid: 2900 });
	});

	it('shows the newest example in the editor where there is nothing to listen at', async () => {
		const id = await flows.client.runWorkflow('poll', TRIGGER);
		const execution = await waitFor('the example', async () => {
			const run = await flows.client.execution(id);
			return run.status === 'running' || run.status === 'new' ? undefined : run;
		});
		expect(execution.status).toBe('success');
		const [outputs] = execution.data.resultData.runData[TRIGGER] ?? [];
		expect(outputs?.data?.['main']?.flat()).toHaveLength(1);
	});

	it('listens for a test event in the editor, beside the published flow', async () => {
		const known = new Set((await flows.client.executions('two')).map(({ id }) => id));
		await flows.client.request('POST', '/rest/workflows/two/run', {
			triggerToStartFrom: { name: TRIGGER },
		});
		expect(await endpoints()).toEqual([
			expect.stringContaining('/webhook-test/'),
			expect.stringContaining('/webhook/'),
		]);
		await startTrial('lea');
		const runs = await waitFor('both executions', async () => {
			const news = (await flows.client.executions('two')).filter(({ id }) => !known.has(id));
			return news.length === 2 && news.every(({ status }) => status === 'success')
				? news
				: undefined;
		});
		expect(runs.map(({ mode }) => mode).sort()).toEqual(['manual', 'trigger']);
		await waitFor('the test endpoint to go', async () =>
			(await endpoints()).length === 1 ? true : undefined,
		);
	});
});
