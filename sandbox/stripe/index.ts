import { randomInt } from 'node:crypto';
import { controlRoutes } from '../kernel/control.ts';
import type { StandIn } from '../kernel/http.ts';
import { createAccount, type Account } from './account.ts';
import { pageRoutes } from './pages/index.ts';
import { createPresenter } from './api/presenter.ts';
import { createKeys, type Keys } from './api/keys.ts';
import { accountState, stripeControlRoutes } from './control.ts';
import { seedCatalogue } from './catalogue.ts';
import type { CardKind } from './billing/test-cards.ts';
import { giveCard, moveCustomer, moveEverything } from './moving.ts';
import { endpoints, presentations } from './resources/index.ts';
import type { PaymentMethod } from './resources/payment-methods.ts';
import { createServer } from './server.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { createIds } from './state/ids.ts';

export { API_VERSION } from './account.ts';
export { CATALOGUE } from './catalogue.ts';
export type { CardKind } from './billing/test-cards.ts';
export type { Settings } from './settings.ts';

export interface StripeStandInOptions {
	/** Same seed, same ids, same chance. Without one every run has ids of its own, as Stripe has. */
	readonly seed?: number;
	readonly settings?: Partial<Settings>;
	/** The wall clock in milliseconds; tests can hold it still. */
	readonly now?: () => number;
	/** False for an account without the demo catalogue. */
	readonly catalogue?: boolean;
}

export interface StripeStandIn extends StandIn {
	readonly settings: Settings;
	readonly keys: Keys;
	/** The account of test mode: where `sk_test_…` keys work. */
	readonly account: Account;
	/** Back to the state of a fresh start, settings too; ids are not given twice. */
	reset(): void;
	/** Moves the time in which a customer lives; resolves when everything on the way has happened. */
	moveCustomer(customerId: string, seconds: number): Promise<void>;
	/** Moves everyone: the sandbox's own time and every test clock. */
	moveEverybody(seconds: number): Promise<void>;
	giveCard(customerId: string, kind: CardKind): PaymentMethod;
	/** All that the account holds, as the API would show it. */
	state(): ReturnType<typeof accountState>;
	/** Resolves when no delivery is on its way or due. */
	deliveriesDone(): Promise<void>;
}

/** Time passes without requests too: trials end, invoices are collected, events go out. */
const HEARTBEAT_MS = 1000;

const ACCOUNT_ID = 'acct_1AcmeBoardsSandbox';

/** A stateful Stripe for trials and subscriptions, on 127.0.0.1. What differs is in sandbox/FIDELITY.md. */
export function createStripeStandIn(options: StripeStandInOptions = {}): StripeStandIn {
	const initialSettings: Settings = { ...DEFAULT_SETTINGS, ...options.settings };
	const settings = { ...initialSettings };
	const now = options.now ?? Date.now;
	const seed = options.seed ?? randomInt(2 ** 31);
	const requestIds = createIds(seed + 1);
	const presenter = createPresenter(presentations);
	const accounts = new Map<string, Account>();
	let publicUrl = 'http://127.0.0.1';
	let heartbeat: NodeJS.Timeout | undefined;
	let generation = 0;

	const accountFor = (livemode: boolean, connected?: string): Account => {
		const id = connected ?? ACCOUNT_ID;
		const name = `${id} ${livemode ? 'live' : 'test'}`;
		const known = accounts.get(name);
		if (known) return known;
		const account = createAccount({
			id,
			livemode,
			isConnected: connected !== undefined,
			settings,
			seed: seed + accounts.size * 7919 + generation * 104_729,
			realNow: () => Math.floor(now() / 1000),
			presenter,
			publicUrl: () => publicUrl,
		});
		accounts.set(name, account);
		if (options.catalogue !== false) seedCatalogue(account);
		return account;
	};

	const reset = () => {
		for (const account of accounts.values()) account.close();
		accounts.clear();
		generation += 1;
		keys.clear();
		Object.assign(settings, initialSettings);
		server.forget();
	};

	const keys = createKeys();
	const server = createServer({
		keys,
		endpoints,
		otherRoutes: [
			...controlRoutes({
				standIn: () => server.standIn,
				state: () => accountState(accountFor(false)),
				reset,
			}),
			...pageRoutes(() => accounts.values()),
			...stripeControlRoutes({
				account: () => accountFor(false),
				settings,
				keys,
			}),
		],
		settings,
		accountFor,
		newRequestId: () => requestIds.next('req'),
	});
	const { standIn } = server;

	return {
		...standIn,
		settings,
		keys,
		get account() {
			return accountFor(false);
		},
		reset,
		moveCustomer: async (customerId, seconds) =>
			await moveCustomer(accountFor(false), customerId, seconds),
		moveEverybody: async (seconds) => await moveEverything(accountFor(false), seconds),
		giveCard: (customerId, kind) => giveCard(accountFor(false), customerId, kind),
		state: () => accountState(accountFor(false)),
		deliveriesDone: async () => await accountFor(false).deliveries.idle(),
		async listen(port) {
			publicUrl = await standIn.listen(port);
			heartbeat = setInterval(() => {
				for (const account of accounts.values()) account.catchUp();
			}, HEARTBEAT_MS).unref();
			return publicUrl;
		},
		async close() {
			clearInterval(heartbeat);
			for (const account of accounts.values()) account.close();
			await standIn.close();
		},
	};
}
