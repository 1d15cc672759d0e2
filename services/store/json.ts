/** JSON in which instants survive the way there and back, and text that looks like one stays text. */

const INSTANT = '$instant';

export function toJson(value: unknown): string {
	return JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
		// `plain` is already a string here: Date.prototype.toJSON ran before.
		const original = this[key];
		return original instanceof Date ? { [INSTANT]: original.getTime() } : plain;
	});
}

export function fromJson(text: string): unknown {
	return JSON.parse(text, (_, value: unknown) => {
		if (typeof value !== 'object' || value === null || !(INSTANT in value)) return value;
		return typeof value[INSTANT] === 'number' ? new Date(value[INSTANT]) : value;
	});
}
