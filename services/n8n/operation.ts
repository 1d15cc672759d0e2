import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/**
 * One thing a node can do: its fields and its work side by side. `run` sees plain values and the node's
 * services, never n8n's context, so it can be read, tested and reused without n8n.
 */
export interface Operation<Services> {
	readonly value: string;
	readonly name: string;
	/** What the node picker shows: verb first, in the operator's words ("Start a trial"). */
	readonly action: string;
	readonly description: string;
	readonly fields: readonly INodeProperties[];
	/**
	 * Items with the same lane run one after the other, in input order; all others side by side.
	 * Give the identity that the effect belongs to, so that two items about one person never race.
	 */
	readonly lane?: (params: never) => string;
	readonly run: (params: never, services: Services) => Promise<IDataObject | IDataObject[]>;
}

export interface Resource<Services> {
	readonly value: string;
	readonly name: string;
	readonly operations: ReadonlyArray<Operation<Services>>;
	/**
	 * What a new node opens with; by default the first. Frozen like every value: n8n does not save what is at its
	 * default, so another one would change saved workflows.
	 */
	readonly defaultOperation?: string;
	/** The same among resources. */
	readonly isDefault?: boolean;
}

/**
 * The `defineOperation` of one node. Parameters are typed from the literal fields: a misspelt name or a
 * wrong type in `run` does not compile.
 */
export function operationsOver<Services>() {
	return <const Fields extends readonly INodeProperties[]>(operation: {
		readonly value: string;
		readonly name: string;
		readonly action: string;
		readonly description: string;
		readonly fields: Fields;
		readonly lane?: (params: ParamsOf<Fields>) => string;
		readonly run: (
			params: ParamsOf<Fields>,
			services: Services,
		) => Promise<IDataObject | IDataObject[]>;
	}): Operation<Services> => operation;
}

/** The values that `run` receives for a list of literal fields. */
export type ParamsOf<Fields extends readonly unknown[]> = {
	readonly [Field in Fields[number] as NameOf<Field>]: ValueOf<Field>;
};

type NameOf<Field> = Field extends { readonly name: infer Name extends string } ? Name : never;

type ValueOf<Field> = Field extends { readonly type: infer Type }
	? Type extends 'boolean'
		? boolean
		: Type extends 'number'
			? number
			: Type extends 'options'
				? ChoiceOf<Field>
				: Type extends 'multiOptions'
					? ReadonlyArray<ChoiceOf<Field>>
					: Type extends 'collection'
						? Partial<GroupOf<Field>>
						: Type extends 'fixedCollection'
							? Partial<RowsOf<Field>>
							: string
	: never;

type ChoiceOf<Field> = Field extends { readonly options: ReadonlyArray<infer Option> }
	? Option extends { readonly value: infer Value }
		? Value
		: never
	: string;

type GroupOf<Field> = Field extends { readonly options: infer Options extends readonly unknown[] }
	? ParamsOf<Options>
	: never;

/** `{group: [{...}, {...}]}`: all our fixed collections take several rows. */
type RowsOf<Field> = Field extends { readonly options: ReadonlyArray<infer Group> }
	? {
			readonly [G in Group as NameOf<G>]: G extends {
				readonly values: infer Values extends readonly unknown[];
			}
				? ReadonlyArray<ParamsOf<Values>>
				: never;
		}
	: never;

/**
 * The node's panel: resource, operation and each operation's own fields, shown where they belong.
 * `displayOptions` are stamped here and nowhere else; a field lists only its own further conditions.
 */
export function propertiesOf<Services>(
	resources: ReadonlyArray<Resource<Services>>,
): INodeProperties[] {
	const first = resources.find(({ isDefault }) => isDefault) ?? resources[0];
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: resources.map(({ name, value }) => ({ name, value })),
			default: first?.value ?? '',
		},
		...resources.map((resource): INodeProperties => {
			const [firstOperation] = resource.operations;
			return {
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: [resource.value] } },
				options: resource.operations.map(toOption),
				default: resource.defaultOperation ?? firstOperation?.value ?? '',
			};
		}),
		...resources.flatMap((resource) =>
			resource.operations.flatMap((operation) =>
				operation.fields.map((field) => stamp(field, resource.value, operation.value)),
			),
		),
	];
}

function toOption(operation: Operation<never>): INodePropertyOptions {
	const { name, value, action, description } = operation;
	return { name, value, action, description };
}

function stamp(field: INodeProperties, resource: string, operation: string): INodeProperties {
	const { show, hide } = field.displayOptions ?? {};
	return {
		...field,
		displayOptions: {
			show: { ...show, resource: [resource], operation: [operation] },
			...(hide ? { hide } : {}),
		},
	};
}

/** The operation that an item asks for, or undefined when the node does not have it. */
export function findOperation<Services>(
	resources: ReadonlyArray<Resource<Services>>,
	resource: string,
	operation: string,
): Operation<Services> | undefined {
	return resources
		.find(({ value }) => value === resource)
		?.operations.find(({ value }) => value === operation);
}
