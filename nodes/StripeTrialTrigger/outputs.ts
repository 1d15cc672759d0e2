/**
 * One output for each chosen event, named after it, and one for Stripe's own events where some are named. An
 * expression, because n8n asks for the outputs before any code of the node runs.
 */
export const OUTPUTS = `={{
	[
		...$parameter["events"].map((event) => event.split("_").map((word) => word[0].toUpperCase() + word.slice(1)).join(" ")),
		...($parameter["options"]?.["stripeEvents"]?.trim() ? ["Stripe Event"] : []),
	].map((displayName) => ({ type: "main", displayName }))
}}`;
