import type { WorkflowTemplate } from './equipment.ts';

type TemplateNode = WorkflowTemplate['nodes'][number];

/** A node of a template, and the template that it is in. */
export interface PlacedNode {
	readonly workflow: WorkflowTemplate;
	readonly node: TemplateNode;
}

export function nodesOfType(
	workflows: readonly WorkflowTemplate[],
	type: string,
): readonly PlacedNode[] {
	return workflows.flatMap((workflow) =>
		workflow.nodes.filter((node) => node.type === type).map((node) => ({ workflow, node })),
	);
}

/** The form by which people come in; the other forms are reached by links in messages. */
export function signUpForm(
	n8nUrl: string,
	workflows: readonly WorkflowTemplate[],
): { readonly name: string; readonly url: string } | undefined {
	const [form] = nodesOfType(workflows, 'n8n-nodes-base.formTrigger').filter(
		({ node }) => (node.parameters?.['options'] as { path?: string } | undefined)?.path === SIGN_UP,
	);
	return form && { name: form.node.name, url: `${n8nUrl}/form/${SIGN_UP}` };
}

/** Where the product tells of milestones; undefined without a template that listens. */
export function milestonesUrl(
	n8nUrl: string,
	workflows: readonly WorkflowTemplate[],
): string | undefined {
	const isServed = nodesOfType(workflows, 'n8n-nodes-base.webhook').some(
		({ node }) => node.parameters?.['path'] === MILESTONES_PATH,
	);
	return isServed ? `${n8nUrl}/webhook/${MILESTONES_PATH}` : undefined;
}

/** Where Intercom tells of replies and unsubscribes; undefined without a template that listens. */
export function intercomUrl(
	n8nUrl: string,
	workflows: readonly WorkflowTemplate[],
): string | undefined {
	const [listener] = nodesOfType(workflows, 'n8n-nodes-saas-lifecycle.intercomMessageTrigger');
	return listener && `${n8nUrl}/webhook/${pathOf(listener)}/intercom`;
}

const SIGN_UP = 'saas-trial-signup';
const MILESTONES_PATH = 'saas-milestones';

/** Paths that a node does not choose itself begin with its webhook id, or else with its workflow and name. */
function pathOf({ workflow, node }: PlacedNode): string {
	return node.webhookId ?? `${workflow.id}/${encodeURIComponent(node.name.toLowerCase())}`;
}
