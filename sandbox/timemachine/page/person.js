import { axisDate, distance, fullDate } from './dates.js';
import { h, renderList, sign } from './dom.js';

const main = document.querySelector('#person');

/** The steps by which clocks are moved. */
export const steps = [
	{ hours: 1, label: '+1 hour' },
	{ hours: 24, label: '+1 day' },
	{ hours: 72, label: '+3 days' },
	{ hours: 168, label: '+1 week' },
];

let shown = null;
let parts = null;
let withDetails = false;

/** Shows one person, or an invitation when there is none. */
export function showPerson(person, handlers) {
	if (!person) {
		shown = null;
		main.replaceChildren(invitation());
		return;
	}
	if (shown?.id !== person.id) {
		parts = frame(person, handlers);
		main.replaceChildren(...parts.all);
	}
	shown = person;
	fill(handlers);
}

function invitation() {
	return h(
		'section',
		{ class: 'empty' },
		h('h1', {}, 'Move through the life of a trial'),
		h(
			'p',
			{},
			'Sign somebody up, then move their clock by hours or days. You see what they pay, what they read and what they may do, as it happens.',
		),
	);
}

/** What stays while one person is shown. */
function frame(person, handlers) {
	const back = h('button', { type: 'button', class: 'back', onclick: handlers.goBack }, '← People');
	const date = h('p', { class: 'date' });
	const facts = h('ul', { class: 'facts' });
	const clockRow = h('div', { class: 'row', role: 'group', 'aria-label': 'Move the clock' });
	const actionRows = h('div', { class: 'actions' });
	const details = h('input', { type: 'checkbox' });
	details.checked = withDetails;
	details.addEventListener('change', () => {
		withDetails = details.checked;
		fill(handlers);
	});
	const axis = h('ol', { class: 'axis' });
	const who = h(
		'section',
		{ class: 'box' },
		h(
			'div',
			{ class: 'who' },
			h('h1', {}, person.name),
			h('p', { class: 'email' }, person.email),
			h('div', { class: 'clock' }, h('p', { class: 'label' }, 'Their clock'), date),
		),
		facts,
		h('div', { class: 'actions' }, h('h2', {}, 'Time'), clockRow),
		actionRows,
	);
	const head = h(
		'div',
		{ class: 'axis-head' },
		h('h2', {}, 'Timeline'),
		h('label', {}, details, 'Show every event'),
	);
	return { all: [back, who, head, axis], date, facts, clockRow, actionRows, axis };
}

function fill(handlers) {
	const person = shown;
	parts.date.textContent = fullDate(person.now);
	renderList(parts.facts, person.facts, (fact) => fact.name, renderFact);
	renderList(
		parts.clockRow,
		[...steps, ...jumps(person)].map((step) => ({ ...step, isMoving: person.isMoving })),
		(step) => step.key ?? step.label,
		(step) =>
			h(
				'button',
				{
					type: 'button',
					class: 'time',
					disabled: step.isMoving,
					onclick: () =>
						handlers.move(person.id, step.to ? { to: step.to } : { hours: step.hours }),
				},
				step.label,
			),
	);
	renderList(
		parts.actionRows,
		person.actions.flatMap(({ group, items }) => [{ heading: group }, { group, items }]),
		(row) => row.heading ?? `${row.group} row`,
		(row) =>
			row.heading
				? h('h2', {}, row.heading)
				: h(
						'div',
						{ class: 'row', role: 'group', 'aria-label': row.group },
						row.items.map((item) =>
							h(
								'button',
								{
									type: 'button',
									disabled: item.isDisabled,
									onclick: () => handlers.act(person.id, item),
								},
								item.label,
							),
						),
					),
	);
	renderList(parts.axis, axisOf(person), (entry) => entry.key, renderEntry);
}

function jumps({ upcoming }) {
	const [next] = upcoming;
	return next ? [{ key: 'jump', to: next.at, label: 'To what is next' }] : [];
}

function renderFact({ label, tone, href }) {
	return h('li', {}, href ? h('a', { href, target: '_blank' }, label) : chip(label, tone));
}

function chip(label, tone) {
	return h('span', { class: `chip ${tone}` }, label);
}

/** Future on top, dashed; then now; then the past, newest first. */
function axisOf(person) {
	const due = [...person.upcoming].reverse().map((entry) => ({
		...entry,
		key: `due ${entry.at} ${entry.title}`,
		isDue: true,
		distance: distance(person.now, entry.at),
	}));
	const past = person.timeline
		.filter((entry) => withDetails || !entry.isMinor)
		.map((entry) => ({ ...entry, key: entry.id, withSource: withDetails }));
	return [...due, { key: 'now', isNow: true, at: person.now }, ...past];
}

function renderEntry(entry) {
	if (entry.isNow) return row('now', entry.at, h('p', { class: 'title' }, 'Now'));
	if (entry.isDue) {
		return row('due', entry.at, h('p', { class: 'title' }, `${entry.title}, ${entry.distance}`));
	}
	return row(
		entry.isMinor ? 'minor' : entry.tone,
		entry.at,
		h(
			'p',
			{},
			h('span', { class: 'title' }, entry.title),
			entry.withSource && entry.source ? h('span', { class: 'source' }, entry.source) : false,
		),
		entry.message && renderMessage(entry.message),
		entry.isMinor ? undefined : entry.kind,
	);
}

function row(kind, at, title, more, signOf) {
	return h(
		'li',
		{ class: kind },
		h('time', { datetime: at }, axisDate(at)),
		h(
			'span',
			{ class: 'line', 'aria-hidden': 'true' },
			h('span', { class: 'dot' }, signOf && sign(signOf)),
		),
		h('div', { class: 'body' }, title, more),
	);
}

function renderMessage({ from, subject, text }) {
	return h(
		'article',
		{ class: 'message' },
		h('p', { class: 'from' }, from),
		subject && h('p', { class: 'subject' }, subject),
		h('p', { class: 'text' }, withLinks(text)),
	);
}

function withLinks(text) {
	return text
		.split(/(https?:\/\/\S*[^\s.,;:!?)])/)
		.map((part, index) =>
			index % 2 === 1 ? h('a', { href: part, target: '_blank', rel: 'noopener' }, part) : part,
		);
}
