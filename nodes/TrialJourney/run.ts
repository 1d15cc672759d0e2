import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { explainFailure, Failure } from '../../services/failure.ts';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { createRateBudget } from '../../services/n8n/rate-budget.ts';
import { readParams } from '../../services/n8n/read-params.ts';
import { describeFailure, toNodeError } from '../../services/n8n/run-items.ts';
import { connectStripe, modeOfKey, type StripeCredential } from '../../services/stripe/client.ts';
import { explainStripe } from '../../services/stripe/explain.ts';
import { readClocks } from './clocks.ts';
import { fields } from './fields.ts';
import { toItem } from './item.ts';
import { createLinks } from './links.ts';
import { readJourney, readOptions, type JourneyParams } from './settings.ts';
import { sweep, type SweepServices } from './sweep.ts';

/** One sweep for each input item, each step on its own output. */
export async function runJourneys(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const outputs: INodeExecutionData[][] = [];
	const put = (output: number, row: INodeExecutionData) => {
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push(row);
	};
	for (const [item] of context.getInputData().entries()) {
		try {
			for (const { output, json } of await runJourney(context, item)) {
				put(output, { json, pairedItem: { item } });
			}
		} catch (error) {
			const failure = explainFailure(error, [explainStripe]);
			if (!context.continueOnFail()) throw toNodeError(context, failure, item);
			put(0, { json: { error: describeFailure(failure) }, pairedItem: { item } });
		}
	}
	return outputs.length > 0 ? outputs : [[]];
}

interface Row {
	readonly output: number;
	readonly json: INodeExecutionData['json'];
}

async function runJourney(context: IExecuteFunctions, item: number): Promise<Row[]> {
	const params = readParams(context, fields, item) as unknown as JourneyParams;
	const journey = readJourney(params, context.getTimezone());
	const { isDryRun, maxAccounts, maxRate } = readOptions(params);
	const credential = await context.getCredentials<StripeCredential>('stripeTrialApi');
	const { mode, workspace } = params;
	if (modeOfKey(credential) !== mode) {
		throw new Failure(`The journey is set to ${mode} mode, and the key is not`, {
			code: 'mode_of_key',
			hint: 'Choose a credential with a key of that mode, or change Mode.',
		});
	}
	const now = () => new Date();
	const partition = { workspace, mode };
	const linksFor = createLinks(params, await signingCredential(context, params), {
		...partition,
		now: now(),
	});
	const budget =
		maxRate === null ? null : createRateBudget({ perSecond: maxRate, perEndpoint: () => maxRate });
	const services: SweepServices = {
		store: (await openNodeStore(context)).partition(partition),
		stripe: await connectStripe(context, credential),
		partition,
		journey,
		isDryRun,
		executionId: context.getExecutionId(),
		now,
		admit: async () => await budget?.admit('recheck'),
		isStopped: () => context.getExecutionCancelSignal()?.aborted ?? false,
	};
	const clocks = await readClocks(services.store, services.stripe, { mode, now: now() });
	const { emissions, tellings, failures, readCount } = await sweep(services, clocks, maxAccounts);
	report(context, failures, readCount);

	const steps = journey.steps.map(({ key }) => key);
	const moment = { ...partition, isDryRun };
	return [
		...emissions.map(({ moment: at, traveller, ...of }) => ({
			output: steps.indexOf(of.step.key),
			json: {
				...toItem(of, traveller, journey, { ...moment, ...at }),
				links: linksFor(traveller.account.accountId),
			},
		})),
		...tellings.map(({ moment: at, traveller, why, ...of }) => ({
			output: steps.length,
			json: { ...toItem(of, traveller, journey, { ...moment, ...at }), why },
		})),
	];
}

async function signingCredential(context: IExecuteFunctions, { links }: JourneyParams) {
	if ((links.link ?? []).length === 0) return {};
	return await context.getCredentials<{ signingSecret?: unknown }>('accessProvisioningApi');
}

/** Who could not be read is due again; that nobody could be read is a failure. */
function report(context: IExecuteFunctions, failures: readonly unknown[], readCount: number): void {
	const [first] = failures;
	if (first === undefined) return;
	if (readCount === 0) throw first;
	const { message } = explainFailure(first, [explainStripe]);
	context.addExecutionHints({
		message: `${failures.length} accounts could not be read and come in the next run: ${message}`,
		location: 'outputPane',
	});
}
