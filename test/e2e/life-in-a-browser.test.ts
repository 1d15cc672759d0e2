import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, HUMAN_USER_AGENT, openBrowser } from '../../sandbox/browser.ts';
import { signUpForm } from '../../sandbox/n8n/addresses.ts';
import { createProgress } from '../../sandbox/setup/progress.cjs';
import { createInbox } from '../../sandbox/story/days/inbox.ts';
import { settle } from '../../sandbox/story/days/settling.ts';
import { runSchedules } from '../../sandbox/n8n/schedules.ts';
import { createWorld, type World } from '../../sandbox/story/days/world.ts';
import { CARD_OF_KIND, type CardKind } from '../../sandbox/stripe/billing/test-cards.ts';
import { startSandboxWithN8n, type SandboxWithN8n } from '../../sandbox/with-n8n.ts';
import { INTERCOM } from '../contract/intercom-routes.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { recordBranches } from '../support/branches.ts';
import { underContract } from '../support/contract-check.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

const browserPath = findBrowser();

(browserPath ? describe : describe.skip)('a life in a browser, with all templates', () => {
	let browser: Browser;
	let page: Page;
	let folder: string;
	let sandbox: SandboxWithN8n;
	let world: World;

	jest.setTimeout(300_000);

	beforeAll(async () => {
		browser = await openBrowser(browserPath ?? '');
		folder = await mkdtemp(join(tmpdir(), 'saas-lifecycle-browser-'));
		sandbox = await startSandboxWithN8n({
			folder,
			progress: createProgress(),
			schedule: 'by hand',
		});
		const { standIns, workflows, n8n } = sandbox;
		underContract(STRIPE, standIns.stripe);
		underContract(INTERCOM, standIns.intercom);
		const signUpUrl = signUpForm(n8n.url, workflows)?.url ?? '';
		world = createWorld({ standIns, workflows, signUpUrl });
		const secondOfDay = standIns.stripe.account.now(null) % DAY;
		await pass((15 * HOUR - secondOfDay + DAY) % DAY);
	});
	afterAll(async () => {
		await sandbox.close();
		await browser.close();
		recordBranches(sandbox.n8n.folder);
		await rm(folder, { recursive: true, force: true });
	});

	beforeEach(async () => {
		page = await browser.newPage({ userAgent: HUMAN_USER_AGENT });
	});
	afterEach(async () => await page.close());

	async function rest() {
		const { standIns, client, n8n } = sandbox;
		await settle({ standIns, inbox: createInbox(n8n.folder), n8n: () => client });
	}

	async function pass(seconds: number) {
		await world.moveClocks(seconds);
		await rest();
	}

	/** To the morning of that day of a trial that has just begun, when n8n's schedules run once. */
	async function passToMorningOf(day: number) {
		await pass((day - 1) * DAY + 20.5 * HOUR);
		await sweep();
	}

	/** What would come at a weekend comes on Monday. */
	async function passWeekendBefore(email: string, letter: string) {
		for (let days = 0; days < 2 && !(await names(email)).includes(letter); days += 1) {
			await pass(DAY);
			await sweep();
		}
	}

	async function sweep() {
		expect(await runSchedules(sandbox.client, sandbox.workflows)).toEqual([]);
		await rest();
	}

	async function signUp(name: string): Promise<string> {
		const email = `${name.toLowerCase()}@example.com`;
		await page.goto(world.signUpUrl);
		await page.getByLabel('Your name').fill(name);
		await page.getByLabel('Work e-mail').fill(email);
		await page.getByRole('button', { name: 'Start free trial' }).click();
		await page.getByRole('heading', { name: `${name}’s board` }).waitFor({ timeout: 60_000 });
		await rest();
		return email;
	}

	async function createProject() {
		await page.getByRole('button', { name: 'Create a project' }).click();
		await page.getByText('Project created').waitFor();
		await rest();
	}

	/** Opens the link of a letter that leads to this path. */
	async function openLink(email: string, letter: string, path: string) {
		const { letters } = await world.look(email);
		const found = letters.findLast(({ name }) => name === letter);
		const link = found?.links.find((url) => new URL(url).pathname === path);
		expect({ letters: letters.map(({ name }) => name), link }).toMatchObject({
			link: expect.stringContaining(path),
		});
		await page.goto(link ?? '');
	}

	async function enterCard(kind: CardKind, button: RegExp) {
		await page.getByLabel('Card number').fill(CARD_OF_KIND[kind]);
		await page.getByRole('button', { name: button }).click();
		await page.waitForLoadState();
		await rest();
	}

	const names = async (email: string) => (await world.look(email)).letters.map(({ name }) => name);

	const statusOf = async (email: string) =>
		(await world.look(email)).subscriptions.map(({ status }) => status);

	async function expectBoard(email: string, text: string) {
		await page.goto((await world.look(email)).instance?.url ?? '');
		await page.getByText(text).first().waitFor();
	}

	it('signs up, and the first project on the board reaches Intercom', async () => {
		const email = await signUp('Ada');
		await createProject();
		const { contact } = await world.look(email);
		const { events } = await world.services.intercomState();
		expect(
			events.filter(({ contactId }) => contactId === contact?.id).map(({ name }) => name),
		).toEqual(['created_project']);
	});

	it('leaves a card by the link of a reminder, and pays when the trial ends', async () => {
		const email = await signUp('Bob');
		await passToMorningOf(7);
		await openLink(email, '7 days left', '/webhook/saas-card');
		await enterCard('good', /add card|save card/i);
		await pass(8 * DAY);
		expect(await statusOf(email)).toEqual(['active']);
		expect(await names(email)).toContain('Thank you');
		await expectBoard(email, 'Full access');
	});

	it('repairs a failed payment by the link in the message, and has full access again', async () => {
		const email = await signUp('Cyd');
		const { customers } = await world.look(email);
		await world.services.giveCard(customers[0]?.id ?? '', 'declined');
		await pass(15 * DAY);
		expect(await statusOf(email)).toEqual(['past_due']);
		await expectBoard(email, 'Your last payment did not go through.');

		await openLink(email, 'Payment failed', '/webhook/saas-card');
		await enterCard('good', /add card|save card/i);
		await pass(4 * DAY);
		expect(await statusOf(email)).toEqual(['active']);
		expect(await names(email)).toContain('Thanks, all is back');
		await expectBoard(email, 'Full access');
	});

	it('cancels with a reason, and takes it back by the link', async () => {
		const email = await signUp('Dan');
		const { customers } = await world.look(email);
		const portal = await world.services.stripe('POST', '/billing_portal/sessions', {
			customer: customers[0]?.id ?? '',
		});
		await page.goto(portal.url ?? '');
		await page.getByLabel('Why do you leave?').selectOption('unused');
		await page.getByRole('button', { name: 'Cancel subscription' }).click();
		await page.getByRole('button', { name: /don.t cancel/i }).waitFor();
		await rest();
		expect(await names(email)).toContain('Sorry to see you go');

		await openLink(email, 'Sorry to see you go', '/form/saas-come-back');
		await page.getByRole('button', { name: 'Go on' }).click();
		await page.getByRole('heading', { name: 'Stay with us?' }).waitFor();
		await page.getByRole('button').first().click();
		await page.getByRole('heading', { name: 'Dan’s board' }).waitFor({ timeout: 60_000 });
		await rest();
		expect(await names(email)).toContain('Good that you stay');
		expect((await world.look(email)).subscriptions[0]).toMatchObject({
			status: 'trialing',
			cancel_at: null,
			cancel_at_period_end: false,
		});
	});

	it('comes back by the link of a recovery message to the same board', async () => {
		const email = await signUp('Eve');
		const board = (await world.look(email)).instance?.url;
		await createProject();
		await passToMorningOf(21);
		await passWeekendBefore(email, 'What is new');
		expect(await statusOf(email)).toEqual(['paused']);
		await expectBoard(email, 'This board is read only');

		await openLink(email, 'What is new', '/form/saas-come-back');
		await page.getByRole('button', { name: 'Go on' }).click();
		await page.getByRole('heading', { name: 'Come back?' }).waitFor();
		await page.getByRole('button').first().click();
		await page.getByLabel('Card number').waitFor({ timeout: 60_000 });
		await enterCard('good', /^pay \$/i);
		expect(await statusOf(email)).toEqual(['active']);
		expect(await names(email)).toContain('Welcome back');
		await expectBoard(email, 'Full access');
		expect((await world.look(email)).instance?.url).toBe(board);
	});
});
