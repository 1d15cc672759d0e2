import {
	NodeConnectionTypes,
	type IDisplayOptions,
	type IExecuteFunctions,
	type INodeCredentialDescription,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { lifecycleStoreTest } from '../../services/n8n/store-credential.ts';
import { fields } from './fields.ts';
import { OUTPUTS } from './outputs.ts';
import { runJourneys } from './run.ts';

/** n8n reads conditions here as it does in fields; its type does not know. */
const WHERE_LINKS_ARE = {
	show: { 'links.link': [{ _cnd: { exists: true } }] },
} satisfies IDisplayOptions as unknown as INodeCredentialDescription['displayOptions'] & object;

export class TrialJourney implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Trial Journey',
		name: 'trialJourney',
		icon: { light: 'file:trialJourney.svg', dark: 'file:trialJourney.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["journey"] + ($parameter["options"]?.["dryRun"] ? " (dry run)" : "") }}',
		description: 'Take every trial through a sequence of steps, each at the right time and once',
		defaults: { name: 'Trial Journey' },
		// An agent would take the place of the message nodes that settle what comes out.
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: OUTPUTS,
		credentials: [
			{ name: 'stripeTrialApi', required: true },
			{ name: 'lifecycleStoreApi', required: false, testedBy: 'lifecycleStoreTest' },
			{
				name: 'accessProvisioningApi',
				required: true,
				displayOptions: WHERE_LINKS_ARE,
			},
		],
		hints: [
			{
				message:
					'Dry run: nothing is written or sent. The last output tells who would get what, and why others would not.',
				displayCondition: '={{ $parameter["options"]?.["dryRun"] === true }}',
				whenToDisplay: 'always',
				location: 'outputPane',
			},
		],
		properties: [...fields],
	};

	methods = { credentialTest: { lifecycleStoreTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runJourneys(this);
	}
}
