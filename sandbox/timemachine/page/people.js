import { h, renderList } from './dom.js';

const list = document.querySelector('#people');
const filter = document.querySelector('#filter');
const count = document.querySelector('#count');
const nobody = document.querySelector('#nobody');

let people = [];
let selected = null;
let onSelect = () => {};

/** Shows the people that fit the filter; `select` is called with the id of the one that is chosen. */
export function startPeople(select) {
	onSelect = select;
	filter.addEventListener('input', show);
	list.addEventListener('keydown', moveWithArrows);
}

export function showPeople(newPeople, newSelected) {
	people = newPeople;
	selected = newSelected;
	show();
}

function show() {
	const wanted = filter.value.trim().toLowerCase();
	const found = people.filter((person) => {
		const text = [person.name, person.email, person.stage.label, person.note].join(' ');
		return text.toLowerCase().includes(wanted);
	});
	count.textContent =
		found.length === people.length ? people.length : `${found.length} of ${people.length}`;
	nobody.hidden = people.length > 0;
	renderList(
		list,
		found.map((person) => ({ ...person, isSelected: person.id === selected })),
		(person) => person.id,
		renderPerson,
	);
}

function renderPerson(person) {
	return h(
		'li',
		{},
		h(
			'button',
			{
				type: 'button',
				'aria-current': person.isSelected ? 'true' : undefined,
				onclick: () => onSelect(person.id),
			},
			h('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(person.name)),
			h('span', { class: 'name' }, person.name),
			h('span', { class: `chip ${person.stage.tone}` }, person.stage.label),
			h('span', { class: 'what' }, person.note),
		),
	);
}

function initials(name) {
	const words = name.split(/\s+/).filter(Boolean);
	return [words[0], words.length > 1 ? words.at(-1) : undefined]
		.map((word) => word?.[0]?.toUpperCase() ?? '')
		.join('');
}

function moveWithArrows(event) {
	const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (step === undefined) return;
	const buttons = [...list.querySelectorAll('button')];
	const next = buttons[buttons.indexOf(document.activeElement) + step];
	if (!next) return;
	event.preventDefault();
	next.focus();
}
