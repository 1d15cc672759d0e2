import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { LinkPurpose } from '../../lifecycle/signed-link.ts';
import { findBrowser, HUMAN_USER_AGENT, openBrowser } from '../../sandbox/browser.ts';
import type { WorkflowTemplate } from '../../sandbox/n8n/equipment.ts';
import { walkForm } from '../../sandbox/n8n/form.ts';
import { useFlow, type Person } from '../support/flow.ts';
import { EXPIRED, tokenFor } from '../support/links.ts';
import { nextExecution, stateOf } from '../support/n8n.ts';
import type { Outage } from '../support/outages.ts';
import { waitFor } from '../support/wait-for.ts';

const FLOW = 'saasReactivation';
const IMPATIENT = 'impatient';
const TRIAL_DAYS = 14;
const DOWN = { route: '*', kind: 'status', status: 503, times: 10_000 } as const;
const WELCOME = /^Welcome back/;
const RESUMED = '"event":"subscription_resumed"';

interface Subscription {
	readonly id: string;
	readonly status: string;
	readonly cancel_at_period_end: boolean;
	readonly trial_end: number | null;
	readonly created: number;
}

/** The template with a question that stays open for seconds, at a place of its own. */
function impatient(): WorkflowTemplate {
	const text = readFileSync('workflows/reactivation.json', 'utf8');
	const template = JSON.parse(text.replaceAll('saas-come-back', IMPATIENT)) as WorkflowTemplate;
	const nodes = template.nodes.map((node) => {
		if (node.name === 'Came back by Stripe') return { ...node, disabled: true };
		if (!node.name.startsWith('Confirm')) return node;
		return { ...node, parameters: { ...node.parameters, resumeAmount: 1, resumeUnit: 'seconds' } };
	});
	return { ...template, id: IMPATIENT, nodes };
}

describe('the way back', () => {
	const flow = useFlow([FLOW], {}, [impatient()]);
	const { refused, damaged, withoutSecret } = flow;
	jest.setTimeout(300_000);

	const linkFor = (token: string) => `${flow.n8n.url}/form/saas-come-back?token=${token}`;
	const come = async ({ accountId }: Person, purpose: LinkPurpose = 'come_back') =>
		await walkForm(linkFor(tokenFor(purpose, accountId)), () => ({}));
	const knownRuns = async () => new Set((await flow.client.executions(FLOW)).map(({ id }) => id));

	/** Somebody in a trial without a card. */
	async function trialist(name: string): Promise<Person> {
		const who = await flow.person(name, { card: null, trialDays: TRIAL_DAYS });
		await flow.stripe('POST', `subscriptions/${who.subscription}`, {
			'trial_settings[end_behavior][missing_payment_method]': 'pause',
		});
		return who;
	}

	/** Somebody whose trial ended without a card, and whose instance is closed for that. */
	async function lapsed(name: string): Promise<Person> {
		const who = await trialist(name);
		await flow.pass(who, { days: TRIAL_DAYS + 1 });
		expect(await statuses(who)).toEqual(['paused']);
		const level = { level: 'read_only', reason: 'trial_lapsed' };
		await flow.product('PUT', `/instances/${who.accountId}/access`, level);
		return who;
	}

	const noPortal = refused('stripe', 'POST /v1/billing_portal/sessions');

	/** Somebody who has left. */
	async function customer(name: string): Promise<Person> {
		const who = await flow.person(name);
		await leave(who);
		return who;
	}

	/** Somebody who has left, and whose card is refused. */
	async function declined(name: string): Promise<Person> {
		const who = await flow.person(name, { card: 'declined', trialDays: TRIAL_DAYS });
		await leave(who);
		return who;
	}

	/** Somebody whose last payment failed. */
	async function debtor(name: string): Promise<Person> {
		const who = await flow.person(name);
		await flow.giveCard(who, 'declined');
		await flow.passPeriod(who);
		expect(await statuses(who)).toEqual(['past_due']);
		return who;
	}

	/** Ends everything at once; who comes back in the same second has switched, not left. */
	async function leave(who: Person): Promise<void> {
		await flow.stripe('DELETE', `subscriptions/${who.subscription}`);
		await flow.pass(who, { days: 1 });
	}

	/** All of somebody's subscriptions, oldest first. */
	async function subscriptions({ customer }: Person): Promise<Subscription[]> {
		const { data } = await flow.stripe<{ data: Subscription[] }>(
			'GET',
			`subscriptions?customer=${customer}&status=all`,
		);
		return data.reverse();
	}
	const statuses = async (who: Person) => (await subscriptions(who)).map(({ status }) => status);

	async function instanceUrl({ accountId }: Person): Promise<string | undefined> {
		const { instances } = await stateOf<{
			readonly instances: ReadonlyArray<{ readonly accountId: string; readonly url: string }>;
		}>(flow.sandbox.acme.url);
		return instances.find((one) => one.accountId === accountId)?.url;
	}

	const expectInside = async (who: Person, ending: Awaited<ReturnType<typeof come>>) =>
		expect(ending).toMatchObject({ status: 'redirect', url: await instanceUrl(who) });

	it('ends a pause with the card on file, in the same instance, with one welcome', async () => {
		const ada = await lapsed('ada');
		await flow.giveCard(ada, 'good');
		await expectInside(ada, await come(ada));
		expect(await statuses(ada)).toEqual(['active']);
		expect(await flow.accessOf(ada)).toBe('full');
		await flow.expectSent(ada, [WELCOME]);
		// Stripe tells of the return too, and the link is clicked again.
		await flow.told(FLOW, ada, RESUMED);
		await expectInside(ada, await come(ada));
		await flow.expectSent(ada, [WELCOME]);
		expect(await statuses(ada)).toEqual(['active']);
	});

	it('leads to the page of the invoice without a card, and welcomes who pays there', async () => {
		const bob = await lapsed('bob');
		const ending = await come(bob);
		expect(ending.url).toContain('/invoice/');
		expect(await statuses(bob)).toEqual(['paused']);
		expect(await flow.accessOf(bob)).toBe('read_only');

		const card = new URLSearchParams({ card: '4242424242424242' });
		await fetch(ending.url ?? '', { method: 'POST', body: card });
		await flow.expectSent(bob, [WELCOME]);
		await flow.expectAccess(bob, 'full');
		expect(await statuses(bob)).toEqual(['active']);
	});

	it('makes a new subscription without a trial for a customer who had left', async () => {
		const cyd = await customer('cyd');
		await expectInside(cyd, await come(cyd));
		const [, again] = await subscriptions(cyd);
		expect(await statuses(cyd)).toEqual(['canceled', 'active']);
		expect(again?.trial_end).toBeNull();
		await flow.told(FLOW, cyd, RESUMED);
		await flow.expectSent(cyd, [WELCOME]);
	});

	it('leads to a page for another card when the one on file is refused', async () => {
		const dan = await declined('dan');
		const ending = await come(dan);
		expect(ending.status).toBe('redirect');
		expect(await (await fetch(ending.url ?? '')).text()).toContain('Card number');
		expect(await statuses(dan)).not.toContain('active');
		expect(await flow.sentTo(dan)).toEqual([]);
	});

	it('leads to what has to be paid while a payment is due', async () => {
		const eve = await debtor('eve');
		const ending = await come(eve);
		expect(ending.url).toContain('/p/session/');
		expect(await statuses(eve)).toEqual(['past_due']);
	});

	it('undoes a cancellation, and welcomes nobody who was never away', async () => {
		const fay = await trialist('fay');
		const leaving = { cancel_at_period_end: 'true' };
		await flow.stripe('POST', `subscriptions/${fay.subscription}`, leaving);
		await expectInside(fay, await come(fay, 'undo_cancel'));
		expect(await subscriptions(fay)).toMatchObject([
			{ status: 'trialing', cancel_at_period_end: false },
		]);
		expect(await flow.sentTo(fay)).toEqual([]);
	});

	describe('changes nothing', () => {
		let gil: Person;

		beforeAll(async () => {
			gil = await trialist('gil');
			const leaving = { cancel_at_period_end: 'true' };
			await flow.stripe('POST', `subscriptions/${gil.subscription}`, leaving);
		});
		afterEach(async () =>
			expect(await subscriptions(gil)).toMatchObject([
				{ status: 'trialing', cancel_at_period_end: true },
			]),
		);

		it('for whoever only opens the link', async () => {
			const known = await knownRuns();
			const url = linkFor(tokenFor('undo_cancel', gil.accountId));
			const page = await fetch(url, { headers: { 'user-agent': HUMAN_USER_AGENT } });
			expect(await page.text()).toContain('before anything does');
			expect(await knownRuns()).toEqual(known);
		});

		it('for whoever turns back at the question', async () => {
			let pages = 0;
			const turnBack = () => {
				pages += 1;
				if (pages === 2) throw new Error('turned back');
				return {};
			};
			const url = linkFor(tokenFor('undo_cancel', gil.accountId));
			await expect(walkForm(url, turnBack)).rejects.toThrow('turned back');
		});

		it('for whoever leaves the question open', async () => {
			let pages = 0;
			const fallAsleep = () => {
				pages += 1;
				if (pages === 2) throw new Error('asleep');
				return {};
			};
			const token = tokenFor('undo_cancel', gil.accountId);
			const url = `${flow.n8n.url}/form/${IMPATIENT}?token=${token}`;
			await expect(walkForm(url, fallAsleep)).rejects.toThrow('asleep');
			const [run] = await waitFor(
				'the question to close',
				async () => {
					const runs = await flow.finished(IMPATIENT);
					return runs.length > 0 ? runs : undefined;
				},
				180_000,
			);
			expect(run?.status).toBe('success');
			expect(run?.data.resultData.lastNodeExecuted).toBe('Was it a yes?');
		});

		it.each<[string, (accountId: string) => string, string]>([
			['is missing', () => '', 'does not work'],
			['has another secret', (id) => tokenFor('come_back', id, {}, 'whsec_eA=='), 'not work'],
			['is for something else', (id) => tokenFor('opt_out', id), 'does not work'],
			['is too old', (id) => tokenFor('undo_cancel', id, EXPIRED), 'too old'],
		])('for a link that %s', async (_what, token, words) => {
			const ending = await walkForm(linkFor(token(gil.accountId)), () => ({}));
			expect(ending.status).toBe('page');
			expect(ending.text).toContain(words);
		});
	});

	it.each([
		['stripe', 'That did not work yet'],
		['acme', 'You are back'],
	] as const)(
		'has a next step while %s is down, and goes on the next time',
		async (down, words) => {
			const hal = await flow.person(`hal${down}`, { trialDays: TRIAL_DAYS });
			await leave(hal);
			await flow.strike(down, DOWN);
			const known = await knownRuns();
			const ending = await come(hal);
			expect(ending).toMatchObject({
				status: 'page',
				text: expect.stringContaining(words) as string,
			});
			expect((await nextExecution(flow.client, FLOW, known)).status).toBe('error');
			await flow.heal(down);
			await expectInside(hal, await come(hal));
			expect(await statuses(hal)).toEqual(['canceled', 'active']);
		},
	);

	it.each<[string, Outage, (name: string) => Promise<Person>, RegExp]>([
		['that the link holds', withoutSecret(), customer, /\/boards\//],
		['a page to pay what is due', noPortal, debtor, /\/p\/session\//],
		['a page for another card', noPortal, declined, /\/p\/session\//],
	])('has a next step where nobody can tell %s', async (what, during, prepare, place) => {
		const who = await prepare(`ned${what.length}`);
		const before = await statuses(who);
		const known = await knownRuns();
		await during(async () => {
			expect((await come(who)).text).toContain('That did not work yet');
		});
		const run = await flow.nextFailure(FLOW, known);
		expect(run.data.resultData.lastNodeExecuted).toBe('Fail: not brought back');
		expect(await statuses(who)).toEqual(before);
		expect((await come(who)).url).toMatch(place);
	});

	it('welcomes nobody outside the test domain, while it is tried out', async () => {
		const lou = await flow.person('lou', { domain: 'example.org' });
		await leave(lou);
		await expectInside(lou, await come(lou));
		await flow.told(FLOW, lou, RESUMED);
		await flow.expectSent(lou, []);
	});

	describe('is completed with one welcome when something failed on the way:', () => {
		const outages: ReadonlyArray<[name: string, node: string, Outage]> = [
			['what is known', 'Fail: not welcomed', damaged('milestones')],
			['the welcome', 'Fail: not welcomed', refused('intercom', 'POST /messages')],
			['the access', 'Fail: no access', refused('acme', '*')],
		];
		const people: Person[] = [];

		beforeAll(async () => {
			for (const [name, node, during] of outages) {
				const who = await lapsed(`mo${people.length}`);
				people.push(who);
				await flow.giveCard(who, 'good');
				await during(async () => {
					if (name === 'the access') {
						await flow.stripe('POST', `subscriptions/${who.subscription}/resume`);
					} else {
						await expectInside(who, await come(who));
					}
					await flow.failedAt(FLOW, node, who);
				});
				expect(await flow.sentTo(who)).toEqual([]);
			}
		});

		it.each(outages.map(([name], index) => [name, index] as const))('%s', async (_name, index) => {
			const who = people[index] as Person;
			await flow.expectSent(who, [WELCOME]);
			await flow.expectAccess(who, 'full');
			await flow.told(FLOW, who, RESUMED);
			await flow.expectSent(who, [WELCOME]);
			expect(await statuses(who)).toEqual(['active']);
		});
	});

	it('opens the instance while Intercom is down, and welcomes later', async () => {
		const ida = await customer('ida');
		await flow.strike('intercom', DOWN);
		const known = await knownRuns();
		await expectInside(ida, await come(ida));
		const run = await waitFor('a run that failed', async () => {
			const runs = await flow.client.executions(FLOW);
			return runs.find(({ id, status }) => !known.has(id) && status === 'error');
		});
		expect(run.mode).toMatch(/webhook|trigger/);
		await flow.heal('intercom');
		await flow.expectSent(ida, [WELCOME]);
	});

	const browserPath = findBrowser();
	const inBrowser = browserPath ? it : it.skip;

	inBrowser('says in a browser what it costs before anything is charged', async () => {
		const joy = await lapsed('joy');
		await flow.giveCard(joy, 'good');
		await browse(linkFor(tokenFor('come_back', joy.accountId)), async (page) => {
			await page.getByRole('button', { name: 'Go on' }).click();
			await page.getByText('Your card on file is charged now').waitFor();
			expect(await page.getByText(/29 [A-Z]{3} \/ 1 month/).count()).toBe(1);
			expect(await statuses(joy)).toEqual(['paused']);
			await page.getByRole('button', { name: 'Yes, bring me back' }).click();
			await page.waitForURL(`${await instanceUrl(joy)}**`);
			expect(await page.getByText('Full access').count()).toBe(1);
			expect(await statuses(joy)).toEqual(['active']);
		});
	});

	inBrowser('speaks the language of the message', async () => {
		const kim = await lapsed('kim');
		const link = `${linkFor(tokenFor('come_back', kim.accountId))}&language=hu`;
		await browse(link, async (page) => {
			await page.getByRole('heading', { name: 'Örülünk, hogy újra itt van' }).waitFor();
			await page.getByRole('button', { name: 'Tovább' }).click();
			await page.getByRole('heading', { name: 'Visszatér?' }).waitFor();
			expect(await page.getByText(/29 [A-Z]{3} \/ 1 hónap/).count()).toBe(1);
			await page.getByRole('button', { name: 'Igen, visszatérek' }).click();
			await page.waitForURL('**/invoice/**');
			expect(await statuses(kim)).toEqual(['paused']);
		});
	});

	async function browse(url: string, walk: (page: Page) => Promise<void>) {
		const browser = await openBrowser(browserPath ?? '');
		try {
			const page = await browser.newPage({ userAgent: HUMAN_USER_AGENT });
			await page.goto(url);
			await walk(page);
		} finally {
			await browser.close();
		}
	}
});
