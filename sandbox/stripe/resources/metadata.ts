export type Metadata = Readonly<Record<string, string>>;

/**
 * Keys merge, an empty value removes its key, null clears everything.
 * https://docs.stripe.com/api/metadata
 */
export function mergeMetadata(
	present: Metadata | null,
	change: Readonly<Record<string, string | number | null>> | null | undefined,
): Metadata {
	if (change === undefined) return present ?? {};
	if (change === null) return {};
	const merged: Record<string, string> = { ...present };
	for (const [key, value] of Object.entries(change)) {
		if (value === '' || value === null) delete merged[key];
		else merged[key] = String(value);
	}
	return merged;
}
