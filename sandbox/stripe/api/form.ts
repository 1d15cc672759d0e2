/** A decoded form body: texts, and objects whose keys may be array indexes. */
export type FormValue = string | FormObject;
export interface FormObject {
	[key: string]: FormValue;
}

/**
 * Decodes `a[b][0][c]=x` and `a[]=x` as Stripe does. Objects carry no prototype, so that no name of a
 * parameter can reach one. https://docs.stripe.com/api#intro
 */
export function decodeForm(pairs: Iterable<readonly [string, string]>): FormObject {
	const root = createFormObject();
	for (const [name, value] of pairs) {
		const path = splitName(name);
		const last = path.pop() ?? '';
		let at = root;
		for (const step of path) {
			const key = keyIn(at, step);
			const next = at[key];
			at = typeof next === 'object' ? next : (at[key] = createFormObject());
		}
		at[keyIn(at, last)] = value;
	}
	return root;
}

export function decodeFormBody(body: string): FormObject {
	return decodeForm(new URLSearchParams(body));
}

/** The name of a nested parameter as Stripe writes it in errors: `items[0][price]`. */
export function nestedName(parent: string, key: string): string {
	return parent === '' ? key : `${parent}[${key}]`;
}

function createFormObject(): FormObject {
	return Object.create(null) as FormObject;
}

function splitName(name: string): string[] {
	const bracket = name.indexOf('[');
	if (bracket <= 0 || !name.endsWith(']')) return [name];
	return [name.slice(0, bracket), ...name.slice(bracket + 1, -1).split('][')];
}

/** `[]` appends. */
function keyIn(parent: FormObject, step: string): string {
	return step === '' ? String(Object.keys(parent).length) : step;
}
