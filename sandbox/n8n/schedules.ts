import { setTimeout as delay } from 'node:timers/promises';
import { nodesOfType } from './addresses.ts';
import type { N8nClient } from './client.ts';
import type { WorkflowTemplate } from './equipment.ts';

const POLL_MS = 100;
const PATIENCE_MS = 60_000;

/** Runs every scheduled workflow once, one after the other. Resolves to a sentence for each that failed. */
export async function runSchedules(
	client: N8nClient,
	workflows: readonly WorkflowTemplate[],
): Promise<string[]> {
	const failures: string[] = [];
	for (const { workflow, node } of nodesOfType(workflows, 'n8n-nodes-base.scheduleTrigger')) {
		const id = await client.runWorkflow(workflow.id, node.name);
		const status = await endOf(client, id);
		if (status !== 'success') failures.push(`"${workflow.name}" ended as ${status}`);
	}
	return failures;
}

async function endOf(client: N8nClient, executionId: string): Promise<string> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	while ((await client.running()).some(({ id }) => id === executionId)) {
		if (Date.now() > giveUpAt) return `still running after ${PATIENCE_MS / 1000} s`;
		await delay(POLL_MS);
	}
	return (await client.execution(executionId)).status;
}
