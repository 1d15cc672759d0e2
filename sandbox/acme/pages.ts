import { html, type Markup } from '../kernel/html.ts';
import { milestones } from './milestones.ts';
import type { AccessLevel, Instance } from './instances.ts';
import type { Reply } from '../kernel/http.ts';

const columns = ['To do', 'Doing', 'Done'] as const;

const levelNames: Readonly<Record<AccessLevel | 'none', string>> = {
	full: 'Full access',
	grace: 'Grace period',
	read_only: 'Read only',
	suspended: 'Suspended',
	none: 'Closed',
};

/** The page of an instance, whatever state it is in. */
export function instancePage(instance: Instance, now: Date): Reply {
	switch (instance.status) {
		case 'provisioning':
			return page(202, 'Getting ready', instance, madePanel, { refreshSeconds: 1 });
		case 'failed':
			return page(500, 'Something went wrong', instance, failedPanel);
		case 'revoked':
			return page(410, 'Closed', instance, closedPanel);
		case 'ready':
			return instance.access.level === 'suspended'
				? page(403, 'Suspended', instance, suspendedPanel)
				: page(200, `${ownerOf(instance)}’s board`, instance, boardPage(instance, now));
	}
}

/** What stands at the root of the product. */
export function frontPage(): Reply {
	return page(
		200,
		'Boards for small teams',
		undefined,
		panel('board', 'Boards for small teams', [
			'Acme Boards is the demo product of this sandbox.',
			'Every account has a board of its own, at an address that only its owner knows.',
		]),
	);
}

/** For an address that is nobody's. */
export function unknownPage(): Reply {
	return page(
		404,
		'No such board',
		undefined,
		panel('lens', 'No such board', ['Please check the address in your welcome message.']),
	);
}

/** Strokes on a field of 24 by 24. */
const signs = {
	board: html`<rect x="4" y="4" width="16" height="16" rx="3" /><path d="M9 8v8M15 8v4" />`,
	lens: html`<circle cx="11" cy="11" r="6" /><path d="m16 16 4 4" />`,
	clock: html`<circle cx="12" cy="12" r="8" /><path d="M12 7v5l3 2" />`,
	alert: html`<path d="M12 4 3.5 19h17zM12 10v4M12 16.5v.5" />`,
	lock: html`<rect x="5" y="11" width="14" height="9" rx="2" /><path
			d="M8 11V8a4 4 0 0 1 8 0v3"
		/>`,
	box: html`<path d="M4 8h16v11H4zM3 5h18v3H3zM10 12h4" />`,
};

const madePanel = panel('clock', 'Your board is being made', [
	'This takes a few seconds. The page comes back by itself.',
]);
const failedPanel = panel('alert', 'Your board could not be made', [
	'We have been told and will try again. There is nothing that you have to do.',
]);
const suspendedPanel = panel('lock', 'This board is suspended', [
	'Your data is safe: every board, card and file is kept just as you left it.',
	'As soon as a plan is active again, you go on where you stopped.',
]);
const closedPanel = panel('box', 'This board was closed', [
	'It was closed for good. Thank you for having been here.',
]);

function panel(sign: keyof typeof signs, title: string, paragraphs: readonly string[]): Markup {
	return html`<main class="panel">
		<svg class="sign" width="56" height="56" viewBox="0 0 24 24" aria-hidden="true">
			${signs[sign]}
		</svg>
		<h1>${title}</h1>
		${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
	</main>`;
}

function boardPage(instance: Instance, now: Date): Markup {
	const isReadOnly = instance.access.level === 'read_only';
	return html`${banner(instance)}
		<main class="workspace">
			<div class="heading">
				<h1>${ownerOf(instance)}’s board</h1>
				${trialLine(instance, now)}
			</div>
			<div class="columns">
				${columns.map((name, column) => columnOf(instance, name, column, isReadOnly))}
			</div>
			${checklist(instance, isReadOnly)}
		</main>`;
}

function banner({ access }: Instance): Markup | false {
	const until = access.until !== undefined && html` until <strong>${day(access.until)}</strong>`;
	if (access.level === 'grace') {
		return html`<div class="banner grace" role="status">
			<strong>Your last payment did not go through.</strong> Nothing has changed for you${until}.
			Please update your card.
		</div>`;
	}
	if (access.level === 'read_only') {
		return html`<div class="banner read_only" role="status">
			<strong>This board is read only${until}.</strong> You can look at everything and export it.
			Choose a plan to go on working.
		</div>`;
	}
	return false;
}

function trialLine({ profile }: Instance, now: Date): Markup | false {
	if (profile.trialEndsAt === undefined) return false;
	const left = Date.parse(profile.trialEndsAt) - now.getTime();
	if (left <= 0) return html`<p class="trial">Trial ended on ${day(profile.trialEndsAt)}</p>`;
	const days = Math.ceil(left / 86_400_000);
	return html`<p class="trial">
		Free trial until ${day(profile.trialEndsAt)} · ${days === 1 ? 'last day' : `${days} days left`}
	</p>`;
}

function columnOf(instance: Instance, name: string, column: number, isReadOnly: boolean): Markup {
	const cards = instance.cards.filter((card) => card.column === column);
	return html`<section class="column" aria-label="${name}">
		<h2>${name} <span class="count">${cards.length}</span></h2>
		<ul>
			${cards.map((card) => html`<li class="card">${card.title}</li>`)}
		</ul>
		${
			column === 0 &&
			!isReadOnly &&
			html`<form method="post" action="/boards/${instance.slug}/cards">
				<label class="hidden" for="title">New card</label>
				<input id="title" name="title" placeholder="Add a card" maxlength="120" required />
				<button type="submit" aria-label="Add card">+</button>
			</form>`
		}
	</section>`;
}

function checklist(instance: Instance, isReadOnly: boolean): Markup {
	const reached = new Set(instance.milestones.map(({ name }) => name));
	const offered = new Set<string>(milestones.map(({ name }) => name));
	const count = [...reached].filter((name) => offered.has(name)).length;
	return html`<section class="checklist" aria-label="First steps">
		<h2>First steps <span class="count">${count} of ${milestones.length}</span></h2>
		<ul>
			${milestones.map(({ name, label, done }) =>
				reached.has(name)
					? html`<li class="reached">${done}</li>`
					: html`<li>
							<form method="post" action="/boards/${instance.slug}/milestones">
								<button type="submit" name="name" value="${name}" ${disabled(isReadOnly)}>
									${label}
								</button>
							</form>
						</li>`,
			)}
		</ul>
	</section>`;
}

function disabled(isDisabled: boolean): Markup | false {
	return isDisabled && html`disabled`;
}

function page(
	status: number,
	title: string,
	instance: Instance | undefined,
	content: Markup,
	options: { readonly refreshSeconds?: number } = {},
): Reply {
	const document = html`<!doctype html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				${
					options.refreshSeconds !== undefined &&
					html`<meta http-equiv="refresh" content="${options.refreshSeconds}" />`
				}
				<title>${title} · Acme Boards</title>
				<link rel="stylesheet" href="/assets/acme.css" />
			</head>
			<body>
				<header>
					<span class="brand">${logo} Acme Boards</span>
					${instance && facts(instance)}
				</header>
				${content}
			</body>
		</html>`;
	return { status, headers: pageHeaders, html: document.markup };
}

function facts({ profile, access }: Instance): Markup {
	return html`<span class="facts">
		${profile.plan !== undefined && html`<span class="chip">${profile.plan}</span>`}
		<span class="chip level ${access.level}" data-access="${access.level}"
			>${levelNames[access.level]}</span
		>
	</span>`;
}

/** The address is a secret, so it must not travel on in a Referer header. */
const pageHeaders = {
	'referrer-policy': 'no-referrer',
	'content-security-policy': "default-src 'none'; style-src 'self'; form-action 'self'",
	'cache-control': 'no-store',
};

const logo = html`<svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
	<rect width="26" height="26" rx="7" class="ground" />
	<rect x="5.5" y="6" width="4" height="14" rx="2" />
	<rect x="11" y="6" width="4" height="9" rx="2" />
	<rect x="16.5" y="6" width="4" height="11.5" rx="2" />
</svg>`;

function ownerOf({ profile }: Instance): string {
	return profile.name?.split(' ')[0] ?? profile.email.split('@')[0] ?? 'Your';
}

function day(instant: string): string {
	return new Date(instant).toLocaleDateString('en-GB', {
		day: 'numeric',
		month: 'long',
		year: 'numeric',
		timeZone: 'UTC',
	});
}
