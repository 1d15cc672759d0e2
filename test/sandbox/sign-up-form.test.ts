import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fieldsOf, isFormServed, walkForm } from '../../sandbox/n8n/form.ts';
import { submitSignUp } from '../../sandbox/sign-up-form.ts';

const person = { name: 'Ada Lovelace', email: 'ada@example.com' };
const formPage = `<form>
	<input class='x' type='text' id='field-0' name='field-0' />
	<input class='x' type='email' id='field-1' name='field-1' />
</form>`;

describe('the form of an n8n', () => {
	let n8n: Server;
	let url: string;
	let requests: string[];
	let statuses: string[];
	let ending: string;
	let endings: () => string;

	beforeEach(async () => {
		requests = [];
		statuses = ['running', 'form-waiting'];
		endings = () => ending;
		ending = `<body><a id='redirectUrl' href='http://board.example/x?a&#x3D;1&amp;b' ></a></body>`;
		n8n = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const fields = [
					...Buffer.concat(chunks)
						.toString()
						.matchAll(/name="(.+)"\r\n\r\n(.+)\r/g),
				];
				const sent = fields.map(([, name, value]) => ` ${name}=${value}`).join('');
				requests.push(`${request.method} ${request.url}${sent}`);
				const path = request.url?.split('?')[0];
				const answers: Record<string, () => string> = {
					'/form/sign-up': () =>
						request.method === 'GET'
							? formPage
							: JSON.stringify({ formWaitingUrl: `${url}/form-waiting/7?signature=s` }),
					'/form-waiting/7/n8n-execution-status': () => statuses.shift() ?? 'success',
					'/form-waiting/7': () => endings(),
				};
				const answer = answers[path ?? ''];
				response.writeHead(answer ? 200 : 404).end(answer?.() ?? '');
			});
		});
		await new Promise<void>((resolve) => n8n.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(n8n.address() as AddressInfo).port}`;
	});

	afterEach(() => {
		n8n.close();
		n8n.closeAllConnections();
	});

	it('is filled in by the kind of its fields, followed and confirmed', async () => {
		expect(await submitSignUp(`${url}/form/sign-up`, person)).toEqual({
			status: 'redirect',
			url: 'http://board.example/x?a=1&b',
			text: '',
		});
		expect(requests).toEqual([
			'GET /form/sign-up',
			'POST /form/sign-up field-0=Ada Lovelace field-1=ada@example.com',
			'GET /form-waiting/7/n8n-execution-status?signature=s',
			'GET /form-waiting/7/n8n-execution-status?signature=s',
			'GET /form-waiting/7?signature=s',
			'POST /form-waiting/7?signature=s',
		]);
	});

	it('may end on a page, whose text is read without its markup', async () => {
		ending =
			'<head><title>t</title></head><body><script>x()</script><h1>Good to see you</h1>\n<p>Again &amp; again</p></body>';
		expect(await submitSignUp(`${url}/form/sign-up`, person)).toEqual({
			status: 'page',
			url: null,
			text: 'Good to see you Again & again',
		});
	});

	it.each(['error', 'crashed', 'canceled'])('fails when its run ends as %s', async (status) => {
		statuses = [status];
		expect(await submitSignUp(`${url}/form/sign-up`, person)).toMatchObject({ status: 'failed' });
	});

	it('is known to be served or not', async () => {
		expect(await isFormServed(`${url}/form/sign-up`)).toBe(true);
		expect(await isFormServed(`${url}/form/other`)).toBe(false);
		expect(await isFormServed('http://127.0.0.1:1/form')).toBe(false);
		await expect(submitSignUp(`${url}/form/other`, person)).rejects.toThrow('n8n answered 404');
	});

	it('may ask on a second page, with what is hidden in the link sent along', async () => {
		const asked: string[] = [];
		const question = `<form id='n8n-form'>
			<select id='field-0' name='field-0'><option value='' disabled></option>
			<option value='Too expensive'>Too expensive</option></select></form>`;
		const pages = [question, '<body>Thank you</body>'];
		statuses = ['form-waiting', 'form-waiting'];
		endings = () => (requests.at(-1)?.startsWith('POST') ? '' : (pages.shift() ?? ''));
		const ending = await walkForm(`${url}/form/sign-up`, (fields) => {
			asked.push(...fields.map(({ kind, options }) => [kind, ...options].join(' ')));
			return Object.fromEntries(fields.map(({ name, options }) => [name, options[0] ?? 'x']));
		});
		expect(ending).toEqual({ status: 'page', url: null, text: 'Thank you' });
		expect(asked).toEqual(['text', 'email', 'select Too expensive']);
		expect(requests).toContain('POST /form-waiting/7?signature=s field-0=Too expensive');
	});
});

describe('the fields of a form', () => {
	it.each([
		[`<input type="hidden" id="field-0" name="field-0" value="a&#x3D;b" />`, 'hidden', 'a=b', []],
		[`<input type='text' id='field-0' name='field-0' value="" />`, 'text', '', []],
		[`<textarea id='field-0' name='field-0'>so &amp; so</textarea>`, 'textarea', 'so & so', []],
		[
			`<div class='multiselect' id='field-0'><input type='checkbox' id='o' value='A' /></div><p class='x'>`,
			'choice',
			'',
			['A'],
		],
	])('are known with what stands in them: %s', (page, kind, value, options) => {
		expect(fieldsOf(page)).toEqual([{ name: 'field-0', kind, value, options }]);
	});
});
