/** Makes an element: attributes, `on*` listeners and children; nothing is ever parsed as markup. */
export function h(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value === undefined || value === false) continue;
		if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
		else element.setAttribute(name, value === true ? '' : value);
	}
	element.append(...children.flat().filter((child) => child !== undefined && child !== false));
	return element;
}

/**
 * Brings the children of a list in line with its items. A child is made anew only where its item changed, so that
 * focus, scroll position and what is being read stay where they are.
 */
export function renderList(list, items, keyOf, render) {
	const present = new Map([...list.children].map((child) => [child.dataset.key, child]));
	let previous = null;
	for (const item of items) {
		const key = keyOf(item);
		const state = JSON.stringify(item);
		let child = present.get(key);
		if (child?.dataset.state !== state) {
			const fresh = render(item);
			fresh.dataset.key = key;
			fresh.dataset.state = state;
			if (child) replaceKeepingFocus(child, fresh);
			child = fresh;
		}
		present.delete(key);
		const place = previous ? previous.nextSibling : list.firstChild;
		if (child !== place) list.insertBefore(child, place);
		previous = child;
	}
	for (const gone of present.values()) gone.remove();
}

function replaceKeepingFocus(old, fresh) {
	const hadFocus = old.contains(document.activeElement);
	old.replaceWith(fresh);
	if (hadFocus) fresh.querySelector('button, a, input')?.focus({ preventScroll: true });
}

const strokes = {
	billing: 'M2 5h12v8H2zM2 8h12',
	message: 'M2 4h12v9H2zM2 5l6 5 6-5',
	access: 'M9 7a3 3 0 1 0-2.2 2.9L8 11h2v2h3v-2.5L9 7',
	product: 'M8 2l1.8 4 4.2.5-3 3 .8 4.5L8 11.8 4.2 14 5 9.500 2 6.500 6.200 6z',
};

/** The small sign of a kind of timeline entry. */
export function sign(kind) {
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	svg.setAttribute('viewBox', '0 0 16 16');
	svg.setAttribute('aria-hidden', 'true');
	const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
	path.setAttribute('d', strokes[kind]);
	svg.append(path);
	return svg;
}
