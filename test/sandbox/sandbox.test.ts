import { INTERCOM } from '../contract/intercom-routes.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { intercomToken } from '../../sandbox/secrets.ts';

const ports = { timeMachine: 0, stripe: 0, intercom: 0, acme: 0 };

describe('the sandbox', () => {
	it('starts everything on the loopback address and ends it again', async () => {
		const sandbox = await startSandbox();
		const urls = [sandbox.stripe, sandbox.intercom, sandbox.acme, sandbox.timeMachine].map(
			({ url }) => url,
		);
		expect(new Set(urls).size).toBe(4);
		for (const url of urls) {
			expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
			expect((await fetch(url)).status).toBeLessThan(500);
		}
		await sandbox.close();
		for (const url of urls) await expect(fetch(url)).rejects.toThrow();
	});

	it('names a port that is in use and leaves nothing behind', async () => {
		const first = await startSandbox();
		const taken = Number(new URL(first.acme.url).port);
		const stripe = Number(new URL(first.stripe.url).port);
		await expect(startSandbox({ ports: { ...ports, acme: taken } })).rejects.toThrow(
			`Port ${taken} for the Acme Boards stand-in is in use`,
		);
		await first.close();
		const second = await startSandbox({ ports: { ...ports, acme: taken, stripe } });
		await second.close();
	});

	it('lets every service record in the time in which the account lives', async () => {
		const { stripe, intercom, acme, timeMachine, close } = await startSandbox();
		underContract(STRIPE, stripe);
		underContract(INTERCOM, intercom);
		const post = async <Answer>(url: string, content: object, headers = {}) => {
			const body = JSON.stringify(content);
			return (await (await fetch(url, { method: 'POST', headers, body })).json()) as Answer;
		};
		const daysAhead = (instant: string | number) =>
			Math.round((new Date(instant).getTime() - Date.now()) / 86_400_000);
		const ada = { name: 'Ada', email: 'ada@example.com' };
		const { id } = await post<{ id: string }>(`${timeMachine.url}/api/people`, ada);
		await post(`${timeMachine.url}/api/people/${id}/clock`, { hours: 40 * 24 });

		await post(`${acme.url}/_control/instances/${id}/milestones`, { name: 'created_project' });
		const { instances } = (await (await fetch(`${acme.url}/_control/state`)).json()) as {
			instances: Array<{ milestones: Array<{ at: string }> }>;
		};
		expect(daysAhead(instances[0]?.milestones[0]?.at ?? '')).toBe(40);

		const contact = await post<{ created_at: number }>(
			`${intercom.url}/contacts`,
			{ external_id: id, email: ada.email },
			{ authorization: `Bearer ${intercomToken}`, 'content-type': 'application/json' },
		);
		expect(daysAhead(contact.created_at * 1000)).toBe(40);
		expect(daysAhead(stripe.account.now(null) * 1000) + 0).toBe(0);
		await close();
	});
});
