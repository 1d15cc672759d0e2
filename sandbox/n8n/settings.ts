import type { WorkflowTemplate } from './equipment.ts';

/** What the operator of the sandbox would type into the `Settings` node of every template. */
export type SandboxSettings = Readonly<Record<string, string | number | boolean>>;

interface Assignment {
	readonly name: string;
	readonly value: unknown;
}

/** The template with these values in its node `Settings`; what that node does not have is not added. */
export function withSettings<Template extends WorkflowTemplate>(
	template: Template,
	settings: SandboxSettings,
): Template {
	return {
		...template,
		nodes: template.nodes.map((node) =>
			node.name === 'Settings' && node.type === 'n8n-nodes-base.set'
				? { ...node, parameters: assigned(node.parameters ?? {}, settings) }
				: node,
		),
	};
}

function assigned(parameters: Readonly<Record<string, unknown>>, settings: SandboxSettings) {
	const list = parameters['assignments'] as { readonly assignments: readonly Assignment[] };
	const assignments = list.assignments.map((assignment) =>
		assignment.name in settings ? { ...assignment, value: settings[assignment.name] } : assignment,
	);
	return { ...parameters, assignments: { assignments } };
}

/** The template with schedules that hardly ever come: whoever plays with time runs it when it is time. */
export function withoutSchedule<Template extends WorkflowTemplate>(template: Template): Template {
	return {
		...template,
		nodes: template.nodes.map((node) =>
			node.type === 'n8n-nodes-base.scheduleTrigger'
				? { ...node, parameters: { rule: { interval: [HARDLY_EVER] } } }
				: node,
		),
	};
}

/** The 29th of February: n8n takes no day that never comes. */
const HARDLY_EVER = { field: 'cronExpression', expression: '0 0 29 2 *' };
