import { createRandom } from '../kernel/faults.ts';
import type { Presenter, Rendered } from './api/presenter.ts';
import { createEngine } from './billing/engine.ts';
import { createDeliveries, type Deliveries } from './events/deliveries.ts';
import { createEventLog, type StripeEvent } from './events/log.ts';
import type { EventType } from './events/types.ts';
import type { CheckoutSession } from './resources/checkout-sessions.ts';
import type { Coupon } from './resources/coupons.ts';
import type { Customer } from './resources/customers.ts';
import type { Discount } from './resources/discounts.ts';
import type { ActiveEntitlement, Feature, ProductFeature } from './resources/entitlements.ts';
import type { InvoiceItem } from './resources/invoice-items.ts';
import type { InvoicePayment } from './resources/invoice-payments.ts';
import type { Invoice } from './resources/invoices.ts';
import type { Charge, PaymentIntent } from './resources/payment-intents.ts';
import type { PaymentMethod } from './resources/payment-methods.ts';
import type { PortalConfiguration } from './resources/portal-configurations.ts';
import type { PortalSession } from './resources/portal-sessions.ts';
import type { Price } from './resources/prices.ts';
import type { Product } from './resources/products.ts';
import type { PromotionCode } from './resources/promotion-codes.ts';
import type { SetupIntent } from './resources/setup-intents.ts';
import type { Subscription } from './resources/subscriptions.ts';
import { settleTestClock, type TestClock } from './resources/test-clocks.ts';
import type { WebhookEndpoint } from './resources/webhook-endpoints.ts';
import type { TrialOffer } from './resources/trial-offers.ts';
import type { Settings } from './settings.ts';
import { createFrozenTimeline, createRunningTimeline, type Timeline } from './state/clocks.ts';
import { createIds } from './state/ids.ts';
import { createReplica } from './state/replica.ts';
import type { Seconds } from './state/stored.ts';
import { createTable } from '../kernel/table.ts';

/** The API version of the stand-in's bodies and events: the one that the nodes pin. */
export const API_VERSION = '2026-10-28.endive';

/** The request that caused a change; both null when Stripe acts by itself. */
export interface Cause {
	readonly id: string | null;
	readonly idempotency_key: string | null;
}

const AUTOMATIC: Cause = { id: null, idempotency_key: null };

export interface AccountOptions {
	readonly id: string;
	readonly livemode: boolean;
	/** True for an account reached through `Stripe-Account`: its events name it. */
	readonly isConnected: boolean;
	readonly settings: Settings;
	readonly seed: number;
	readonly realNow: () => Seconds;
	readonly presenter: Presenter;
	/** Where the stand-in is reached: links in objects start with it. */
	readonly publicUrl: () => string;
}

/** Everything that one account holds, each kind in a table with the look-ups that it needs. */
function createTables(settings: Settings) {
	const deletedCustomers = new Set<string>();
	const customers = createTable<Customer, 'email' | 'test_clock'>({
		email: (customer) => customer.email,
		test_clock: (customer) => customer.test_clock,
	});
	const subscriptions = createTable<Subscription, 'customer' | 'item' | 'test_clock'>({
		customer: (subscription) => subscription.customer,
		item: (subscription) => subscription.items.map((item) => item.id),
		test_clock: (subscription) => subscription.test_clock,
	});
	const invoices = createTable<Invoice, 'customer' | 'subscription' | 'test_clock'>({
		customer: (invoice) => invoice.customer,
		subscription: (invoice) => invoice.parent?.subscription_details?.subscription,
		test_clock: (invoice) => invoice.test_clock,
	});
	return {
		charges: createTable<Charge, 'customer' | 'payment_intent'>({
			customer: (charge) => charge.customer,
			payment_intent: (charge) => charge.payment_intent,
		}),
		checkoutSessions: createTable<CheckoutSession, 'customer'>({
			customer: (session) => session.customer,
		}),
		coupons: createTable<Coupon>(),
		customers,
		discounts: createTable<Discount>(),
		entitlements: createTable<ActiveEntitlement, 'customer'>({
			customer: (entitlement) => entitlement.customer,
		}),
		features: createTable<Feature, 'lookup_key'>({ lookup_key: (feature) => feature.lookup_key }),
		invoiceItems: createTable<InvoiceItem, 'customer'>({ customer: (item) => item.customer }),
		invoicePayments: createTable<InvoicePayment, 'invoice'>({
			invoice: (payment) => payment.invoice,
		}),
		invoices,
		paymentIntents: createTable<PaymentIntent, 'customer'>({
			customer: (intent) => intent.customer,
		}),
		paymentMethods: createTable<PaymentMethod, 'customer'>({
			customer: (method) => method.customer,
		}),
		portalConfigurations: createTable<PortalConfiguration>(),
		portalSessions: createTable<PortalSession, 'url'>({ url: (session) => session.url }),
		prices: createTable<Price, 'product' | 'lookup_key'>({
			product: (price) => price.product,
			lookup_key: (price) => price.lookup_key,
		}),
		productFeatures: createTable<ProductFeature, 'product'>({
			product: (feature) => feature.product,
		}),
		products: createTable<Product>(),
		promotionCodes: createTable<PromotionCode, 'code'>({
			code: (one) => one.code.toUpperCase(),
		}),
		setupIntents: createTable<SetupIntent, 'customer'>({ customer: (intent) => intent.customer }),
		subscriptions,
		testClocks: createTable<TestClock>(),
		trialOffers: createTable<TrialOffer>(),
		webhookEndpoints: createTable<WebhookEndpoint>(),

		/** Ids that answer "deleted" instead of "never heard of". */
		deletedCustomers,
		/** What a reference to a customer leads to. */
		customersEver: {
			get: (id: string) =>
				customers.get(id) ??
				(deletedCustomers.has(id) ? { id, object: 'customer', deleted: true } : undefined),
		},

		/** What search sees: later than everything else. */
		searchable: {
			customers: createReplica(customers, { settings }),
			invoices: createReplica(invoices, { settings }),
			subscriptions: createReplica(subscriptions, { settings }),
		},
	};
}

type Tables = ReturnType<typeof createTables>;

/** One Stripe account in one mode: everything it holds, its courses of time and its event log. */
export interface Account extends Tables {
	readonly id: string;
	readonly livemode: boolean;
	readonly settings: Settings;
	readonly events: ReturnType<typeof createEventLog>;
	readonly deliveries: Deliveries;
	readonly sandboxTime: ReturnType<typeof createRunningTimeline>;
	readonly realNow: () => Seconds;
	readonly publicUrl: () => string;
	readonly newId: (prefix: string) => string;
	readonly newToken: (length: number) => string;

	render(record: { readonly object: string }): Rendered;
	expand(value: unknown, path: string): unknown;

	/** The course of time of a test clock; null is the sandbox's own. */
	timeline(testClock: string | null | undefined): Timeline;
	now(testClock: string | null | undefined): Seconds;
	/** The test clock that an object lives on, by itself or by its customer. */
	clockOf(record: object): string | null;
	startTimeline(testClock: string, frozenAt: Seconds): void;
	endTimeline(testClock: string): void;
	/** Takes an object off every agenda. */
	forget(id: string): void;
	/** Lets a test clock run on its own until it arrives. */
	startAdvancing(testClock: string, to: Seconds): void;
	/** Lets everything happen that is due on the sandbox's own time. */
	catchUp(): void;
	/** Resolves when no test clock is on its way. */
	settled(): Promise<void>;

	/** Marks everything that happens inside as done by this request. */
	causedBy<T>(request: Cause, happen: () => T): T;
	/** Writes an event with the object as it is now. */
	emit(type: EventType, object: object, previous?: object): StripeEvent;
	onEvent(listener: (event: StripeEvent) => void): void;
	/** Stops what still runs by itself. */
	close(): void;
}

/** A moving clock works in portions, so that requests are answered in between. */
const STEPS_AT_ONCE = 200;

export function createAccount(options: AccountOptions): Account {
	const { presenter, realNow, settings } = options;
	const ids = createIds(options.seed);
	const sandboxTime = createRunningTimeline(realNow);
	const timelines = new Map<string, ReturnType<typeof createFrozenTimeline>>();
	const events = createEventLog();
	const eventListeners = new Set<(event: StripeEvent) => void>();
	const journeys = new Map<string, NodeJS.Timeout>();
	let arrivals: Array<() => void> = [];
	let cause = AUTOMATIC;

	const travel = (testClock: string, to: Seconds) => {
		const timeline = timelines.get(testClock);
		if (timeline && !engine.run(timeline, to, STEPS_AT_ONCE)) {
			journeys.set(
				testClock,
				setTimeout(() => travel(testClock, to), 0),
			);
			return;
		}
		timeline?.freeze(to);
		journeys.delete(testClock);
		settleTestClock(account, testClock, to);
		if (journeys.size > 0) return;
		for (const arrive of arrivals) arrive();
		arrivals = [];
	};

	const tables = createTables(settings);
	const deliveries = createDeliveries({
		endpoints: tables.webhookEndpoints,
		events: events.table,
		settings,
		livemode: options.livemode,
		isConnected: options.isConnected,
		newId: ids.next,
		random: createRandom(options.seed),
		now: sandboxTime.now,
		realNow,
	});

	const account: Account = {
		...tables,
		deliveries,
		id: options.id,
		livemode: options.livemode,
		settings,
		events,
		sandboxTime,
		realNow,
		publicUrl: options.publicUrl,
		newId: ids.next,
		newToken: ids.token,

		render: (record) => presenter.render(record, account),
		expand: (value, path) => presenter.expand(value, path, account),

		timeline: (testClock) => timelines.get(testClock ?? '') ?? sandboxTime,
		now: (testClock) => account.timeline(testClock).now(),
		clockOf(record) {
			if ('test_clock' in record) return record.test_clock as string | null;
			const customer = 'customer' in record ? record.customer : null;
			return account.customers.get(String(customer))?.test_clock ?? null;
		},
		startTimeline: (testClock, frozenAt) =>
			void timelines.set(testClock, createFrozenTimeline(frozenAt)),
		endTimeline: (testClock) => void timelines.delete(testClock),
		forget(id) {
			sandboxTime.agenda.plan(id, null);
			for (const { agenda } of timelines.values()) agenda.plan(id, null);
		},
		startAdvancing(testClock, to) {
			const delay = settings.advanceDelayMs;
			journeys.set(
				testClock,
				setTimeout(() => travel(testClock, to), delay),
			);
		},
		catchUp: () => void engine.run(sandboxTime, sandboxTime.now()),
		settled: async () => {
			if (journeys.size > 0) await new Promise<void>((resolve) => arrivals.push(resolve));
		},

		causedBy(request, happen) {
			cause = request;
			try {
				return happen();
			} finally {
				cause = AUTOMATIC;
			}
		},
		emit(type, object, previous) {
			const testClock = settings.eventTime === 'simulated' ? account.clockOf(object) : null;
			const isRecord = 'object' in object && 'id' in object;
			const rendered = isRecord ? account.render(object as { object: string }) : object;
			const event: StripeEvent = {
				id: ids.next('evt'),
				object: 'event',
				...(options.isConnected ? { account: options.id } : {}),
				api_version: API_VERSION,
				created: account.now(testClock),
				data: previous ? { object: rendered, previous_attributes: previous } : { object: rendered },
				livemode: options.livemode,
				pending_webhooks: 0,
				request: cause,
				type,
			};
			events.add(event, sandboxTime.now());
			deliveries.dispatch(event);
			for (const listener of eventListeners) listener(event);
			return event;
		},
		onEvent: (listener) => void eventListeners.add(listener),
		close() {
			for (const journey of journeys.values()) clearTimeout(journey);
			journeys.clear();
			deliveries.close();
		},
	};
	const engine = createEngine(account);
	return account;
}
