import { intercomUrl, milestonesUrl, signUpForm } from '../../../sandbox/n8n/addresses.ts';
import type { WorkflowTemplate } from '../../../sandbox/n8n/equipment.ts';
import { withoutSchedule, withSettings } from '../../../sandbox/n8n/settings.ts';

const N8N = 'http://127.0.0.1:5678';

function aTemplate(...nodes: WorkflowTemplate['nodes']): WorkflowTemplate {
	return { id: 'saasOne', name: 'One', nodes };
}

const assignments = (...pairs: ReadonlyArray<readonly [string, unknown]>) => ({
	assignments: { assignments: pairs.map(([name, value]) => ({ id: name, name, value })) },
});

describe('a template for the sandbox', () => {
	it('gets its own addresses in its settings, and nothing else changes', () => {
		const [settings, other] = ['Settings', 'Something else'].map((name) => ({
			name,
			type: 'n8n-nodes-base.set',
			parameters: assignments(['pageUrl', 'https://n8n.example.com'], ['testMode', true]),
		}));
		const template = aTemplate(settings!, other!);
		expect(withSettings(template, { pageUrl: N8N, unknown: 'x' })).toEqual(
			aTemplate(
				{ ...settings!, parameters: assignments(['pageUrl', N8N], ['testMode', true]) },
				other!,
			),
		);
	});
});

describe('a template in played time', () => {
	it('has no schedule of its own', () => {
		const [schedule, other] = ['scheduleTrigger', 'set'].map((type) => ({
			name: type,
			type: `n8n-nodes-base.${type}`,
			parameters: { rule: { interval: [{ field: 'minutes', minutesInterval: 10 }] } },
		}));
		const { nodes } = withoutSchedule(aTemplate(schedule!, other!));
		expect(nodes[0]?.parameters).toEqual({
			rule: { interval: [{ field: 'cronExpression', expression: '0 0 29 2 *' }] },
		});
		expect(nodes[1]).toEqual(other);
	});
});

describe('the addresses of templates', () => {
	const form = (path: string) => ({
		name: `Form ${path}`,
		type: 'n8n-nodes-base.formTrigger',
		parameters: { options: { path } },
	});
	const hook = {
		name: 'Milestone',
		type: 'n8n-nodes-base.webhook',
		parameters: { path: 'saas-milestones' },
	};
	const listener = {
		name: 'When they answer',
		type: 'n8n-nodes-saas-lifecycle.intercomMessageTrigger',
	};

	it('are known where a template listens', () => {
		const all = [
			aTemplate(form('saas-opt-out')),
			aTemplate(form('saas-trial-signup')),
			aTemplate(hook, { ...listener, webhookId: 'a-b' }),
		];
		expect(signUpForm(N8N, all)).toEqual({
			name: 'Form saas-trial-signup',
			url: `${N8N}/form/saas-trial-signup`,
		});
		expect(milestonesUrl(N8N, all)).toBe(`${N8N}/webhook/saas-milestones`);
		expect(intercomUrl(N8N, all)).toBe(`${N8N}/webhook/a-b/intercom`);
		expect(intercomUrl(N8N, [aTemplate(listener)])).toBe(
			`${N8N}/webhook/saasOne/when%20they%20answer/intercom`,
		);
	});

	it('are unknown where none does', () => {
		const other = [aTemplate(form('saas-opt-out'), { ...hook, parameters: { path: 'other' } })];
		expect(signUpForm(N8N, other)).toBeUndefined();
		expect(milestonesUrl(N8N, other)).toBeUndefined();
		expect(intercomUrl(N8N, other)).toBeUndefined();
	});
});
