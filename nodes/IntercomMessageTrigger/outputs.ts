/**
 * One output for each chosen event, named after it, and one for the topics that are named besides. An expression,
 * because n8n asks for the outputs before any code of the node runs.
 */
export const OUTPUTS = `={{
	[
		...$parameter["events"].map((event) => event.split("_").map((word) => word[0].toUpperCase() + word.slice(1)).join(" ")),
		...($parameter["options"]?.["topics"]?.trim() ? ["Intercom Topic"] : []),
	].map((displayName) => ({ type: "main", displayName }))
}}`;
