import { NodeHelpers, type INode, type INodeParameters } from 'n8n-workflow';
import { TrialJourney } from '../../../nodes/TrialJourney/TrialJourney.node.ts';

const { description } = new TrialJourney();

const nodeWith = (parameters: INodeParameters): INode => ({
	id: 'journey',
	name: 'Journey',
	type: 'trialJourney',
	typeVersion: 1,
	position: [0, 0],
	parameters,
});

/** The outputs as n8n works them out: the expression with the node's own parameters. */
function outputsOf(parameters: INodeParameters): string[] {
	const body = String(description.outputs).replace(/^=\{\{|\}\}$/g, '');
	const evaluate = new Function('$parameter', `return (${body.trim()});`) as (
		$parameter: INodeParameters,
	) => Array<{ type: string; displayName: string }>;
	return evaluate(parameters).map(({ displayName }) => displayName);
}

describe('the outputs', () => {
	it('are the steps by name, in order', () => {
		const step = [{ name: '7 days left', key: 'seven' }, { key: 'last' }, {}];
		expect(outputsOf({ stepsFrom: 'own', steps: { step } })).toEqual([
			'7 days left',
			'last',
			'Step',
		]);
	});

	it('are the steps of a preset, whatever own steps are stored', () => {
		const steps = { step: [{ name: 'Mine' }] };
		expect(outputsOf({ stepsFrom: 'onboarding', steps })).toEqual([
			'Welcome',
			'First project',
			'Invite the team',
			'Need a hand?',
		]);
	});

	it('have one more for a dry run', () => {
		const steps = { step: [{ name: 'Mine' }] };
		const options = { dryRun: true };
		expect(outputsOf({ stepsFrom: 'own', steps, options })).toEqual(['Mine', 'Dry Run']);
		expect(outputsOf({ stepsFrom: 'own', steps: {}, options: {} })).toEqual([]);
	});
});

it('asks for the product credential only where there are links', () => {
	const credential = description.credentials?.find(({ name }) => name === 'accessProvisioningApi');
	const isShown = (parameters: INodeParameters) =>
		NodeHelpers.displayParameter(
			parameters,
			credential ?? { name: '' },
			nodeWith(parameters),
			description,
		);
	expect(isShown({ links: {} })).toBe(false);
	expect(isShown({})).toBe(false);
	expect(isShown({ links: { link: [{ name: 'optOut', purpose: 'opt_out' }] } })).toBe(true);
});
