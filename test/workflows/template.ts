import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IConnections, INode, INodeType, IWorkflowSettings } from 'n8n-workflow';
import { AccessProvisioning } from '../../nodes/AccessProvisioning/AccessProvisioning.node.ts';
import { IntercomMessage } from '../../nodes/IntercomMessage/IntercomMessage.node.ts';
import { IntercomMessageTrigger } from '../../nodes/IntercomMessageTrigger/IntercomMessageTrigger.node.ts';
import { StripeTrial } from '../../nodes/StripeTrial/StripeTrial.node.ts';
import { StripeTrialTrigger } from '../../nodes/StripeTrialTrigger/StripeTrialTrigger.node.ts';
import { TrialAccount } from '../../nodes/TrialAccount/TrialAccount.node.ts';
import { TrialJourney } from '../../nodes/TrialJourney/TrialJourney.node.ts';

export const FOLDER = path.resolve(__dirname, '../../workflows');
export const PACKAGE = 'n8n-nodes-saas-lifecycle.';

export interface Template {
	readonly file: string;
	readonly text: string;
	readonly id?: string;
	readonly name?: string;
	readonly active?: boolean;
	readonly nodes: INode[];
	readonly connections: IConnections;
	readonly settings?: IWorkflowSettings;
}

export function readTemplates(): Template[] {
	return readdirSync(FOLDER)
		.filter((file) => file.endsWith('.json'))
		.map((file) => {
			const text = readFileSync(path.join(FOLDER, file), 'utf8');
			return { ...(JSON.parse(text) as Omit<Template, 'file' | 'text'>), file, text };
		});
}

const OUR_NODES = new Map<string, INodeType>(
	[
		new AccessProvisioning(),
		new IntercomMessage(),
		new IntercomMessageTrigger(),
		new StripeTrial(),
		new StripeTrialTrigger(),
		new TrialAccount(),
		new TrialJourney(),
	].map((node) => [PACKAGE + node.description.name, node]),
);

export function ourNode(type: string): INodeType | undefined {
	return OUR_NODES.get(type);
}

/** Built-in nodes that templates may use, with the version that was tried in the tested n8n. */
export const BUILT_INS: ReadonlyMap<string, number> = new Map([
	['n8n-nodes-base.errorTrigger', 1],
	['n8n-nodes-base.form', 2.4],
	['n8n-nodes-base.formTrigger', 2.4],
	['n8n-nodes-base.httpRequest', 4.2],
	['n8n-nodes-base.if', 2.2],
	['n8n-nodes-base.removeDuplicates', 2],
	['n8n-nodes-base.respondToWebhook', 1.4],
	['n8n-nodes-base.scheduleTrigger', 1.2],
	['n8n-nodes-base.set', 3.4],
	['n8n-nodes-base.splitOut', 1],
	['n8n-nodes-base.stickyNote', 1],
	['n8n-nodes-base.stopAndError', 1],
	['n8n-nodes-base.switch', 3.2],
	['n8n-nodes-base.webhook', 2.1],
]);

/** All texts in a value, however deep. */
export function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(textsIn);
}

/** The names of the nodes that a connection list leads to. */
export function targetsOf(connections: IConnections, name: string): string[] {
	return Object.values(connections[name] ?? {})
		.flat()
		.flatMap((output) => (output ?? []).map(({ node }) => node));
}
