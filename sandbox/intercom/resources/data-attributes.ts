import type { Route } from '../../kernel/http.ts';
import {
	flag,
	list,
	object,
	oneOf,
	optional,
	readBody,
	readQuery,
	text,
	type Shape,
} from '../api/body.ts';
import { failure, invalid, missing } from '../api/failure.ts';
import { ok, param, route } from '../api/route.ts';
import type { DataAttribute, DataType, Model } from '../state/attributes.ts';
import type { Workspace } from '../state/workspace.ts';
import { owner } from './admins.ts';

const DATA_TYPES: Readonly<Record<string, DataType>> = {
	string: 'string',
	integer: 'integer',
	float: 'float',
	boolean: 'boolean',
	datetime: 'date',
	date: 'date',
	options: 'string',
};

/** A few of the attributes that every workspace has. */
const STANDARD: ReadonlyArray<readonly [Model, string, string, DataType]> = [
	['contact', 'name', 'Name', 'string'],
	['contact', 'email', 'Email', 'string'],
	['contact', 'phone', 'Phone', 'string'],
	['contact', 'external_id', 'User ID', 'string'],
	['contact', 'signed_up_at', 'Signed up', 'date'],
	['company', 'name', 'Company name', 'string'],
	['company', 'company_id', 'Company ID', 'string'],
];

const OPTIONS = optional(list(object({ value: text() })));

const newAttribute = {
	name: text({ max: 190 }),
	model: optional(text()),
	data_type: optional(text()),
	description: optional(text()),
	options: OPTIONS,
	messenger_writable: optional(flag),
} satisfies Shape;

const changedAttribute = {
	archived: optional(flag),
	description: optional(text()),
	options: OPTIONS,
	messenger_writable: optional(flag),
} satisfies Shape;

const attributeQuery = {
	model: optional(oneOf('contact', 'company', 'conversation')),
	include_archived: optional(oneOf('true', 'false')),
} satisfies Shape;

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/data-attributes */
export function dataAttributeRoutes(workspace: Workspace): Route[] {
	const { attributes, ids } = workspace;
	return [
		route('GET', '/data_attributes', (request) => {
			const { model, include_archived: withArchived } = readQuery(request, attributeQuery);
			const custom = [...attributes.newestFirst()]
				.reverse()
				.filter(({ isArchived }) => !isArchived || withArchived === 'true')
				.map((attribute) => toAttribute(workspace, attribute));
			const data = [...STANDARD.map(toStandard), ...custom].filter(
				(attribute) => model === undefined || attribute.model === model,
			);
			return ok({ type: 'list', data });
		}),
		route('POST', '/data_attributes', (request) => {
			const written = readBody(request, newAttribute);
			const model = readModel(written.model);
			refuseName(workspace, written.name, model);
			const dataType = DATA_TYPES[written.data_type ?? ''];
			if (!dataType) throw invalid("Data Type isn't an option");
			const options = (written.options ?? []).map(({ value }) => value);
			if (written.data_type === 'options') refuseFewOptions(options);
			const now = workspace.now();
			const attribute = attributes.put({
				id: ids.next('attribute'),
				model,
				name: written.name,
				description: written.description ?? '',
				dataType,
				options,
				messengerWritable: written.messenger_writable ?? false,
				isArchived: false,
				createdAt: now,
				updatedAt: now,
			});
			return ok(toAttribute(workspace, attribute));
		}),
		route('PUT', '/data_attributes/:id', (request) => {
			const attribute = attributes.get(param(request, 'id'));
			if (!attribute) {
				throw failure(404, 'field_not_found', "We couldn't find that data attribute to update");
			}
			const written = readBody(request, changedAttribute);
			const options = written.options?.map(({ value }) => value);
			if (options) refuseFewOptions(options);
			const changed = attributes.put({
				...attribute,
				description: written.description ?? attribute.description,
				options: options ?? attribute.options,
				messengerWritable: written.messenger_writable ?? attribute.messengerWritable,
				isArchived: written.archived ?? attribute.isArchived,
				updatedAt: workspace.now(),
			});
			return ok(toAttribute(workspace, changed));
		}),
	];
}

function readModel(model: string | undefined): Model {
	if (model === undefined) throw missing('model is required');
	if (model !== 'contact' && model !== 'company') {
		throw invalid('The Data Attribute model field must be either contact or company');
	}
	return model;
}

const DATA_OF: Readonly<Record<Model, string>> = { contact: 'people', company: 'company' };

/** One name for both models together; standard names are taken. */
function refuseName({ attributes }: Workspace, name: string, model: Model) {
	if (!/^[\p{L}\p{N}\p{Sc}_ -]+$/u.test(name)) {
		throw invalid(
			'Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens',
		);
	}
	const useAnother = `To save this as new ${DATA_OF[model]} data, use a different name.`;
	if (STANDARD.some(([ofModel, standard]) => ofModel === model && standard === name)) {
		throw invalid(
			`'${name}' is one of our standard attributes for your ${DATA_OF[model]} data. ${useAnother}`,
		);
	}
	for (const attribute of attributes.newestFirst()) {
		if (attribute.name !== name) continue;
		throw invalid(
			`You already have '${name}' in your ${DATA_OF[attribute.model]} data. ${useAnother}`,
		);
	}
}

function refuseFewOptions(options: readonly string[]) {
	if (options.length < 2) {
		throw invalid('You must have at least two options on a list type data attribute');
	}
}

function toAttribute(workspace: Workspace, attribute: DataAttribute) {
	const { id, model, name, options } = attribute;
	return {
		type: 'data_attribute',
		id: Number(id),
		model,
		name,
		full_name: `custom_attributes.${name}`,
		label: name,
		description: attribute.description,
		data_type: attribute.dataType,
		...(options.length > 0 ? { options } : {}),
		api_writable: true,
		ui_writable: false,
		messenger_writable: attribute.messengerWritable,
		custom: true,
		archived: attribute.isArchived,
		admin_id: owner(workspace).id,
		created_at: attribute.createdAt,
		updated_at: attribute.updatedAt,
	};
}

function toStandard([model, name, label, dataType]: (typeof STANDARD)[number]) {
	return {
		type: 'data_attribute',
		model,
		name,
		full_name: name,
		label,
		data_type: dataType,
		api_writable: true,
		ui_writable: false,
		messenger_writable: true,
		custom: false,
		archived: false,
	};
}
