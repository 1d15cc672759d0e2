import { setTimeout as delay } from 'node:timers/promises';

/** Where a person ends after they sent a form: in a redirect, or on a page with words. */
export interface FormEnding {
	readonly status: 'redirect' | 'page' | 'failed';
	readonly url: string | null;
	readonly text: string;
}

/** A field of a form page. */
export interface Field {
	readonly name: string;
	readonly kind: 'text' | 'email' | 'hidden' | 'textarea' | 'select' | 'choice';
	/** What stands in it already. */
	readonly value: string;
	/** What can be chosen; empty where one writes. */
	readonly options: readonly string[];
}

/** What a person enters, by the names of the fields; what is left out stays as it stands. */
export type FillIn = (fields: readonly Field[]) => Readonly<Record<string, string>>;

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
 * the fields, asks for the state of the run, fills in what further pages ask, opens the ending and confirms it.
 */
export async function walkForm(formUrl: string, fillIn: FillIn): Promise<FormEnding> {
	const page = await textOf(await fetch(formUrl, { headers }));
	const answer = await textOf(await send(formUrl, page, fillIn));
	const { formWaitingUrl } = JSON.parse(answer) as { formWaitingUrl?: string };
	return formWaitingUrl === undefined
		? { status: 'page', url: null, text: '' }
		: await followTo(formWaitingUrl, fillIn);
}

async function send(url: string, page: string, fillIn: FillIn): Promise<Response> {
	const fields = fieldsOf(page);
	const entered = fillIn(fields);
	const form = new FormData();
	for (const { name, kind, value } of fields) {
		const given = entered[name] ?? value;
		form.set(name, kind === 'choice' ? JSON.stringify(given === '' ? [] : [given]) : given);
	}
	return await fetch(url, { method: 'POST', headers, body: form });
}

/** Fields have numbers for names. Boxes to tick have none: the list that they are in has. */
export function fieldsOf(page: string): readonly Field[] {
	const elements = page.matchAll(
		/<(?<tag>input|textarea|select|div)\b(?<attributes>[^>]*\bid=['"](?<id>field-\d+)['"][^>]*)>/g,
	);
	return [...elements].map(({ groups = {}, index, 0: { length } }) => {
		const { tag, attributes = '', id: name = '' } = groups;
		const attribute = (of: string, key: string) =>
			unescape(new RegExp(`\\b${key}=(['"])(.*?)\\1`, 's').exec(of)?.[2] ?? '');
		const rest = page.slice(index + length);
		const inner = (end: string) => rest.slice(0, Math.max(rest.indexOf(end), 0));
		const valuesOf = (pattern: RegExp, text: string) =>
			[...text.matchAll(pattern)].map(([option]) => attribute(option, 'value')).filter(Boolean);
		switch (tag) {
			case 'textarea':
				return { name, kind: 'textarea', value: unescape(inner('</textarea>')), options: [] };
			case 'select': {
				const options = valuesOf(/<option\b[^>]*>/g, inner('</select>'));
				return { name, kind: 'select', value: '', options };
			}
			case 'div': {
				const options = valuesOf(/<input\b[^>]*>/g, inner('<p '));
				return { name, kind: 'choice', value: '', options };
			}
			default:
				return {
					name,
					kind: kindOf(attribute(attributes, 'type')),
					value: attribute(attributes, 'value'),
					options: [],
				};
		}
	});
}

function kindOf(type: string): Field['kind'] {
	return type === 'email' || type === 'hidden' ? type : 'text';
}

async function followTo(waitingUrl: string, fillIn: FillIn): Promise<FormEnding> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	while (Date.now() < giveUpAt) {
		const status = await textOf(await fetch(statusUrl(waitingUrl), { headers }));
		if (status === 'form-waiting') {
			const page = await textOf(await fetch(waitingUrl, { headers }));
			if (!isQuestion(page)) return await end(waitingUrl, page);
			await textOf(await send(waitingUrl, page, fillIn));
		}
		if (['error', 'crashed', 'canceled'].includes(status)) {
			return { status: 'failed', url: null, text: `The run of the form ended as ${status}.` };
		}
		if (status === 'success') return { status: 'page', url: null, text: '' };
		await delay(POLL_MS);
	}
	return { status: 'failed', url: null, text: 'The form did not come to an end in two minutes.' };
}

function isQuestion(page: string): boolean {
	return /<form\b[^>]*\bid=['"]n8n-form['"]/.test(page);
}

function statusUrl(waitingUrl: string): string {
	const url = new URL(waitingUrl);
	url.pathname += '/n8n-execution-status';
	return url.href;
}

async function end(waitingUrl: string, page: string): Promise<FormEnding> {
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

/** The words of a page or of a message in HTML, in one line. */
export function readable(page: string): string {
	const body = page.slice(Math.max(page.indexOf('<body'), 0));
	return unescape(
		body
			.replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
			.replaceAll(/<[^>]+>/g, ' ')
			.replaceAll(/\s+/g, ' '),
	).trim();
}

export function unescape(text: string): string {
	const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
	return text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
		if (hex) return String.fromCodePoint(Number.parseInt(String(hex), 16));
		if (decimal) return String.fromCodePoint(Number(decimal));
		return named[String(name)] ?? whole;
	});
}
