import type { Browser, Page } from 'playwright-core';
import { findBrowser, HUMAN_USER_AGENT, openBrowser } from '../../sandbox/browser.ts';
import {
	acmeSigningSecret,
	acmeToken,
	intercomClientSecret,
	intercomToken,
	stripeSecretKey,
} from '../../sandbox/secrets.ts';
import type { FaultSpec } from '../../sandbox/kernel/faults.ts';
import { control, nextExecution, resetStandIn, sharedN8n, stateOf } from '../support/n8n.ts';

const WORKFLOW = 'saasTrialOnboarding';
const TRIAL_DAYS = 14;

interface StripeState {
	readonly customers: ReadonlyArray<{
		readonly id: string;
		readonly email: string;
		readonly metadata: Readonly<Record<string, string>>;
		readonly invoice_settings: { readonly default_payment_method: string | null };
	}>;
	readonly subscriptions: ReadonlyArray<{
		readonly customer: string;
		readonly status: string;
		readonly default_payment_method: string | null;
		readonly trial_start: number;
		readonly trial_end: number;
		readonly trial_settings: {
			readonly end_behavior: { readonly missing_payment_method: string };
		};
	}>;
}

interface IntercomState {
	readonly contacts: ReadonlyArray<{
		readonly id: string;
		readonly external_id: string;
		readonly custom_attributes: Readonly<Record<string, unknown>>;
	}>;
	readonly messages: ReadonlyArray<{
		readonly contactId: string;
		readonly isDelivered: boolean;
		readonly subject: string;
	}>;
}

interface AcmeState {
	readonly instances: ReadonlyArray<{
		readonly accountId: string;
		readonly status: string;
		readonly url: string;
	}>;
}

const browserPath = findBrowser();
if (!browserPath) {
	process.stderr.write(
		'The sign-up in a browser was skipped: there is no Chromium or Chrome here (CHROMIUM_PATH names one in an unusual place).\n',
	);
}

(browserPath ? describe : describe.skip)('a trial sign-up in a browser', () => {
	const { client, standIns, log } = sharedN8n();
	let browser: Browser;
	let page: Page;

	jest.setTimeout(120_000);

	beforeAll(async () => void (browser = await openBrowser(browserPath ?? '')));
	afterAll(async () => await browser.close());

	beforeEach(async () => {
		page = await browser.newPage({ userAgent: HUMAN_USER_AGENT });
		await control(standIns.acme, 'PUT', '/behaviour', { readyAfterMs: 500 });
	});
	afterEach(async () => {
		await page.close();
		await Promise.all(Object.values(standIns).map(resetStandIn));
	});

	/** Fills in the form and resolves to the execution when it is done. */
	async function signUp(name: string, email: string) {
		const known = new Set((await client.executions(WORKFLOW)).map(({ id }) => id));
		// A page of its own: the last one may still be on its way to the instance.
		await page.close();
		page = await browser.newPage({ userAgent: HUMAN_USER_AGENT });
		await page.goto(`${client.url}/form/saas-trial-signup`);
		await page.getByLabel('Your name').fill(name);
		await page.getByLabel('Work e-mail').fill(email);
		await page.getByRole('button', { name: 'Start free trial' }).click();
		return await nextExecution(client, WORKFLOW, known);
	}

	const stripeState = async () => await stateOf<StripeState>(standIns.stripe);
	const intercomState = async () => await stateOf<IntercomState>(standIns.intercom);
	const acmeState = async () => await stateOf<AcmeState>(standIns.acme);

	/** How many there are of everything that a sign-up makes. */
	async function counts() {
		const [stripe, intercom, acme] = await Promise.all([
			stripeState(),
			intercomState(),
			acmeState(),
		]);
		return {
			customers: stripe.customers.length,
			subscriptions: stripe.subscriptions.length,
			contacts: intercom.contacts.length,
			messages: intercom.messages.length,
			instances: acme.instances.length,
		};
	}
	const ONE_OF_EACH = { customers: 1, subscriptions: 1, contacts: 1, messages: 1, instances: 1 };

	async function expectInstancePage() {
		const [instance] = (await acmeState()).instances;
		await page.waitForURL(`${instance?.url}**`);
		expect(await page.getByText('Full access').count()).toBe(1);
	}

	async function expectKindPage(title: string) {
		await page.getByText(title).first().waitFor();
	}

	const strike = async (standInUrl: string, fault: FaultSpec) =>
		await control(standInUrl, 'POST', '/faults', fault);

	it('ends in the own instance, with one of everything and no card', async () => {
		const execution = await signUp('Ada Lovelace', 'ada@example.com');
		await expectInstancePage();
		expect(execution.status).toBe('success');

		const { customers, subscriptions } = await stripeState();
		const { contacts, messages } = await intercomState();
		const { instances } = await acmeState();
		expect(await counts()).toEqual(ONE_OF_EACH);
		const [customer] = customers;
		const [subscription] = subscriptions;
		const accountId = customer?.metadata['account_id'];
		expect(accountId).toMatch(/^\w+$/);
		expect(customer?.invoice_settings.default_payment_method).toBeNull();
		expect(subscription).toMatchObject({
			customer: customer?.id,
			status: 'trialing',
			default_payment_method: null,
			trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
		});
		expect((subscription?.trial_end ?? 0) - (subscription?.trial_start ?? 0)).toBe(
			TRIAL_DAYS * 86_400,
		);
		expect(contacts[0]?.external_id).toBe(accountId);
		expect(messages[0]).toMatchObject({ contactId: contacts[0]?.id, isDelivered: true });
		expect(instances[0]).toMatchObject({ accountId, status: 'ready' });
	});

	it.each(['ADA@Example.com', 'ada+again@example.com'])(
		'gives %s no second trial, message or instance, and leads back into the first',
		async (email) => {
			await signUp('Ada Lovelace', 'ada@example.com');
			await expectInstancePage();
			const first = page.url();

			const execution = await signUp('Ada', email);
			await page.waitForURL(first);
			expect(execution.status).toBe('success');
			expect(await counts()).toEqual(ONE_OF_EACH);
		},
	);

	it('speaks Hungarian to whom the Hungarian site sends', async () => {
		const known = new Set((await client.executions(WORKFLOW)).map(({ id }) => id));
		await page.goto(`${client.url}/form/saas-trial-signup?language=hu`);
		await page.getByLabel('Az Ön neve').fill('Minta Anna');
		await page.getByLabel('Munkahelyi e-mail-cím').fill('anna@example.com');
		await page.getByRole('button', { name: 'Kipróbálom' }).click();
		expect((await nextExecution(client, WORKFLOW, known)).status).toBe('success');
		await expectInstancePage();
		const { contacts, messages } = await intercomState();
		expect(contacts).toMatchObject([{ custom_attributes: { language: 'hu' } }]);
		expect(messages).toMatchObject([{ subject: 'Acme Boards: elkészült a munkaterülete' }]);
	});

	it('shows the way to subscribe to someone whose trial is over', async () => {
		await signUp('Ada Lovelace', 'ada@example.com');
		const [customer] = (await stripeState()).customers;
		await control(standIns.stripe, 'POST', '/clock', {
			customer: customer?.id,
			days: TRIAL_DAYS + 1,
		});

		const execution = await signUp('Ada', 'Ada+new@example.com');
		await expectKindPage('Good to see you again');
		expect(await page.getByRole('link', { name: /plans/ }).getAttribute('href')).toMatch(/^https:/);
		expect(execution.status).toBe('success');
		expect(await counts()).toEqual(ONE_OF_EACH);
		expect((await stripeState()).subscriptions[0]?.status).toBe('paused');
	});

	it.each<[string, keyof typeof standIns, string, string]>([
		['Stripe', 'stripe', '*', 'That did not work yet'],
		['what makes subscriptions', 'stripe', 'POST /v1/subscriptions', 'That did not work yet'],
		['the product', 'acme', '*', 'Your trial has started'],
	])(
		'has a next step while %s is down, and completes what is missing the next time',
		async (_name, standIn, route, title) => {
			await strike(standIns[standIn], { route, kind: 'status', status: 503, times: 1000 });
			const failed = await signUp('Ada Lovelace', 'ada@example.com');
			await expectKindPage(title);
			expect(failed.status).toBe('error');

			await control(standIns[standIn], 'DELETE', '/faults');
			const repeated = await signUp('Ada Lovelace', 'ada@example.com');
			await expectInstancePage();
			expect(repeated.status).toBe('success');
			expect(await counts()).toEqual(ONE_OF_EACH);
		},
	);

	it.each(['*', 'POST /messages'])(
		'opens the instance while Intercom fails at %s, lets the execution tell, and welcomes the next time',
		async (route) => {
			await strike(standIns.intercom, { route, kind: 'status', status: 503, times: 1000 });
			const execution = await signUp('Ada Lovelace', 'ada@example.com');
			await expectInstancePage();
			expect(execution.status).toBe('error');
			expect(execution.data.resultData.error?.message).toMatch(/Intercom failed/);
			expect((await counts()).messages).toBe(0);

			await control(standIns.intercom, 'DELETE', '/faults');
			expect((await signUp('Ada Lovelace', 'ada@example.com')).status).toBe('success');
			expect(await counts()).toEqual(ONE_OF_EACH);
		},
	);

	it('writes to nobody outside the test domain, while it is tried out', async () => {
		const execution = await signUp('Ada Lovelace', 'ada@example.org');
		await expectInstancePage();
		expect(execution.status).toBe('success');
		expect(await counts()).toEqual({ ...ONE_OF_EACH, messages: 0 });
	});

	it('keeps secrets out of the log and of everything that executions show', async () => {
		await signUp('Ada Lovelace', 'ada@example.com');
		await strike(standIns.acme, { route: '*', kind: 'status', status: 401, times: 1000 });
		await strike(standIns.intercom, { route: '*', kind: 'status', status: 401, times: 1000 });
		await signUp('Eve', 'eve@example.com');

		const shown = [await log()];
		for (const { id } of await client.executions(WORKFLOW)) {
			shown.push(JSON.stringify(await client.execution(id)));
		}
		expect(shown.length).toBeGreaterThan(2);
		const secrets = [
			stripeSecretKey,
			intercomToken,
			intercomClientSecret,
			acmeToken,
			acmeSigningSecret.replace('whsec_', ''),
		];
		for (const secret of secrets) {
			expect(shown.filter((text) => text.includes(secret))).toEqual([]);
		}
	});
});
