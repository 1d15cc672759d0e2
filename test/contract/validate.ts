/** The part of JSON Schema that the generator writes. */
export interface Schema {
	readonly $ref?: string;
	readonly const?: Literal;
	readonly enum?: readonly Literal[];
	readonly type?: 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';
	readonly anyOf?: readonly Schema[];
	readonly items?: Schema;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: boolean | Schema;
}

type Literal = string | number | boolean;

export type Definitions = Record<string, Schema>;

/** `form` reads numbers and booleans from text, as in an urlencoded body; `json` takes values as they are. */
export type WireKind = 'form' | 'json';

interface Problem {
	readonly path: string;
	readonly message: string;
}

/**
 * Checks a value against a schema of the contract. Written here because Ajv compiles everything that a root can
 * reach before its first answer (5 s for a subscription, again in every test file), and because it reports every
 * arm of a union where a reader wants the one that was meant.
 */
export function createValidator(definitions: Definitions) {
	function resolve(schema: Schema): Schema {
		if (schema.$ref === undefined) return schema;
		const target = definitions[schema.$ref.replace('#/definitions/', '')];
		if (!target) throw new Error(`The contract has no ${schema.$ref}`);
		return target;
	}

	function check(reference: Schema, value: unknown, path: string, kind: WireKind): Problem[] {
		const schema = resolve(reference);
		if (schema.anyOf) return checkUnion(schema.anyOf, value, path, kind);
		if (schema.const !== undefined || schema.enum) {
			const known = schema.enum ?? [schema.const];
			return known.some((literal) => isLiteral(literal, value, kind))
				? []
				: [mismatch([schema], value, path)];
		}
		if (schema.type === undefined) return [];
		if (!isOfType(schema.type, value, kind)) {
			return [mismatch([schema], value, path)];
		}
		if (Array.isArray(value)) {
			const { items = {} } = schema;
			return value.flatMap((item, index) => check(items, item, `${path}/${index}`, kind));
		}
		return isRecord(value) ? checkObject(schema, value, path, kind) : [];
	}

	function checkObject(
		{ properties = {}, required = [], additionalProperties }: Schema,
		value: Record<string, unknown>,
		path: string,
		kind: WireKind,
	): Problem[] {
		const missing = required
			.filter((key) => value[key] === undefined)
			.map((key) => ({ path: `${path}/${key}`, message: 'is missing' }));
		const wrong = Object.entries(value).flatMap(([key, property]) => {
			// JSON.stringify leaves such a property out.
			if (property === undefined) return [];
			const at = `${path}/${key}`;
			const schema = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
			if (schema === false) return [{ path: at, message: 'is unknown' }];
			return typeof schema === 'object' ? check(schema, property, at, kind) : [];
		});
		return [...missing, ...wrong];
	}

	/** The problems of the arm that was probably meant: the one that fits deepest, then the one with the fewest. */
	function checkUnion(
		arms: readonly Schema[],
		value: unknown,
		path: string,
		kind: WireKind,
	): Problem[] {
		const shapes = isRecord(value) ? arms.filter((arm) => mayBeObject(arm)) : arms;
		const [only] = shapes;
		if (only && shapes.length === 1) return check(only, value, path, kind);
		const meant = isRecord(value)
			? shapes.filter((arm) => !isOtherVariant(arm, value, kind))
			: shapes;
		if (meant.length === 0) return unknownVariant(shapes, value, path);
		const tried: Problem[][] = [];
		for (const arm of meant) {
			const problems = check(arm, value, path, kind);
			if (problems.length === 0) return [];
			tried.push(problems);
		}
		const inside = tried.filter((problems) => problems.every((problem) => problem.path !== path));
		const [best] = inside.sort((one, other) => one.length - other.length);
		if (best) return best;
		return [mismatch(arms, value, path)];
	}

	/** Variants of a union are told apart by literals such as `object: 'customer'` or `type: 'invoice.paid'`. */
	function isOtherVariant(arm: Schema, value: Record<string, unknown>, kind: WireKind): boolean {
		return Object.entries(resolve(arm).properties ?? {}).some(
			([key, property]) =>
				typeof property.const === 'string' &&
				value[key] !== undefined &&
				!isLiteral(property.const, value[key], kind),
		);
	}

	function unknownVariant(arms: readonly Schema[], value: unknown, path: string): Problem[] {
		const variants = arms.map((arm) => resolve(arm).properties ?? {});
		const tag = Object.keys(variants[0] ?? {}).find((key) =>
			variants.every(
				(properties) =>
					properties[key]?.const !== undefined &&
					isRecord(value) &&
					properties[key].const !== value[key],
			),
		);
		if (tag === undefined || !isRecord(value)) return [mismatch(arms, value, path)];
		const known = variants.map((properties) => ({ const: properties[tag]?.const }));
		return [mismatch(known, value[tag], `${path}/${tag}`)];
	}

	function mayBeObject(arm: Schema): boolean {
		const { type, enum: literals, const: literal } = resolve(arm);
		return (
			type === 'object' || (type === undefined && literals === undefined && literal === undefined)
		);
	}

	function mismatch(arms: readonly Schema[], value: unknown, path: string): Problem {
		return { path, message: `is ${show(value)}, expected ${arms.map(nameOf).join(' | ')}` };
	}

	function nameOf(arm: Schema): string {
		if (arm.$ref)
			return arm.$ref.replace(/^#\/definitions\/(.*)_\d+$/, '$1').replace('__type', 'object');
		if (arm.enum) return arm.enum.map(show).join(' | ');
		return arm.const === undefined ? (arm.type ?? 'anything') : show(arm.const);
	}

	/** One line per problem, empty when the value is valid. */
	return (schema: Schema, value: unknown, kind: WireKind): string[] =>
		check(schema, value, '', kind).map(({ path, message }) => `${path || '/'} ${message}`);
}

function isOfType(type: Schema['type'], value: unknown, kind: WireKind): boolean {
	switch (type) {
		case 'null':
			return value === null || (kind === 'form' && value === '');
		case 'array':
			return Array.isArray(value);
		case 'object':
			return isRecord(value);
		case 'number':
			return (
				Number.isFinite(value) ||
				(kind === 'form' && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
			);
		case 'boolean':
			return (
				typeof value === 'boolean' || (kind === 'form' && (value === 'true' || value === 'false'))
			);
		default:
			return typeof value === type;
	}
}

function isLiteral(literal: Literal | undefined, value: unknown, kind: WireKind): boolean {
	return value === literal || (kind === 'form' && value === String(literal));
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
