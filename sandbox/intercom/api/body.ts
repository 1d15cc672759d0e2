import type { StandInRequest } from '../../kernel/http.ts';
import { failure, invalid, missing } from './failure.ts';

/** One value of a body or query: how it is read, or refused by name. */
export interface Field<out T> {
	readonly read: (value: unknown, name: string) => T;
	readonly isOptional?: boolean;
}

export type Shape = Readonly<Record<string, Field<unknown>>>;

export type Values<S extends Shape> = { readonly [Key in keyof S]: ReturnType<S[Key]['read']> };

export function optional<T>({ read }: Field<T>): Field<T | undefined> {
	return { read, isOptional: true };
}

export function nullable<T>(field: Field<T>): Field<T | null> {
	return { ...field, read: (value, name) => (value === null ? null : field.read(value, name)) };
}

export function text(limits: { readonly max?: number } = {}): Field<string> {
	return {
		read(value, name) {
			if (typeof value !== 'string') throw invalid(`${name} must be a string`);
			if (limits.max !== undefined && value.length > limits.max) {
				throw invalid(`${name} must be at most ${limits.max} characters`);
			}
			return value;
		},
	};
}

export const flag: Field<boolean> = {
	read(value, name) {
		if (typeof value !== 'boolean') throw invalid(`${name} must be a boolean`);
		return value;
	},
};

export const integer: Field<number> = {
	read(value, name) {
		if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
			throw invalid(`${name} must be an integer`);
		}
		return value;
	},
};

export const number: Field<number> = {
	read(value, name) {
		if (typeof value !== 'number') throw invalid(`${name} must be a number`);
		return value;
	},
};

/** Unix seconds; milliseconds, a common slip, would be a date after the year 5000. */
export const timestamp: Field<number> = {
	read(value, name) {
		const seconds = integer.read(value, name);
		if (seconds < 0 || seconds > 99_999_999_999) {
			throw invalid(`${name} must be a unix timestamp in seconds`);
		}
		return seconds;
	},
};

export const email: Field<string> = {
	read(value, name) {
		const address = text({ max: 254 }).read(value, name);
		if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw invalid(`${name} is not a valid email`);
		return address;
	},
};

export function oneOf<const Value extends string>(...values: readonly Value[]): Field<Value> {
	return {
		read(value, name) {
			const found = values.find((known) => known === value);
			if (found === undefined) throw invalid(`${name} must be one of ${values.join(', ')}`);
			return found;
		},
	};
}

export function list<T>(item: Field<T>): Field<T[]> {
	return {
		read(value, name) {
			if (!Array.isArray(value)) throw invalid(`${name} must be an array`);
			return value.map((one: unknown, index) => item.read(one, `${name}[${index}]`));
		},
	};
}

/** An object with names and values that the handler judges. */
export const record: Field<Readonly<Record<string, unknown>>> = {
	read(value, name) {
		if (!isRecord(value)) throw invalid(`${name} must be an object`);
		return value;
	},
};

export function object<S extends Shape>(shape: S): Field<Values<S>> {
	return { read: (value, name) => readShape(shape, record.read(value, name), `${name}.`) };
}

/** A number as a query carries it. */
export function queryInteger(limits: {
	readonly min: number;
	readonly max: number;
}): Field<number> {
	return {
		read(value, name) {
			const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;
			if (!(count >= limits.min && count <= limits.max)) {
				throw invalid(`${name} must be between ${limits.min} and ${limits.max}`);
			}
			return count;
		},
	};
}

/** The body of a request: a JSON object with nothing missing and nothing unknown. */
export function readBody<S extends Shape>(request: StandInRequest, shape: S): Values<S> {
	return readShape(shape, parseBody(request));
}

export function readQuery<S extends Shape>({ query }: StandInRequest, shape: S): Values<S> {
	return readShape(shape, Object.fromEntries(query));
}

export function parseBody({ rawBody }: StandInRequest): Readonly<Record<string, unknown>> {
	try {
		const body: unknown = JSON.parse(rawBody === '' ? '{}' : rawBody);
		if (isRecord(body)) return body;
	} catch {
		// Refused below, like any JSON that is no object.
	}
	throw failure(400, 'bad_request', 'The request body is not a JSON object');
}

function readShape<S extends Shape>(
	shape: S,
	values: Readonly<Record<string, unknown>>,
	prefix = '',
): Values<S> {
	for (const key of Object.keys(values)) {
		if (!Object.hasOwn(shape, key)) throw invalid(`${prefix}${key} is not a known parameter`);
	}
	const read: Record<string, unknown> = {};
	for (const [key, field] of Object.entries(shape)) {
		const value = values[key];
		if (value !== undefined) read[key] = field.read(value, `${prefix}${key}`);
		else if (!field.isOptional) throw missing(`${prefix}${key} is required`);
	}
	return read as Values<S>;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
