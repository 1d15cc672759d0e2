import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { Failure } from '../failure.ts';

/**
 * The values of an operation's fields at one item, made to be what their types in `run` say: expressions
 * may yield a number as text, null for nothing, or a choice that does not exist.
 */
export function readParams(
	context: IExecuteFunctions,
	fields: readonly INodeProperties[],
	item: number,
): IDataObject {
	return Object.fromEntries(
		fields.map((field) => {
			// A hidden field has no value of its own in n8n; it counts as its default.
			const fallback = field.type === 'resourceLocator' ? '' : field.default;
			const value: unknown = context.getNodeParameter(field.name, item, fallback);
			return [field.name, coerce(field, value ?? fallback)];
		}),
	) as IDataObject;
}

function coerce(field: INodeProperties, value: unknown): unknown {
	switch (field.type) {
		case 'number':
			return toNumber(field, value);
		case 'boolean':
			return value === true || value === 'true';
		case 'options':
			return toChoice(field, value);
		case 'collection':
			return coerceGroup(field.options as INodeProperties[], value);
		case 'fixedCollection':
			return coerceRows(field, value);
		case 'multiOptions':
			return Array.isArray(value) ? value.map((choice: unknown) => toChoice(field, choice)) : [];
		case 'resourceLocator':
			return chosenIn(value);
		default:
			return toText(value);
	}
}

/** The id in a locator. n8n's own way to it fails where the locator is hidden, and does not lead into lists of them. */
export function chosenIn(locator: unknown): string {
	const isLocator = typeof locator === 'object' && locator !== null && 'value' in locator;
	return toText(isLocator ? locator.value : locator);
}

function toNumber({ displayName }: INodeProperties, value: unknown): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && Number.isFinite(number)) return number;
	throw new Failure(`"${displayName}" is not a number`);
}

function toChoice({ displayName, options = [], typeOptions }: INodeProperties, value: unknown) {
	const choices = options.flatMap((option) => ('value' in option ? [option.value] : []));
	// The choices of a list that is loaded at design time are not known here.
	if (typeOptions?.loadOptionsMethod || choices.some((choice) => choice === value)) return value;
	throw new Failure(`"${displayName}" has no choice "${toText(value)}"`, {
		hint: `It is one of: ${choices.join(', ')}.`,
	});
}

function toText(value: unknown): string {
	if (typeof value === 'string') return value.trim();
	if (value === null || value === undefined) return '';
	return typeof value === 'object' ? JSON.stringify(value) : String(value as number | boolean);
}

/** Keys that were not added stay absent: the operation tells "not set" from "set to the default". */
function coerceGroup(fields: readonly INodeProperties[], value: unknown): IDataObject {
	const given = (typeof value === 'object' && value !== null ? value : {}) as IDataObject;
	return Object.fromEntries(
		fields
			.filter(({ name }) => given[name] !== undefined && given[name] !== null)
			.map((field) => [field.name, coerce(field, given[field.name])]),
	) as IDataObject;
}

function coerceRows({ options = [] }: INodeProperties, value: unknown): IDataObject {
	const given = (typeof value === 'object' && value !== null ? value : {}) as IDataObject;
	return Object.fromEntries(
		options.flatMap((group) => {
			const rows = given[group.name];
			if (!('values' in group) || rows === undefined) return [];
			return [[group.name, [rows].flat().map((row) => coerceRow(group.values, row))]];
		}),
	) as IDataObject;
}

/** Every cell of a row exists: what was left as it was is not stored by n8n and counts as the default. */
function coerceRow(fields: readonly INodeProperties[], row: unknown): IDataObject {
	const given = (typeof row === 'object' && row !== null ? row : {}) as IDataObject;
	return Object.fromEntries(
		fields.map((field) => [field.name, coerce(field, given[field.name] ?? field.default)]),
	) as IDataObject;
}
