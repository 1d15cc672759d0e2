import { INTERCOM } from '../contract/intercom-routes.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { underContract } from '../support/contract-check.ts';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, openBrowser } from '../../sandbox/browser.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';

const browserPath = findBrowser();

(browserPath ? describe : describe.skip)('the page of the time machine', () => {
	let browser: Browser;
	let sandbox: Sandbox;
	let page: Page;
	let complaints: string[];

	jest.setTimeout(60_000);

	beforeAll(async () => {
		browser = await openBrowser(browserPath ?? '');
	});

	afterAll(async () => await browser.close());

	beforeEach(async () => {
		complaints = [];
		sandbox = await startSandbox();
		underContract(STRIPE, sandbox.stripe);
		underContract(INTERCOM, sandbox.intercom);
	});

	afterEach(async () => {
		await page.context().close();
		await sandbox.close();
		expect(complaints).toEqual([]);
	});

	async function open(width: number) {
		page = await browser.newPage({ viewport: { width, height: 844 } });
		page.on('pageerror', (error) => complaints.push(error.message));
		page.on('console', (message) => {
			if (message.type() === 'error') complaints.push(message.text());
		});
		page.on('request', (request) => {
			if (!request.url().startsWith(sandbox.timeMachine.url)) complaints.push(request.url());
		});
		await page.goto(sandbox.timeMachine.url);
	}

	async function signUpByKeyboard(name: string, email: string) {
		await page.getByLabel('Name').focus();
		await page.keyboard.type(name);
		await page.keyboard.press('Tab');
		await page.keyboard.type(email);
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { name, level: 1 }).waitFor();
	}

	const press = async (name: string, group = 'Move the clock') => {
		await page
			.getByRole('group', { name: group, exact: true })
			.getByRole('button', { name })
			.focus();
		await page.keyboard.press('Enter');
	};
	const announced = async (text: string | RegExp) =>
		await page.getByRole('status').filter({ hasText: text }).waitFor();

	it('plays a life by keyboard alone, and says aloud what happens', async () => {
		await open(1280);
		await signUpByKeyboard('Ada Lovelace', 'ada@example.com');
		await announced('Ada Lovelace has signed up.');
		await press('Add a good card', 'Billing');
		await announced('Ada Lovelace has added a good card.');
		await press('Create a project', 'Product');
		await announced('Ada Lovelace: project created.');
		for (let week = 1; week <= 3; week += 1) {
			const before = (await page.locator('.clock .date').textContent()) ?? '';
			await press('+1 week');
			await announced(/^Ada Lovelace is now at/);
			await page.locator('.clock .date').filter({ hasNotText: before }).waitFor();
		}
		await page.getByText('Paid $29.00', { exact: true }).waitFor();
		await page.getByText('Paying, has paid $29.00').waitFor();
	});

	it('finds one among many and walks through the list with the arrow keys', async () => {
		await open(1280);
		await page.getByRole('button', { name: '10', exact: true }).click();
		await announced('10 people signed up.');
		await signUpByKeyboard('Zoe Zebra', 'zoe@example.com');
		await page.getByLabel('Find a person').fill('zebra');
		expect(await page.locator('#count').textContent()).toBe('1 of 11');
		await page.getByLabel('Find a person').fill('');
		await page.locator('#people button').first().focus();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		const third = await page.locator('#people .name').nth(2).textContent();
		await page.getByRole('heading', { name: third ?? '', level: 1 }).waitFor();
		expect(await page.locator('#people [aria-current=true] .name').textContent()).toBe(third);
	});

	it('fits a phone: one thing at a time, and back to where one was', async () => {
		await open(390);
		await signUpByKeyboard('Ada Lovelace', 'ada@example.com');
		expect(await page.getByRole('button', { name: 'Sign up' }).isVisible()).toBe(false);
		const overhang = async () =>
			await page.evaluate(
				'document.documentElement.scrollWidth - document.documentElement.clientWidth',
			);
		expect(await overhang()).toBe(0);
		await page.getByRole('button', { name: '← People' }).click();
		await page.getByRole('button', { name: 'Sign up' }).waitFor();
		expect(await overhang()).toBe(0);
		expect(await page.locator('#people button:focus .name').textContent()).toBe('Ada Lovelace');
	});
});
