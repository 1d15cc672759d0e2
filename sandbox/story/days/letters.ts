import { readable, unescape } from '../../n8n/form.ts';
import { nodesOfType } from '../../n8n/addresses.ts';
import type { WorkflowTemplate } from '../../n8n/equipment.ts';

/** A message as it reached somebody. */
export interface Letter {
	/** The node that wrote it, known by its text; the subject in quotes when no node writes so. */
	readonly name: string;
	readonly at: Date;
	readonly text: string;
	/** Where it leads to. */
	readonly links: readonly string[];
}

interface Delivered {
	readonly subject: string | null;
	readonly body: string;
	readonly createdAt: number;
}

/** Reads letters as the people of the story do: it knows the texts of the templates, and nothing of executions. */
export function createReader(
	workflows: readonly WorkflowTemplate[],
): (message: Delivered) => Letter {
	const known = nodesOfType(workflows, 'n8n-nodes-saas-lifecycle.intercomMessage').flatMap(
		({ node }) => textsOf(node.parameters ?? {}).map((text) => ({ name: node.name, ...text })),
	);
	return ({ subject, body, createdAt }) => {
		const text = readable(body);
		const source = known.find((one) => one.subject.test(subject ?? '') && one.body.test(text));
		return {
			name: source?.name ?? `"${subject ?? text.slice(0, 40)}"`,
			at: new Date(createdAt * 1000),
			text,
			links: [...body.matchAll(/https?:\/\/[^\s"'<>]+/g)].map(([link]) => unescape(link)),
		};
	};
}

interface Pattern {
	readonly subject: RegExp;
	readonly body: RegExp;
}

function textsOf(parameters: Readonly<Record<string, unknown>>): Pattern[] {
	const { text = [] } = (parameters['texts'] ?? {}) as {
		text?: ReadonlyArray<{ readonly subject: string; readonly body: string }>;
	};
	return text.flatMap(({ subject, body }) =>
		[body, body.replaceAll(LINK_THAT_MAY_MISS, '')].map((written) => ({
			subject: pattern(subject),
			body: pattern(readable(written)),
		})),
	);
}

/** Left out where its field is empty. */
const LINK_THAT_MAY_MISS = /<a href="\[\[ *\w+ *\| *\]\]">.*?<\/a>\s*/g;

/** Merge fields stand for anything. */
function pattern(text: string): RegExp {
	const fixed = text
		.split(/\s*\[\[[^\]]*\]\]\s*/)
		.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
	return new RegExp(`^${fixed.join('.*?')}$`, 's');
}
