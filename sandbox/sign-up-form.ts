import { setTimeout as delay } from 'node:timers/promises';

/** Where a person ends after they sent a form: in a redirect, or on a page with words. */
export interface FormEnding {
	readonly status: 'redirect' | 'page' | 'failed';
	readonly url: string | null;
	readonly text: string;
}

export interface SignUp {
	readonly name: string;
	readonly email: string;
}

const ANSWER_MS = 2_000;
const POLL_MS = 250;
const PATIENCE_MS = 120_000;

/** n8n's forms turn bots away where the author wants it, and take anything without a browser's name for one. */
const headers = { 'user-agent': 'Mozilla/5.0 (sandbox)' };

/** Whether n8n runs and the form's workflow is on. */
export async function isFormServed(formUrl: string): Promise<boolean> {
	try {
		const response = await fetch(formUrl, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
		await response.arrayBuffer();
		return response.ok;
	} catch {
		// Nobody listens: an ordinary answer to the question that is asked here.
		return false;
	}
}

/**
 * Fills in a form of n8n's Form Trigger and follows its pages as a browser does: the form's own script posts
 * the fields, asks for the state of the run, opens the ending and confirms it.
 */
export async function submitSignUp(formUrl: string, person: SignUp): Promise<FormEnding> {
	const page = await textOf(await fetch(formUrl, { headers }));
	const response = await fetch(formUrl, { method: 'POST', headers, body: fillIn(page, person) });
	const { formWaitingUrl } = JSON.parse(await textOf(response)) as { formWaitingUrl?: string };
	return formWaitingUrl === undefined
		? { status: 'page', url: null, text: '' }
		: await followTo(formWaitingUrl);
}

/** Fields have numbers for names; the e-mail is known by its type, the name is the first text. */
function fillIn(page: string, { name, email }: SignUp): FormData {
	const inputs = [...page.matchAll(/<input\b[^>]*>/g)].map(([tag]) => ({
		name: /\bname=['"](field-\d+)['"]/.exec(tag)?.[1],
		type: /\btype=['"](\w+)['"]/.exec(tag)?.[1],
	}));
	const fieldOf = (type: string) => {
		const field = inputs.find((input) => input.name !== undefined && input.type === type)?.name;
		if (field === undefined) throw new Error(`The sign-up form has no field of the type ${type}.`);
		return field;
	};
	const form = new FormData();
	form.set(fieldOf('text'), name);
	form.set(fieldOf('email'), email);
	return form;
}

async function followTo(waitingUrl: string): Promise<FormEnding> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	while (Date.now() < giveUpAt) {
		const status = await textOf(await fetch(statusUrl(waitingUrl), { headers }));
		if (status === 'form-waiting') return await end(waitingUrl);
		if (['error', 'crashed', 'canceled'].includes(status)) {
			return { status: 'failed', url: null, text: `The run of the form ended as ${status}.` };
		}
		if (status === 'success') return { status: 'page', url: null, text: '' };
		await delay(POLL_MS);
	}
	return { status: 'failed', url: null, text: 'The form did not come to an end in two minutes.' };
}

function statusUrl(waitingUrl: string): string {
	const url = new URL(waitingUrl);
	url.pathname += '/n8n-execution-status';
	return url.href;
}

async function end(waitingUrl: string): Promise<FormEnding> {
	const page = await textOf(await fetch(waitingUrl, { headers }));
	await textOf(await fetch(waitingUrl, { method: 'POST', headers }));
	const target = /id=['"]redirectUrl['"]\s+href=['"]([^'"]+)['"]/.exec(page)?.[1];
	return target === undefined
		? { status: 'page', url: null, text: readable(page) }
		: { status: 'redirect', url: unescape(target), text: '' };
}

async function textOf(response: Response): Promise<string> {
	const text = (await response.text()).trim();
	if (!response.ok) throw new Error(`n8n answered ${response.status}: ${text.slice(0, 200)}`);
	return text;
}

function readable(page: string): string {
	const body = page.slice(page.indexOf('<body'));
	return unescape(
		body
			.replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
			.replaceAll(/<[^>]+>/g, ' ')
			.replaceAll(/\s+/g, ' '),
	).trim();
}

function unescape(text: string): string {
	const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
	return text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
		if (hex) return String.fromCodePoint(Number.parseInt(String(hex), 16));
		if (decimal) return String.fromCodePoint(Number(decimal));
		return named[String(name)] ?? whole;
	});
}
