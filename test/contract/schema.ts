import { writeFileSync } from 'node:fs';
import ts from 'typescript';
import type { Definitions, Schema } from './validate.ts';

/*
 * usage: node test/contract/schema.ts <types.ts> <schema.json>
 *
 * Writes a JSON Schema of every type alias that a file exports, as the TypeScript checker sees it.
 * Objects are closed, so an unknown parameter fails; enums that an SDK keeps open are closed to the known values.
 */

const { TypeFlags } = ts;

function generateSchema(source: string): { $id: string; definitions: Definitions } {
	const program = ts.createProgram([source], {
		target: ts.ScriptTarget.ES2022,
		module: ts.ModuleKind.Preserve,
		moduleResolution: ts.ModuleResolutionKind.Bundler,
		strict: true,
		skipLibCheck: true,
		noEmit: true,
		types: [],
	});
	const file = program.getSourceFile(source);
	if (!file) throw new Error(`Cannot read ${source}`);
	refuseErrors(program, file);

	const checker = program.getTypeChecker();
	const { toSchema, definitions } = createTypeWalker(checker);
	for (const alias of exportedAliases(file)) {
		const schema = toSchema(checker.getTypeAtLocation(alias));
		if (!schema || Object.keys(schema).length === 0) {
			throw new Error(`${alias.name.text} has no shape`);
		}
		definitions[`root_${alias.name.text}`] = schema;
	}
	return { $id: 'contract', definitions };
}

/** An unresolved type would silently become "anything goes". */
function refuseErrors(program: ts.Program, file: ts.SourceFile) {
	const problems = [
		...program.getSyntacticDiagnostics(file),
		...program.getSemanticDiagnostics(file),
	];
	if (problems.length === 0) return;
	throw new Error(
		problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')).join('\n'),
	);
}

function exportedAliases(file: ts.SourceFile): ts.TypeAliasDeclaration[] {
	return file.statements
		.filter(ts.isTypeAliasDeclaration)
		.filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword));
}

/** Walks types into schemas; each object type becomes one definition, so recursion ends. */
function createTypeWalker(checker: ts.TypeChecker) {
	const definitions: Definitions = {};
	const idOf = new Map<ts.Type, string>();

	/** Null where the type can never appear on the wire (undefined, void). */
	function toSchema(type: ts.Type): Schema | null {
		const { flags } = type;
		if (flags & (TypeFlags.Any | TypeFlags.Unknown | TypeFlags.NonPrimitive)) return {};
		if (flags & (TypeFlags.Undefined | TypeFlags.Void | TypeFlags.Never)) return null;
		if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
		if (flags & TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
		if (flags & TypeFlags.Boolean) return { type: 'boolean' };
		if (flags & (TypeFlags.String | TypeFlags.TemplateLiteral)) return { type: 'string' };
		if (isOpenEnumArm(type)) return { type: 'string' };
		if (flags & TypeFlags.Number) return { type: 'number' };
		if (flags & TypeFlags.Null) return { type: 'null' };
		if (type.isUnion()) return unionSchema(type);
		if (checker.isArrayType(type) || checker.isTupleType(type)) return arraySchema(type);
		return objectSchema(type);
	}

	function unionSchema(union: ts.UnionType): Schema | null {
		const arms = union.types.filter(
			({ flags }) => !(flags & (TypeFlags.Undefined | TypeFlags.Void)),
		);
		// '' is how a field is unset and no value of an enum, so it does not close one.
		const isEnum = arms.some((arm) => arm.isStringLiteral() && arm.value !== '');
		const schemas = arms
			.filter((arm) => !(isEnum && isOpenEnumArm(arm)))
			.map(toSchema)
			.filter((schema) => schema !== null);
		return anyOf(schemas);
	}

	function arraySchema(type: ts.Type): Schema {
		const [item] = checker.getTypeArguments(type as ts.TypeReference);
		return { type: 'array', items: (item && toSchema(item)) ?? {} };
	}

	function objectSchema(type: ts.Type): Schema {
		const name = (type.aliasSymbol ?? type.getSymbol())?.name ?? 'Anonymous';
		if (name === 'Decimal' || name === 'Date') return { type: 'string' };
		const known = idOf.get(type);
		if (known) return { $ref: `#/definitions/${known}` };

		const id = `${name.replace(/\W/g, '_')}_${idOf.size}`;
		idOf.set(type, id);
		const properties: Record<string, Schema> = {};
		const required: string[] = [];
		for (const property of checker.getPropertiesOfType(type)) {
			const propertyType = checker.getTypeOfSymbol(property);
			if (propertyType.getCallSignatures().length > 0) continue;
			const schema = toSchema(propertyType);
			if (schema === null) continue;
			properties[property.name] = schema;
			if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name);
		}
		const [index] = checker.getIndexInfosOfType(type);
		definitions[id] = {
			type: 'object',
			properties,
			required,
			additionalProperties: index ? (toSchema(index.type) ?? true) : false,
		};
		return { $ref: `#/definitions/${id}` };
	}

	return { toSchema, definitions };
}

/** The SDKs keep enums open with `'a' | 'b' | (string & Record<never, never>)`. */
function isOpenEnumArm(type: ts.Type): boolean {
	return type.isIntersection() && type.types.some(({ flags }) => flags & TypeFlags.String);
}

/** Literal arms become one enum, so that a message can list them. */
function anyOf(schemas: readonly Schema[]): Schema | null {
	const constants = schemas.flatMap(({ const: value }) => (value === undefined ? [] : [value]));
	const others = schemas.filter(({ const: value }) => value === undefined);
	const isBoolean = constants.includes(true) && constants.includes(false);
	const literals = isBoolean ? constants.filter((value) => typeof value !== 'boolean') : constants;
	const parts: Schema[] = [
		...(literals.length > 0 ? [{ enum: literals }] : []),
		...(isBoolean ? [{ type: 'boolean' as const }] : []),
		...others,
	];
	if (parts.length === 0) return null;
	return parts.length === 1 ? (parts[0] ?? null) : { anyOf: parts };
}

const [source, target] = process.argv.slice(2);
if (!source || !target) throw new Error('usage: node schema.ts <types.ts> <schema.json>');
writeFileSync(target, JSON.stringify(generateSchema(source)));
