import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { TrialJourney } from '../../../nodes/TrialJourney/TrialJourney.node.ts';
import { stripeSecretKey } from '../../../sandbox/secrets.ts';
import type { StorePartition } from '../../../services/store/index.ts';
import { createContext, type ItemParams } from '../../support/execute-node.ts';
import { waitFor } from '../../support/wait-for.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import { importFromStripe, partitionOf, run as runTrialAccount } from '../TrialAccount/harness.ts';
import { createStripeWorld, type StripeWorld, type Trial } from '../TrialAccount/stripe-world.ts';

/** When every test begins, by the test clock. The trial of 14 days then ends on the 24th, at 10:00 UTC. */
export const START = new Date('2027-01-10T10:00:00Z');
const DAY_S = 86_400;

export interface JourneyOfSuite {
	readonly world: () => StripeWorld;
	/** The suite's test clock. */
	readonly clock: () => string;
	/** Somebody on the suite's test clock, with a trial of 14 days, known to the store. */
	signUp(accountId: string, more?: Readonly<Record<string, string>>): Promise<Trial>;
	signUpAll(accountIds: readonly string[]): Promise<void>;
	/** Moves the test clock to so many days after the start. */
	goToDay(days: number): Promise<void>;
	/** And everybody on it, as Stripe does after a month. */
	deleteClock(): Promise<void>;
	/** What the store learns of by events in real life. */
	learn(): Promise<void>;
	/** Runs the node; gives the rows of each output. */
	run(params?: ItemParams, options?: RunOptions): Promise<IDataObject[][]>;
	/** One word for each row: `step of account`. */
	steps(params?: ItemParams): Promise<string[]>;
	ledger(): Promise<StorePartition>;
}

export interface RunOptions {
	readonly continueOnFail?: boolean;
	readonly secretKey?: string;
	readonly items?: readonly ItemParams[];
	readonly credential?: IDataObject;
}

/** A Stripe under contract, a test clock and an empty store for every test of a suite. */
export function useJourney(): JourneyOfSuite {
	useTemporaryUserFolder();
	let world: StripeWorld;
	let clock: string;

	beforeEach(async () => {
		world = await createStripeWorld(new Date());
		const { id } = await world.stripe('POST', 'test_helpers/test_clocks', {
			frozen_time: String(START.getTime() / 1000),
		});
		clock = id;
	});
	afterEach(async () => await world.close());

	const learn = async () => {
		const rows = await runTrialAccount([importFromStripe({ includeTestClocks: true })], {
			stripeUrl: world.url,
		});
		expect(rows).toHaveLength(1);
	};

	async function run(params: ItemParams = {}, options: RunOptions = {}): Promise<IDataObject[][]> {
		const items = options.items ?? [params];
		const context = createContext({
			items: items.map((item) => ({ ...PARAMS, ...item })),
			credential: {
				baseUrl: world.url,
				secretKey: options.secretKey ?? stripeSecretKey,
				requestsPerSecond: 1_000,
				...options.credential,
			},
			headers: { authorization: `Bearer ${options.secretKey ?? stripeSecretKey}` },
			continueOnFail: options.continueOnFail ?? false,
		});
		const outputs = (await new TrialJourney().execute.call(context)) as INodeExecutionData[][];
		return outputs.map((rows) => rows.map(({ json }) => json));
	}

	const subscribe = async (accountId: string, more: Readonly<Record<string, string>> = {}) =>
		await world.startTrial(
			{
				email: `${accountId}@example.com`,
				name: 'Ada',
				test_clock: clock,
				'metadata[account_id]': accountId,
			},
			{ 'metadata[account_id]': accountId, ...more },
		);

	return {
		world: () => world,
		clock: () => clock,
		learn,
		run,
		async signUp(accountId, more) {
			const trial = await subscribe(accountId, more);
			await learn();
			return trial;
		},
		async signUpAll(accountIds) {
			for (const accountId of accountIds) await subscribe(accountId);
			await learn();
		},
		async goToDay(days) {
			await world.stripe('POST', `test_helpers/test_clocks/${clock}/advance`, {
				frozen_time: String(START.getTime() / 1000 + Math.round(days * DAY_S)),
			});
			await waitFor(`the clock on day ${days}`, async () => {
				const { status } = await world.stripe('GET', `test_helpers/test_clocks/${clock}`);
				return status === 'ready' || undefined;
			});
		},
		async deleteClock() {
			await world.stripe('DELETE', `test_helpers/test_clocks/${clock}`);
		},
		async steps(params) {
			const outputs = await run(params);
			return outputs
				.flat()
				.map((row) => `${String(row['step'])} of ${String(row['accountId'])}`)
				.sort();
		},
		ledger: async () => await partitionOf(),
	};
}

/** What the panel stores where nothing was changed, and two reminders. */
const PARAMS: ItemParams = {
	journey: 'conversion',
	audience: ['trialing'],
	stepsFrom: 'own',
	pacing: {},
	exits: {},
	variants: {},
	links: {},
	options: {},
	mode: 'test',
	workspace: 'default',
	steps: steps(step('three_days_left', 3), step('last_day', 0)),
};

/** A row of the panel: so many days before the trial ends, at nine, for a day. */
export function step(key: string, amount: number, more: ItemParams = {}): ItemParams {
	return {
		name: key.replaceAll('_', ' '),
		key,
		anchor: 'trialEnd',
		direction: 'before',
		amount,
		unit: 'days',
		timeOfDay: '09:00',
		usefulForHours: 24,
		...more,
	};
}

export function steps(...rows: ItemParams[]): ItemParams {
	return { step: rows };
}
