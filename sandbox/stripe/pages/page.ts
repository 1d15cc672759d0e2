import { html, type Markup } from '../../kernel/html.ts';
import type { Reply } from '../../kernel/http.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1a1f36; --soft: #697386; --line: #d8dee9; --paper: #fff; --ground: #f6f8fb; --accent: #4b45c6; --bad: #b3093c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #9aa5b8; --line: #36405a; --paper: #1b2238; --ground: #12182b; --accent: #8f8bff; --bad: #ff7a9c; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 30rem; margin: 0 auto; padding: 2rem 1rem 4rem }
section { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 1rem 0 }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.05rem; margin: 0 0 .5rem }
p { margin: .25rem 0 } .soft { color: var(--soft); font-size: .9rem } .bad { color: var(--bad) }
label { display: block; margin: .75rem 0 .25rem } .row { display: flex; gap: .5rem; justify-content: space-between; align-items: baseline }
input, select, textarea, button { font: inherit; color: inherit; width: 100%; padding: .55rem .7rem; border: 1px solid var(--line); border-radius: .5rem; background: transparent }
option { color: #1a1f36 }
button { margin-top: 1rem; background: var(--accent); color: #fff; border: 0; cursor: pointer }
button.quiet { background: transparent; color: var(--accent); border: 1px solid var(--line) }
@media (prefers-color-scheme: dark) { button:not(.quiet) { color: #12182b } }
a { color: var(--accent) } :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`;

/** A hosted page: nothing in it comes from elsewhere. */
export function page(title: string, body: Markup, status = 200): Reply {
	const document = html`<!doctype html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<title>${title}</title>
				<style>
					${{ markup: STYLE }}
				</style>
			</head>
			<body>
				<main>
					${body}
					<p class="soft">A page of the Stripe stand-in. No card is charged here.</p>
				</main>
			</body>
		</html>`;
	return { status, html: document.markup };
}

export function redirect(location: string): Reply {
	return { status: 303, headers: { location } };
}

/** A complaint above a form, announced to screen readers. */
export function complaint(message: string | null): Markup | false {
	return message !== null && html`<p class="bad" role="alert">${message}</p>`;
}

/** The number of a test card; the kinds that matter for trials are suggested. */
export function cardField(): Markup {
	return html`<label for="card">Card number</label>
		<input
			id="card"
			name="card"
			inputmode="numeric"
			autocomplete="off"
			list="cards"
			value="4242 4242 4242 4242"
			required
		/>
		<datalist id="cards">
			<option value="4242 4242 4242 4242">succeeds</option>
			<option value="4000 0000 0000 0341">is accepted, fails when charged</option>
			<option value="4000 0000 0000 0002">declined</option>
			<option value="4000 0000 0000 9995">insufficient funds</option>
			<option value="4000 0000 0000 0069">expired</option>
			<option value="4000 0027 6000 3184">asks the owner each time</option>
		</datalist>`;
}

export function sorry(message: string, status = 404): Reply {
	return page('Stripe', html`<section><h1>${message}</h1></section>`, status);
}

export function dateOf(seconds: number): string {
	return new Date(seconds * 1000).toLocaleDateString('en-GB', {
		day: 'numeric',
		month: 'long',
		year: 'numeric',
		timeZone: 'UTC',
	});
}
