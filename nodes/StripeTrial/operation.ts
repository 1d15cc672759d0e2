import type Stripe from 'stripe';
import {
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';
import { Failure } from '../../services/failure.ts';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { operationsOver, type Operation, type ParamsOf } from '../../services/n8n/operation.ts';
import { createJournal, type Journal } from '../../services/store/journal.ts';
import type { LifecycleStore } from '../../services/store/index.ts';
import { clocksOf, type ClockOf } from '../../services/stripe/clock.ts';
import { connectStripe, modeOfKey, type StripeCredential } from '../../services/stripe/client.ts';
import { rateLimitsOf } from '../../services/stripe/rate-limits.ts';
import { workspaceField } from '../store-fields.ts';
import { testModeOnlyField } from './fields.ts';

/** What every operation of this node works with. */
export interface StripeTrialServices {
	readonly stripe: Stripe;
	readonly clockOf: ClockOf;
	readonly now: () => Date;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
	/** How often one endpoint may be asked within a second. */
	readonly requestsPerEndpoint: number;
	/** What the key works on. */
	readonly mode: 'live' | 'test';
	/** Throws where there is no store that would be safe. Who only asks Stripe does well without one. */
	readonly openLedger: () => Promise<Ledger>;
}

export interface Ledger {
	readonly store: LifecycleStore;
	readonly journal: Journal;
}

/** What an operation works with that writes down what it did. */
export type WriteServices = StripeTrialServices & Ledger;

/** What a run found or did. */
export interface Result {
	readonly row: IDataObject;
	/** The Stripe object behind it, shown instead where "Simplify" is off. */
	readonly raw?: object;
}

interface Definition<Fields extends readonly INodeProperties[], Params, Services> {
	readonly value: string;
	readonly name: string;
	readonly action: string;
	readonly description: string;
	readonly fields: Fields;
	readonly lane?: (params: Params) => string;
	readonly run: (params: Params, services: Services) => Promise<Result | readonly Result[]>;
}

const define = operationsOver<StripeTrialServices>();

/** An operation that changes nothing. */
export function defineRead<const Fields extends readonly INodeProperties[]>({
	run,
	...operation
}: Definition<Fields, ParamsOf<Fields>, StripeTrialServices>): Operation<StripeTrialServices> {
	return define<Fields>({
		...operation,
		run: async (params, services) => show(await run(params, services), params, services),
	});
}

const FIELDS_OF_WRITES = [workspaceField, testModeOnlyField] as const;
type FieldsOfWrites = typeof FIELDS_OF_WRITES;
type ParamsOfWrite<Fields extends readonly INodeProperties[]> = ParamsOf<
	readonly [...Fields, ...FieldsOfWrites]
>;

/** An operation that changes something and says so to the store: without a store nothing is changed. */
export function defineWrite<const Fields extends readonly INodeProperties[]>({
	run,
	...operation
}: Definition<Fields, ParamsOfWrite<Fields>, WriteServices>): Operation<StripeTrialServices> {
	return defineGuarded<Fields>({
		...operation,
		run: async (params, services) =>
			await run(params, { ...services, ...(await services.openLedger()) }),
	});
}

/** An operation that can be kept off live data. */
export function defineGuarded<const Fields extends readonly INodeProperties[]>({
	run,
	...operation
}: Definition<Fields, ParamsOfWrite<Fields>, StripeTrialServices>): Operation<StripeTrialServices> {
	return define<readonly [...Fields, ...FieldsOfWrites]>({
		...operation,
		fields: [...operation.fields, ...FIELDS_OF_WRITES],
		run: async (params, services) => {
			refuseLiveKey(params, services);
			return show(await run(params, services), params, services);
		},
	});
}

function refuseLiveKey(params: object, { mode }: StripeTrialServices) {
	if (mode !== 'live' || !('testModeOnly' in params && params.testModeOnly)) return;
	throw new Failure('This step is set to test mode only, and the key is a live one', {
		code: 'live_key_in_test',
		hint: 'Choose a credential with a test key (sk_test_... or rk_test_...), or switch off "Test Mode Only" when the flow may touch real customers.',
	});
}

function show(
	results: Result | readonly Result[],
	params: object,
	{ mode }: StripeTrialServices,
): IDataObject[] {
	const isSimplified = !('simplify' in params) || params.simplify === true;
	return [results]
		.flat()
		.map(({ row, raw }) => ({ ...(isSimplified || !raw ? row : toJson(raw)), mode }));
}

/** Plain data: the SDK's decimals are objects that only serializing turns back into Stripe's texts. */
function toJson(raw: object): IDataObject {
	return JSON.parse(JSON.stringify(raw)) as IDataObject;
}

export async function connect(context: IExecuteFunctions): Promise<StripeTrialServices> {
	const credential = await context.getCredentials<StripeCredential>('stripeTrialApi');
	// Looked up once: n8n would do it again for every request.
	const memory = { recall: async () => credential, forget: () => {} };
	const stripe = await connectStripe(context, credential, memory);
	const now = () => new Date();
	let ledger: Promise<Ledger> | undefined;
	return {
		stripe,
		clockOf: clocksOf(stripe, now),
		now,
		timeZone: context.getTimezone(),
		requestsPerEndpoint: rateLimitsOf(credential).perEndpoint(''),
		mode: modeOfKey(credential),
		openLedger: async () => await (ledger ??= openLedger(context)),
	};
}

async function openLedger(context: IExecuteFunctions): Promise<Ledger> {
	const store = await openNodeStore(context);
	const teller = { source: 'stripeTrial', executionId: context.getExecutionId() };
	return { store, journal: createJournal(store, teller, { sleep }) };
}
