import { Webhook } from 'standardwebhooks';
import { accountIdFor } from '../../lifecycle/account-id.ts';
import type { Delivery } from '../../sandbox/acme/milestones.ts';
import { acmeSigningSecret } from '../../sandbox/secrets.ts';
import { submitSignUp } from '../../sandbox/sign-up-form.ts';
import { control, nextExecution, resetStandIn, sharedN8n, stateOf } from '../support/n8n.ts';
import { whileDamaged, whileSecretIsMissing, type Outage } from '../support/outages.ts';
import { waitFor } from '../support/wait-for.ts';

const WORKFLOW = 'saasMilestonesIntake';
const REACHED_AT = '2026-11-20T08:30:00.000Z';
const MINUTE_MS = 60_000;

interface Sent {
	readonly secret?: string;
	readonly ageMs?: number;
	/** What goes over the wire, where it is not what was signed. */
	readonly sentBody?: string;
}

describe('what the product tells of milestones', () => {
	const { client, standIns, folder } = sharedN8n();
	const email = 'mary.milestones@example.com';
	const accountId = accountIdFor(email);

	jest.setTimeout(120_000);

	beforeAll(async () => {
		const person = { name: 'Mary Shelley', email };
		const ending = await submitSignUp(`${client.url}/form/saas-trial-signup`, person);
		expect(ending.status).toBe('redirect');
	});
	afterAll(async () => void (await Promise.all(Object.values(standIns).map(resetStandIn))));

	const report = (milestone: string, more: object = {}) => ({
		type: 'milestone.reached',
		timestamp: REACHED_AT,
		data: { accountId, milestone, ...more },
	});

	async function send(
		body: unknown,
		{ secret = acmeSigningSecret, ageMs = 0, sentBody }: Sent = {},
	) {
		const text = JSON.stringify(body);
		const at = new Date(Date.now() - ageMs);
		const response = await fetch(`${client.url}/webhook/saas-milestones`, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'webhook-id': 'msg_1',
				'webhook-timestamp': String(Math.floor(+at / 1000)),
				'webhook-signature': new Webhook(secret).sign('msg_1', at, text),
			},
			body: sentBody ?? text,
		});
		return { status: response.status, answer: (await response.json()) as object };
	}

	async function eventsOf(name: string) {
		const { events } = await stateOf<{
			readonly events: ReadonlyArray<{
				readonly name: string;
				readonly createdAt: number;
			}>;
		}>(standIns.intercom);
		return events.filter((event) => event.name === name);
	}

	it('is remembered and told to Intercom, once, however often it is told', async () => {
		const remembered = { recorded: true, milestone: 'wrote_novel', reachedAt: REACHED_AT };
		const later = { ...report('wrote_novel'), timestamp: '2026-11-21T08:30:00.000Z' };
		for (const body of [report('wrote_novel'), report('wrote_novel'), later]) {
			expect(await send(body)).toEqual({ status: 200, answer: remembered });
		}
		const [event, ...others] = await eventsOf('wrote_novel');
		expect(event?.createdAt).toBe(Date.parse(REACHED_AT) / 1000);
		expect(others).toEqual([]);
	});

	it.each<[string, Sent]>([
		['has another secret', { secret: 'whsec_b3RoZXI=' }],
		['was changed on its way', { sentBody: JSON.stringify(report('forged', { more: 1 })) }],
		['was spelt anew', { sentBody: JSON.stringify(report('forged'), null, 1) }],
		['is old', { ageMs: 6 * MINUTE_MS }],
	])('is refused when it %s', async (_what, sent) => {
		expect((await send(report('forged'), sent)).status).toBe(401);
		expect(await eventsOf('forged')).toEqual([]);
	});

	it('is refused without a signature', async () => {
		const url = `${client.url}/webhook/saas-milestones`;
		const response = await fetch(url, { method: 'POST', body: JSON.stringify(report('forged')) });
		expect(response.status).toBe(401);
		expect(await eventsOf('forged')).toEqual([]);
	});

	it.each<[string, object]>([
		['another type', { type: 'invoice.paid', data: { accountId, milestone: 'x' } }],
		['no account', { type: 'milestone.reached', data: { milestone: 'x' } }],
		['no milestone', { type: 'milestone.reached', data: { accountId } }],
		['no data', { type: 'milestone.reached' }],
	])('is a mistake with %s', async (_what, body) => {
		expect((await send(body)).status).toBe(400);
	});

	it('is asked for again while the account is not known', async () => {
		const { status, answer } = await send(report('wrote_novel', { accountId: 'acct_nobody' }));
		expect(status).toBe(404);
		expect(answer).toMatchObject({ title: expect.stringContaining('repeat later') as string });
	});

	it('is asked for again while Intercom is down, and complete in the end', async () => {
		const down = { route: '*', kind: 'status', status: 503, times: 1000 };
		await control(standIns.intercom, 'POST', '/faults', down);
		const known = new Set((await client.executions(WORKFLOW)).map(({ id }) => id));
		expect((await send(report('wrote_sequel'))).status).toBe(503);
		expect((await nextExecution(client, WORKFLOW, known)).status).toBe('error');
		await control(standIns.intercom, 'DELETE', '/faults');
		expect((await send(report('wrote_sequel'))).status).toBe(200);
		expect(await eventsOf('wrote_sequel')).toHaveLength(1);
	});

	it.each<[string, string, Outage]>([
		[
			'checked',
			'Verify signature',
			async (work) => await whileSecretIsMissing(client, standIns, work),
		],
		['looked up', 'Known account?', async (work) => await whileDamaged(folder, 'milestones', work)],
		['kept', 'Record milestone', async (work) => await whileDamaged(folder, 'timeline', work)],
	])('is asked for again while it cannot be %s', async (what, node, during) => {
		const milestone = `wrote_${what.replace(' ', '_')}`;
		const known = new Set((await client.executions(WORKFLOW)).map(({ id }) => id));
		await during(async () => expect((await send(report(milestone))).status).toBe(503));
		const { status, data } = await nextExecution(client, WORKFLOW, known);
		expect(status).toBe('error');
		const [answer] = data.resultData.runData['Answer: repeat later'] ?? [];
		expect(answer?.source?.[0]?.previousNode).toBe(node);
		expect((await send(report(milestone))).status).toBe(200);
		expect(await eventsOf(milestone)).toHaveLength(1);
	});

	it('comes from the product itself when something is done in it', async () => {
		await control(standIns.acme, 'POST', `/instances/${accountId}/milestones`, {
			name: 'created_project',
		});
		await waitFor('the delivery of the milestone', async () => {
			const { deliveries } = await stateOf<{ readonly deliveries: readonly Delivery[] }>(
				standIns.acme,
			);
			return deliveries.find(
				({ milestone, state }) => [milestone, state].join() === 'created_project,delivered',
			);
		});
		expect(await eventsOf('created_project')).toHaveLength(1);
	});
});
