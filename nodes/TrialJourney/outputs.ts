import { PRESETS } from '../../lifecycle/journey/presets.ts';

const presetNames = JSON.stringify(
	Object.fromEntries(
		Object.entries(PRESETS).map(([preset, steps]) => [preset, steps.map(({ name }) => name)]),
	),
);

/**
 * One output for each step, named after it, and one for what a dry run tells. An expression, because n8n asks for
 * the outputs before any code of the node runs.
 */
export const OUTPUTS: `={{${string}}}` = `={{
	(${presetNames}[$parameter["stepsFrom"]] ?? ($parameter["steps"]?.["step"] ?? []).map((step) => step.name || step.key || "Step"))
		.concat($parameter["options"]?.["dryRun"] ? ["Dry Run"] : [])
		.map((displayName) => ({ type: "main", displayName }))
}}`;
