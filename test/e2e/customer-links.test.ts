import { accountIdFor } from '../../lifecycle/account-id.ts';
import { HUMAN_USER_AGENT } from '../../sandbox/browser.ts';
import type { FaultSpec } from '../../sandbox/kernel/faults.ts';
import { walkForm } from '../../sandbox/n8n/form.ts';
import { submitSignUp } from '../../sandbox/sign-up-form.ts';
import { EXPIRED, tokenFor } from '../support/links.ts';
import { control, nextExecution, resetStandIn, sharedN8n, stateOf } from '../support/n8n.ts';
import { whileSecretIsMissing } from '../support/outages.ts';

const WORKFLOW = 'saasCustomerLinks';
const DOWN: FaultSpec = { route: '*', kind: 'status', status: 503, times: 1000 };
const OTHER_SECRET = 'whsec_b3RoZXI=';

describe('the links in messages', () => {
	const { client, standIns } = sharedN8n();
	let accountId: string;

	jest.setTimeout(120_000);

	beforeAll(async () => void (accountId = await signUp('grace.hopper@example.com')));
	afterAll(async () => void (await Promise.all(Object.values(standIns).map(resetStandIn))));

	async function signUp(email: string) {
		const person = { name: 'Grace Hopper', email };
		const ending = await submitSignUp(`${client.url}/form/saas-trial-signup`, person);
		expect(ending.status).toBe('redirect');
		return accountIdFor(email);
	}

	const openCardLink = async (token: string | undefined, more = '') =>
		await fetch(
			`${client.url}/webhook/saas-card${token === undefined ? '' : `?token=${token}${more}`}`,
			{ redirect: 'manual' },
		);
	const knownRuns = async () => new Set((await client.executions(WORKFLOW)).map(({ id }) => id));
	const strike = async (standInUrl: string) => await control(standInUrl, 'POST', '/faults', DOWN);
	const calm = async (standInUrl: string) => await control(standInUrl, 'DELETE', '/faults');

	describe('to add a card', () => {
		it('lead to a fresh page of Stripe every time', async () => {
			const token = tokenFor('add_card', accountId);
			const answers = [await openCardLink(token), await openCardLink(token)];
			expect(answers.map(({ status }) => status)).toEqual([302, 302]);
			const [first, second] = answers.map(({ headers }) => headers.get('location') ?? '');
			expect(first).not.toBe(second);
			const page = await (await fetch(second ?? '')).text();
			expect(page).toContain('Card number');
			expect(page).not.toContain('Cancel');
		});

		it('lead to the whole portal where the message says so', async () => {
			const answer = await openCardLink(tokenFor('add_card', accountId), '&page=home');
			expect(answer.status).toBe(302);
			const page = await (await fetch(answer.headers.get('location') ?? '')).text();
			expect(page).toMatch(/cancel/i);
		});

		it.each<[string, () => string | undefined, number, string]>([
			['is missing', () => undefined, 400, 'does not work'],
			['was cut off', () => tokenFor('add_card', accountId).slice(0, -4), 400, 'does not work'],
			[
				'has another secret',
				() => tokenFor('add_card', accountId, {}, OTHER_SECRET),
				400,
				'not work',
			],
			['is for something else', () => tokenFor('opt_out', accountId), 400, 'does not work'],
			['is too old', () => tokenFor('add_card', accountId, EXPIRED), 410, 'some weeks only'],
		])('say kindly that a token %s, and open nothing', async (_what, token, status, words) => {
			const answer = await openCardLink(token());
			const page = await answer.text();
			expect([answer.status, answer.headers.get('location')]).toEqual([status, null]);
			expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
			expect(page).toContain(words);
			expect(page).toContain('https://www.example.com/help');
			expect(page).not.toContain(accountId);
		});

		it('speak the language of the message', async () => {
			const answer = await openCardLink('cut-off', '&language=hu');
			const page = await answer.text();
			expect(page).toContain('<html lang="hu">');
			expect(page).toContain('<h1>Ez a link már nem működik</h1>');
			expect(page).not.toMatch(/nothing was charged/i);
			expect(await (await openCardLink('cut-off', '&language=fi')).text()).toContain('lang="en"');
		});

		it.each(['', '&page=home'])(
			'ask for patience while Stripe is down, and let the run tell (%j)',
			async (more) => {
				await strike(standIns.stripe);
				const known = await knownRuns();
				const answer = await openCardLink(tokenFor('add_card', accountId), more);
				expect(answer.status).toBe(503);
				expect(await answer.text()).toContain('Nothing has changed');
				expect((await nextExecution(client, WORKFLOW, known)).status).toBe('error');
				await calm(standIns.stripe);
				expect((await openCardLink(tokenFor('add_card', accountId), more)).status).toBe(302);
			},
		);

		it('ask for patience while nobody can tell whether they hold', async () => {
			const known = await knownRuns();
			const token = tokenFor('add_card', accountId);
			await whileSecretIsMissing(client, standIns, async () => {
				const answer = await openCardLink(token);
				expect([answer.status, answer.headers.get('location')]).toEqual([503, null]);
			});
			expect((await nextExecution(client, WORKFLOW, known)).status).toBe('error');
			expect((await openCardLink(token)).status).toBe(302);
		});
	});

	describe('to opt out', () => {
		const optOutUrl = (token: string) => `${client.url}/form/saas-opt-out?token=${token}`;
		const optOut = async (token: string) => await walkForm(optOutUrl(token), () => ({}));

		async function isUnsubscribed(person = accountId) {
			const { contacts } = await stateOf<{
				readonly contacts: ReadonlyArray<{
					readonly external_id: string;
					readonly unsubscribed_from_emails: boolean;
				}>;
			}>(standIns.intercom);
			return contacts.find(({ external_id: id }) => id === person)?.unsubscribed_from_emails;
		}

		it('ask first: what only opens the link changes nothing', async () => {
			const known = await knownRuns();
			const url = optOutUrl(tokenFor('opt_out', accountId));
			for (const userAgent of ['Mozilla/5.0', 'GoogleImageProxy', 'Barracuda Sentinel (EE)']) {
				await fetch(url, { headers: { 'user-agent': userAgent } });
				await fetch(url, { method: 'HEAD', headers: { 'user-agent': userAgent } });
			}
			expect(await isUnsubscribed()).toBe(false);
			expect(await knownRuns()).toEqual(known);
		});

		it.each<[string, () => string, string]>([
			['is missing', () => '', 'does not work'],
			['has another secret', () => tokenFor('opt_out', accountId, {}, OTHER_SECRET), 'not work'],
			['is for something else', () => tokenFor('add_card', accountId), 'does not work'],
			['is too old', () => tokenFor('opt_out', accountId, EXPIRED), 'too old'],
		])('say kindly that a token %s, and stop nothing', async (_what, token, words) => {
			const ending = await optOut(token());
			expect(ending).toMatchObject({ status: 'page', text: expect.stringContaining(words) });
			expect(await isUnsubscribed()).toBe(false);
		});

		it('end marketing at the click, and may be clicked again', async () => {
			const token = tokenFor('opt_out', accountId);
			for (let clicks = 1; clicks <= 2; clicks += 1) {
				const ending = await optOut(token);
				expect(ending).toMatchObject({ status: 'page', text: expect.stringContaining('Done') });
				expect(await isUnsubscribed()).toBe(true);
			}
		});

		it('speak the language of the message, to the last page', async () => {
			const url = `${optOutUrl(tokenFor('opt_out', accountId))}&language=hu`;
			const page = await (await fetch(url, { headers: { 'user-agent': HUMAN_USER_AGENT } })).text();
			expect(page).toContain('Igen, ne küldjenek');
			expect(page).not.toContain('Yes, stop them');
			const ending = await walkForm(url, () => ({}));
			expect(ending.text).toMatch(/^Kész Nem küldünk/);
		});

		it('ask for patience while nobody can tell whether they hold', async () => {
			const other = await signUp('grace.another@example.com');
			const known = await knownRuns();
			await whileSecretIsMissing(client, standIns, async () => {
				expect((await optOut(tokenFor('opt_out', other))).text).toContain('That did not work yet');
			});
			expect((await nextExecution(client, WORKFLOW, known)).status).toBe('error');
			expect(await isUnsubscribed(other)).toBe(false);
			expect((await optOut(tokenFor('opt_out', other))).text).toContain('Done');
			expect(await isUnsubscribed(other)).toBe(true);
		});

		it('ask for patience while Intercom is down, and let the run tell', async () => {
			const other = await signUp('grace.other@example.com');
			await strike(standIns.intercom);
			const known = await knownRuns();
			const ending = await optOut(tokenFor('opt_out', other));
			expect(ending.text).toContain('That did not work yet');
			expect((await nextExecution(client, WORKFLOW, known)).status).toBe('error');
			await calm(standIns.intercom);
			expect((await optOut(tokenFor('opt_out', other))).text).toContain('Done');
			expect(await isUnsubscribed(other)).toBe(true);
		});
	});
});
