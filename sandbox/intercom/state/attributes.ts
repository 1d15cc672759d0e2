import { invalid } from '../api/failure.ts';

export type AttributeValue = string | number | boolean | null;
export type Model = 'contact' | 'company';

/** Options are answered as texts; `datetime` is stored as `date`. */
export type DataType = 'string' | 'integer' | 'float' | 'boolean' | 'date';

export interface DataAttribute {
	readonly id: string;
	readonly model: Model;
	readonly name: string;
	readonly description: string;
	readonly dataType: DataType;
	readonly options: readonly string[];
	readonly messengerWritable: boolean;
	readonly isArchived: boolean;
	readonly createdAt: number;
	readonly updatedAt: number;
}

const FITS: Readonly<Record<DataType, (value: unknown) => boolean>> = {
	string: (value) => typeof value === 'string',
	integer: (value) => Number.isSafeInteger(value),
	float: (value) => typeof value === 'number',
	boolean: (value) => typeof value === 'boolean',
	date: (value) => Number.isSafeInteger(value),
};

/**
 * Custom attributes of a write, checked against the data attributes that exist and merged by key.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/data-attributes
 */
export function mergeCustomAttributes(
	known: Iterable<DataAttribute>,
	model: Model,
	before: Readonly<Record<string, AttributeValue>>,
	written: Readonly<Record<string, unknown>>,
): Readonly<Record<string, AttributeValue>> {
	const byName = new Map<string, DataAttribute>();
	for (const attribute of known) {
		if (attribute.model === model && !attribute.isArchived) byName.set(attribute.name, attribute);
	}
	const checked = Object.entries(written).map(([name, value]) => {
		const attribute = byName.get(name);
		if (!attribute) throw invalid(`Custom attribute '${name}' does not exist`);
		return [name, checkValue(attribute, value)] as const;
	});
	return { ...before, ...Object.fromEntries(checked) };
}

function checkValue({ name, dataType, options }: DataAttribute, value: unknown): AttributeValue {
	if (value === null) return null;
	if (!FITS[dataType](value))
		throw invalid(`Custom attribute '${name}' must be of type ${dataType}`);
	if (options.length > 0 && !options.includes(value as string)) {
		throw invalid(`Custom attribute '${name}' must be one of ${options.join(', ')}`);
	}
	return value as AttributeValue;
}
