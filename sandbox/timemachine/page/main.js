import { api } from './api.js';
import { h } from './dom.js';
import { showPeople, startPeople } from './people.js';
import { showPerson, steps } from './person.js';

const signUpForm = document.querySelector('#sign-up');
const announcement = document.querySelector('#announcement');

let overview = { version: 0, people: [], links: [], fates: [] };
let silence;
let selected = decodeURIComponent(location.hash.slice(1)) || null;

const handlers = {
	move: (id, step) => doing(() => api.move(id, step)),
	act: (id, { action }) => doing(() => api.act(id, action)),
	goBack: () => select(null),
};

startPeople(select);
startSignUp();
startEverybodysClock();
addEventListener('hashchange', () => {
	const id = decodeURIComponent(location.hash.slice(1)) || null;
	if (id !== selected) select(id);
});
await follow();

/** Keeps the page true: the answer comes as soon as something has changed on the other side. */
async function follow() {
	for (;;) {
		try {
			overview = await api.overview(overview.version);
			await show();
		} catch (error) {
			announce(`The sandbox does not answer: ${error.message}`, 'bad');
			overview = { ...overview, version: 0 };
			await new Promise((resolve) => setTimeout(resolve, 2000));
		}
	}
}

async function show() {
	document.querySelector('#way').textContent = overview.way;
	document
		.querySelector('#links')
		.replaceChildren(
			...overview.links.map(({ label, href }) => h('a', { href, target: '_blank' }, label)),
		);
	document.querySelector('#busy').textContent = overview.busy;
	document.querySelector('#reset').hidden = overview.people.length === 0;
	showFates(overview.fates);
	showPeople(overview.people, selected);
	await showSelected();
}

async function showSelected() {
	const id = selected;
	const isKnown = overview.people.some((person) => person.id === id);
	const person = isKnown ? await api.person(id) : null;
	// Somebody else may have been chosen while the answer was on its way.
	if (id !== selected) return;
	document.body.dataset.view = person ? 'person' : 'people';
	showPerson(person, handlers);
}

async function select(id) {
	const before = selected;
	selected = id;
	history.replaceState(null, '', id ? `#${encodeURIComponent(id)}` : location.pathname);
	showPeople(overview.people, selected);
	await showSelected();
	if (id) {
		const main = document.querySelector('#person');
		if (getComputedStyle(document.querySelector('.side')).display === 'none') main.focus();
		window.scrollTo(0, 0);
	} else {
		document.querySelector(`#people [data-key="${CSS.escape(before ?? '')}"] button`)?.focus();
	}
}

function startSignUp() {
	signUpForm.addEventListener('submit', (event) => {
		event.preventDefault();
		const person = Object.fromEntries(new FormData(signUpForm));
		void doing(async () => {
			const answer = await api.signUp(person);
			signUpForm.reset();
			if (answer.id) await select(answer.id);
			return answer;
		});
	});
	for (const button of document.querySelectorAll('[data-crowd]')) {
		button.addEventListener('click', () =>
			doing(() => api.signUpCrowd(Number(button.dataset.crowd))),
		);
	}
}

function startEverybodysClock() {
	document.querySelector('#reset').addEventListener('click', () => {
		if (confirm('Forget everybody? Workflows in n8n stay as they are.')) void doing(api.reset);
	});
	document
		.querySelector('#all-clocks')
		.append(
			...steps.map(({ hours, label }) =>
				h(
					'button',
					{ type: 'button', class: 'time', onclick: () => doing(() => api.moveAll(hours)) },
					label,
				),
			),
		);
}

function showFates(fates) {
	const select = document.querySelector('#fates');
	if (select.options.length > 0) return;
	select.append(...fates.map(({ name, label }) => h('option', { value: name }, label)));
}

/** Carries something out and says aloud how it went. */
async function doing(work) {
	document.body.setAttribute('aria-busy', 'true');
	try {
		const { done } = await work();
		announce(done);
	} catch (error) {
		announce(error.message, 'bad');
	} finally {
		document.body.removeAttribute('aria-busy');
	}
}

function announce(text, tone = '') {
	announcement.className = `announcement ${tone}`;
	announcement.textContent = text;
	clearTimeout(silence);
	silence = setTimeout(() => (announcement.textContent = ''), 7000);
}
