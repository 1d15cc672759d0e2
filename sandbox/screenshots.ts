import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { findBrowser, HUMAN_USER_AGENT, openBrowser } from './browser.ts';
import { signUpForm } from './n8n/addresses.ts';
import { buildPackage } from './n8n/package.ts';
import { onEndRequested } from './setup/processes.cjs';
import { createProgress } from './setup/progress.cjs';
import { startSandboxWithN8n, type SandboxWithN8n } from './with-n8n.ts';

/** Makes the pictures of the documentation from a running sandbox: `npm run screenshots`. */

const FOLDER = 'docs/pictures';
const CANVAS = { width: 1600, height: 900 };
const PAGE = { width: 1100, height: 480 };
const POLL_MS = 300;
/** The editor takes its time on a busy machine. */
const PATIENCE_MS = 120_000;
/** The names of nodes stand below their boxes. */
const MARGIN = 70;
/** n8n's editor around the canvas; the buttons on it carry test ids. */
const EDITOR_PANELS =
	'#sidebar, #header, [data-test-id=logs-panel] { display: none !important }' +
	'[data-test-id=canvas-wrapper] button, [data-test-id=canvas-controls] { visibility: hidden !important }';

const progress = createProgress();
let running: SandboxWithN8n | undefined;

async function main() {
	const browserPath = findBrowser();
	if (!browserPath) throw new Error('Pictures need Chromium or Chrome; CHROMIUM_PATH may name it.');
	if (!existsSync('dist')) await buildPackage();
	await mkdir(FOLDER, { recursive: true });
	const scratch = await mkdtemp(join(tmpdir(), 'saas-lifecycle-pictures-'));
	running = await startSandboxWithN8n({ folder: scratch, progress });
	const browser = await openBrowser(browserPath);
	try {
		const context = await browser.newContext({
			userAgent: HUMAN_USER_AGENT,
			deviceScaleFactor: 2,
			viewport: PAGE,
		});
		context.setDefaultTimeout(PATIENCE_MS);
		await takeJourney(context, running);
		await takeCanvases(context, running);
		await takeTimeMachine(context, running);
	} finally {
		await browser.close();
		await running.close();
		await rm(scratch, { recursive: true, force: true });
	}
}

/** The way of one person: the form, and the instance that the form ends in. */
async function takeJourney(context: BrowserContext, { n8n, standIns, workflows }: SandboxWithN8n) {
	const form = signUpForm(n8n.url, workflows);
	if (!form) throw new Error('No workflow begins with a form.');
	const page = await context.newPage();
	await page.goto(form.url);
	await page.getByLabel('Your name').fill('Ada Lovelace');
	await page.getByLabel('Work e-mail').fill('ada@example.com');
	await page.setViewportSize({ width: 640, height: 460 });
	await take(page, 'sign-up-form');
	await page.setViewportSize(PAGE);
	await page.getByRole('button', { name: 'Start free trial' }).click();
	await page.waitForURL(`${standIns.acme.url}/**`);
	await take(page, 'instance');
	await page.close();
}

async function takeTimeMachine(context: BrowserContext, { standIns }: SandboxWithN8n) {
	const page = await context.newPage();
	await page.setViewportSize(CANVAS);
	await page.goto(standIns.timeMachine.url);
	await page.locator('#people').getByText('Ada Lovelace').click();
	await page.locator('#person').getByText('ada@example.com').first().waitFor();
	await take(page, 'time-machine');
	await page.close();
}

/** Every template as it looks in n8n's editor, without the panels around it. */
async function takeCanvases(context: BrowserContext, { client, workflows }: SandboxWithN8n) {
	const [name = '', value = ''] = client.cookie.split('=');
	await context.addCookies([{ name, value, url: client.url }]);
	const page = await context.newPage();
	await page.setViewportSize(CANVAS);
	for (const { id } of workflows) {
		await page.goto(`${client.url}/workflow/${id}`);
		await page.locator('.vue-flow__node').first().waitFor();
		await page.addStyleTag({ content: EDITOR_PANELS });
		await page.keyboard.press('1');
		const clip = await stillBox(page);
		await page.screenshot({ path: join(FOLDER, `canvas-${id}.png`), clip });
	}
	await page.close();
}

/** The rectangle around all nodes, once the editor has moved them where they stay. */
async function stillBox(page: Page) {
	const boxOf = async () => {
		const nodes = await page.locator('.vue-flow__node').all();
		const boxes = (await Promise.all(nodes.map(async (node) => await node.boundingBox()))).flatMap(
			(box) => box ?? [],
		);
		const x = Math.min(...boxes.map((box) => box.x)) - MARGIN;
		const y = Math.min(...boxes.map((box) => box.y)) - MARGIN;
		const right = Math.max(...boxes.map((box) => box.x + box.width)) + MARGIN;
		const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + MARGIN;
		return { x: Math.max(0, x), y: Math.max(0, y), width: right - x, height: bottom - y };
	};
	let box = await boxOf();
	for (;;) {
		await page.waitForTimeout(POLL_MS);
		const next = await boxOf();
		if (JSON.stringify(next) === JSON.stringify(box)) return box;
		box = next;
	}
}

async function take(page: Page, name: string) {
	await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

onEndRequested(async () => await running?.close());
try {
	await main();
} catch (error) {
	progress.failed();
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
}
