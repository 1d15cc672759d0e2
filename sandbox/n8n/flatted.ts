/**
 * Reads the format in which n8n hands out execution data: a JSON array of values, in which every
 * string inside an object or array is the index of the value it stands for.
 * https://github.com/WebReflection/flatted
 */
export function parseFlatted(text: string): unknown {
	const values = JSON.parse(text) as unknown[];
	const built = new Map<string, unknown>();

	function resolve(reference: unknown): unknown {
		if (typeof reference !== 'string') return reference;
		if (built.has(reference)) return built.get(reference);
		const value = values[Number(reference)];
		if (typeof value !== 'object' || value === null) return value;
		const target: unknown[] | Record<string, unknown> = Array.isArray(value) ? [] : {};
		// Registered before its parts are read: the format exists for values that contain themselves.
		built.set(reference, target);
		return Object.assign(
			target,
			Array.isArray(value)
				? value.map(resolve)
				: Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part)])),
		);
	}

	return resolve('0');
}
