import type { Execution } from '../../sandbox/n8n/client.ts';
import { useFlow, type Person } from '../support/flow.ts';

const FLOW = 'saasBillingReconciliation';

const aNode = (
	name: string,
	type: string,
	parameters: Readonly<Record<string, unknown>>,
	credentials: Readonly<Record<string, { readonly id: null; readonly name: string }>>,
) => ({
	id: name,
	name,
	type: `n8n-nodes-saas-lifecycle.${type}`,
	typeVersion: 1,
	position: [0, 0],
	webhookId: name,
	parameters,
	credentials,
});

/** A flow that gives its events up at the first failure, and fails while the product is down. */
const FRAGILE = {
	id: 'fragileFlow',
	name: 'Fragile',
	active: false,
	settings: { executionOrder: 'v1' },
	nodes: [
		aNode(
			'Leaving',
			'stripeTrialTrigger',
			{ events: ['cancellation_scheduled'], options: { maxAttempts: 1 } },
			{ stripeTrialApi: { id: null, name: 'Stripe Trial' } },
		),
		aNode(
			'Look',
			'accessProvisioning',
			{ resource: 'access', operation: 'get', accountId: '={{ $json.account.accountId }}' },
			{ accessProvisioningApi: { id: null, name: 'Access Provisioning' } },
		),
	],
	connections: { Leaving: { main: [[{ node: 'Look', type: 'main', index: 0 }]] } },
};

describe('the nightly comparison with Stripe', () => {
	const flow = useFlow([FLOW], {}, [FRAGILE]);
	jest.setTimeout(300_000);

	// While nobody listens, every change is one that nobody told.
	beforeAll(async () => {
		await flow.client.request('POST', '/rest/workflows/fragileFlow/deactivate', {});
	});

	const night = async () => await flow.runNow(FLOW, 'Every night');

	/** The row that sums a night up. */
	function summaryOf({ data }: Execution) {
		const run = data.resultData.runData['Summary']?.at(-1);
		return run?.data?.['main']?.[0]?.[0]?.json;
	}

	const end = async ({ subscription }: Person) =>
		await flow.stripe('DELETE', `subscriptions/${subscription}`);

	it('brings in who is there, and finds nothing the next night', async () => {
		await flow.person('ada');
		await flow.person('bob', { card: null, trialDays: 14 });
		const first = await night();
		expect(first.status).toBe('success');
		expect(summaryOf(first)).toMatchObject({ subscriptions: 2, driftsMended: 0 });
		expect(summaryOf(await night())).toMatchObject({
			subscriptions: 2,
			created: 0,
			driftsMended: 0,
			accountsToMend: 0,
			accessChanged: 0,
			failedEvents: 0,
		});
	});

	it('mends what nobody told, and gives the right access, once', async () => {
		const cyd = await flow.person('cyd');
		await night();
		await end(cyd);
		const run = await night();
		expect(run.status).toBe('success');
		expect(summaryOf(run)).toMatchObject({ driftsMended: 1, accessChanged: 1 });
		expect(await flow.accessOf(cyd)).toBe('suspended');
		expect(summaryOf(await night())).toMatchObject({ driftsMended: 0, accessChanged: 0 });
	});

	it('leaves alone what was taken away for another reason', async () => {
		const dan = await flow.person('dan');
		await flow.product('PUT', `/instances/${dan.accountId}/access`, {
			level: 'read_only',
			reason: 'abuse',
		});
		await night();
		await end(dan);
		expect((await night()).status).toBe('success');
		expect(await flow.accessOf(dan)).toBe('read_only');
	});

	it('fails visibly while the product is down, and the next night completes it', async () => {
		const eve = await flow.person('eve');
		await night();
		await flow.product('PUT', `/instances/${eve.accountId}/access`, { level: 'grace' });
		await flow.stripe('POST', `subscriptions/${eve.subscription}`, {
			cancel_at_period_end: 'true',
		});
		await night();
		expect(await flow.accessOf(eve)).toBe('full');
		await end(eve);
		await flow.strike('acme', { route: '*', kind: 'status', status: 503, times: 10_000 });
		const failed = await night();
		expect(failed.status).toBe('error');
		expect(failed.data.resultData.error?.message).toMatch(/was not mended/);
		expect(summaryOf(failed)).toMatchObject({ driftsMended: 1, accessChanged: 0 });
		await flow.heal('acme');
		expect((await night()).status).toBe('success');
		expect(await flow.accessOf(eve)).toBe('suspended');
	});

	it('hands events on which a flow has failed for good to that flow again', async () => {
		await flow.client.publish('fragileFlow');
		const fay = await flow.person('fay');
		await flow.strike('acme', { route: '*', kind: 'status', status: 503, times: 10_000 });
		await flow.stripe('POST', `subscriptions/${fay.subscription}`, {
			cancel_at_period_end: 'true',
		});
		await flow.nextFailure('fragileFlow', new Set());
		await flow.heal('acme');
		await flow.waitFor('the event to be replayed', async () =>
			Number(summaryOf(await night())?.['failedEvents']) > 0 ? true : undefined,
		);
		await flow.told('fragileFlow', fay, '"event":"cancellation_scheduled"');
		expect(summaryOf(await night())).toMatchObject({ failedEvents: 0 });
	});
});
