import { invalidParameter } from './failure.ts';
import { nestedName, type FormObject, type FormValue } from './form.ts';
import type { WireDecimal } from '../state/stored.ts';

/** Reads one parameter or says, as Stripe does, what is wrong with it. */
export interface Field<out T> {
	readonly read: (raw: FormValue, name: string) => T;
	readonly required?: boolean;
	readonly notEmulated?: boolean;
}

export interface RequiredField<out T> extends Field<T> {
	readonly required: true;
}

/** A parameter as a handler receives it: decimals are texts, and clearing (an empty text) is null. */
type Param<T> = T extends ''
	? never
	: T extends string | number | boolean | null | undefined
		? T
		: T extends ReadonlyArray<infer Item>
			? ReadonlyArray<Param<Item>>
			: T extends WireDecimal
				? string
				: { readonly [Key in keyof T]: Param<T[Key]> };

export type Params<T> = { readonly [Key in keyof T]: Param<T[Key]> };

/**
 * One field for every parameter that the SDK's type knows: a parameter that the stand-in has forgotten
 * does not compile, and one that it leaves out says so with `notEmulated`.
 */
export type Shape<T> = {
	readonly [Key in keyof T]-?: undefined extends T[Key]
		? Field<Param<Exclude<T[Key], undefined>>>
		: RequiredField<Param<T[Key]>>;
};

/** Checks the whole of a decoded form against its shape. Unknown names are told first, all of them. */
export function readParams<T>(shape: Shape<T>, form: FormObject, parent = ''): Params<T> {
	const fields = shape as Readonly<Record<string, Field<unknown>>>;
	refuseUnknown(fields, form, parent);
	const params: Record<string, unknown> = {};
	for (const name in fields) {
		const field = fields[name];
		const raw = form[name];
		if (raw !== undefined) params[name] = field?.read(raw, nestedName(parent, name));
		else if (field?.required) throw missingParam(nestedName(parent, name));
	}
	return params as Params<T>;
}

function refuseUnknown(fields: object, form: FormObject, parent: string) {
	const unknown = Object.keys(form).filter((name) => !Object.hasOwn(fields, name));
	const [first] = unknown;
	if (first === undefined) return;
	const names = unknown.map((name) => nestedName(parent, name));
	throw invalidParameter(
		`Received unknown parameter${names.length > 1 ? 's' : ''}: ${names.join(', ')}`,
		nestedName(parent, first),
		'parameter_unknown',
	);
}

export function missingParam(name: string) {
	return invalidParameter(`Missing required param: ${name}.`, name, 'parameter_missing');
}

function emptyParam(name: string) {
	return invalidParameter(
		`You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
		name,
		'parameter_invalid_empty',
	);
}

export function required<T>(field: Field<T>): RequiredField<T> {
	return { ...field, required: true };
}

/** An empty text clears the value. */
export function clearable<T>(field: Field<T>): Field<T | null> {
	return { ...field, read: (raw, name) => (raw === '' ? null : field.read(raw, name)) };
}

export function text(
	limits: { readonly max?: number; readonly empty?: boolean } = {},
): Field<string> {
	const { max = 5000, empty = false } = limits;
	return {
		read(raw, name) {
			if (typeof raw !== 'string') throw invalidParameter(`Invalid string: ${show(raw)}`, name);
			if (raw === '' && !empty) throw emptyParam(name);
			if (raw.length > max) {
				throw invalidParameter(`Invalid string: must be at most ${max} characters`, name);
			}
			return raw;
		},
	};
}

/** An id in a parameter; whether it exists is the handler's question. */
export const id = text;

export function integer(
	limits: { readonly min?: number; readonly max?: number } = {},
): Field<number> {
	const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = limits;
	return {
		read(raw, name) {
			if (raw === '') throw emptyParam(name);
			if (typeof raw !== 'string' || !/^-?\d+$/.test(raw)) {
				throw invalidParameter(`Invalid integer: ${show(raw)}`, name, 'parameter_invalid_integer');
			}
			const value = Number(raw);
			if (value < min) {
				throw invalidParameter(
					`This value must be greater than or equal to ${min}.`,
					name,
					'parameter_invalid_integer',
				);
			}
			if (value > max) {
				throw invalidParameter(
					`This value must be less than or equal to ${max}.`,
					name,
					'parameter_invalid_integer',
				);
			}
			return value;
		},
	};
}

/** Unix seconds. */
export function timestamp(): Field<number> {
	return {
		read(raw, name) {
			if (raw === '') throw emptyParam(name);
			if (typeof raw !== 'string' || !/^\d{1,11}$/.test(raw)) {
				throw invalidParameter(
					`Invalid timestamp: must be an integer Unix timestamp in seconds.`,
					name,
					'parameter_invalid_integer',
				);
			}
			return Number(raw);
		},
	};
}

export function decimal(): Field<string> {
	return {
		read(raw, name) {
			if (typeof raw !== 'string' || !/^-?\d+(\.\d{1,12})?$/.test(raw)) {
				throw invalidParameter(`Invalid decimal: ${show(raw)}`, name);
			}
			return raw;
		},
	};
}

export function number(limits: { readonly min: number; readonly max: number }): Field<number> {
	return {
		read(raw, name) {
			const value = typeof raw === 'string' && raw !== '' ? Number(raw) : Number.NaN;
			if (Number.isNaN(value) || value < limits.min || value > limits.max) {
				throw invalidParameter(`Invalid number: ${show(raw)}`, name);
			}
			return value;
		},
	};
}

export function flag(): Field<boolean> {
	return {
		read(raw, name) {
			if (raw === '') throw emptyParam(name);
			if (raw === 'true' || raw === '1') return true;
			if (raw === 'false' || raw === '0') return false;
			throw invalidParameter(`Invalid boolean: ${show(raw)}`, name);
		},
	};
}

export function oneOf<const Value extends string>(...values: readonly Value[]): Field<Value> {
	return {
		read(raw, name) {
			if (raw === '') throw emptyParam(name);
			const found = values.find((value) => value === raw);
			if (found === undefined) {
				throw invalidParameter(`Invalid ${lastStep(name)}: must be ${alternatives(values)}`, name);
			}
			return found;
		},
	};
}

/** The first field that reads the value wins; the complaint is the last one's. */
export function either<A, B>(first: Field<A>, second: Field<B>): Field<A | B> {
	return {
		read(raw, name) {
			try {
				return first.read(raw, name);
			} catch {
				return second.read(raw, name);
			}
		},
	};
}

export function object<T>(shape: NoInfer<Shape<T>>): Field<Param<T>> {
	return {
		read(raw, name) {
			if (typeof raw !== 'object') throw invalidParameter('Invalid object', name);
			return readParams<T>(shape, raw, name) as Param<T>;
		},
	};
}

export function array<T>(item: Field<T>, limits: { readonly max?: number } = {}): Field<T[]> {
	return {
		read(raw, name) {
			if (typeof raw !== 'object' || Object.keys(raw).some((key) => !/^\d+$/.test(key))) {
				throw invalidParameter('Invalid array', name);
			}
			const keys = Object.keys(raw);
			if (limits.max !== undefined && keys.length > limits.max) {
				throw invalidParameter(
					`Array ${name} exceeds maximum ${limits.max} allowed elements.`,
					name,
				);
			}
			return keys.map((key) => item.read(raw[key] ?? '', nestedName(name, key)));
		},
	};
}

/** Up to 50 keys of 40 characters with values of 500; an empty value removes its key. */
export function metadata(): Field<Record<string, string>> {
	return {
		read(raw, name) {
			if (typeof raw !== 'object') throw invalidParameter('Invalid object', name);
			const entries = Object.entries(raw);
			if (entries.length > 50) {
				throw invalidParameter('You can only specify up to 50 keys in metadata.', name);
			}
			for (const [key, value] of entries) {
				if (key.length > 40) {
					throw invalidParameter(`Metadata keys can be at most 40 characters: '${key}'`, name);
				}
				if (typeof value !== 'string')
					throw invalidParameter('Invalid string', nestedName(name, key));
				if (value.length > 500) {
					throw invalidParameter(
						`Metadata values can have up to 500 characters, but you passed in a value that is ${value.length} characters. Invalid value: ${value.slice(0, 20)}...`,
						nestedName(name, key),
					);
				}
			}
			return Object.fromEntries(entries) as Record<string, string>;
		},
	};
}

/** A part of the API that the stand-in leaves out: refused aloud, never ignored. */
export function notEmulated(): Field<never> & RequiredField<never> {
	const field: Field<never> = {
		notEmulated: true,
		read(_raw, name) {
			throw invalidParameter(
				`The Stripe stand-in does not emulate the parameter ${name} (sandbox/FIDELITY.md).`,
				name,
			);
		},
	};
	return field as Field<never> & RequiredField<never>;
}

/** Several parameters that the stand-in leaves out. */
export function leftOut<const Name extends string>(...names: readonly Name[]) {
	const field = notEmulated();
	return Object.fromEntries(names.map((name) => [name, field])) as Record<Name, typeof field>;
}

function lastStep(name: string): string {
	return name.split('[').at(-1)?.replace(']', '') ?? name;
}

function alternatives(values: readonly string[]): string {
	if (values.length < 3) return values.join(' or ');
	return `one of ${values.slice(0, -1).join(', ')}, or ${values.at(-1)}`;
}

function show(raw: FormValue): string {
	return typeof raw === 'string' ? raw : '[object]';
}
