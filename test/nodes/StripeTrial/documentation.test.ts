import { readFileSync } from 'node:fs';
import path from 'node:path';
import { resources } from '../../../nodes/StripeTrial/operations/index.ts';
import { endpoints } from '../../../sandbox/stripe/resources/index.ts';
import type { ItemParams } from '../../support/execute-node.ts';
import { byId, PRO_MONTHLY, startTrial, TEAM_MONTHLY, useStripe } from './harness.ts';
import { onSubscription, onTrial, peopleOf } from './people.ts';

const stripe = useStripe();
const { started, startedWithCard, paying, ended } = peopleOf(stripe);

const PAGE = readFileSync(path.resolve(__dirname, '../../../docs/stripe-trial.md'), 'utf8');

/** The items whose rows the page shows, after what has to be there before. */
const ITEMS: Record<string, () => Promise<ItemParams>> = {
	'Customer > Create or Update': async () => ({
		resource: 'customer',
		operation: 'createOrUpdate',
		email: 'ada@example.com',
		additionalFields: { name: 'Ada Lovelace' },
	}),
	'Customer > Get': async () => ({
		resource: 'customer',
		operation: 'get',
		customer: byId((await started())['customerId']),
	}),
	'Customer > Get Many': async () => {
		await started();
		return { resource: 'customer', operation: 'getMany' };
	},
	'Event > Get Missed': async () => {
		await started();
		return {
			resource: 'event',
			operation: 'getMissed',
			source: 'all',
			types: 'customer.subscription.created',
		};
	},
	'Link > Create Checkout': async () => ({
		resource: 'link',
		operation: 'createCheckout',
		checkoutMode: 'setup',
		subscription: byId((await started())['subscriptionId']),
		successUrl: 'https://app.example.com/welcome',
		options: {},
		metadata: {},
	}),
	'Link > Create Portal': async () => ({
		resource: 'link',
		operation: 'createPortal',
		subscription: byId((await paying())['subscriptionId']),
		page: 'payment_method_update',
		options: {},
	}),
	'Subscription > Add Charge': async () =>
		onSubscription('addCharge', (await paying())['subscriptionId'], {
			amount: 9.9,
			description: 'Onboarding workshop',
			when: 'now',
			options: {},
		}),
	'Subscription > Apply Discount': async () =>
		onSubscription('applyDiscount', (await paying())['subscriptionId'], {
			couponId: byId((await stripe.stripe('GET', 'coupons')).data[0]?.['id']),
		}),
	'Subscription > Cancel': async () =>
		onSubscription('cancel', (await paying())['subscriptionId'], {
			options: { feedback: 'too_expensive', comment: 'We are a small team' },
		}),
	'Subscription > Change Plan': async () =>
		onSubscription('changePlan', (await paying())['subscriptionId'], {
			priceId: byId(TEAM_MONTHLY),
			proration: 'always_invoice',
			options: {},
		}),
	'Subscription > Get': async () => onSubscription('get', (await paying())['subscriptionId']),
	'Subscription > Get Many': async () => {
		await started();
		return { resource: 'subscription', operation: 'getMany' };
	},
	'Subscription > Pause': async () => onSubscription('pause', (await paying())['subscriptionId']),
	'Subscription > Reactivate': async () =>
		onSubscription('reactivate', (await ended())['customerId'], { newSubscription: {} }),
	'Trial > Cancel': async () =>
		onTrial('cancel', (await started())['subscriptionId'], { options: {} }),
	'Trial > Check Eligibility': async () => {
		const { subscriptionId } = await started();
		await stripe.stripe('DELETE', `subscriptions/${String(subscriptionId)}`);
		return {
			resource: 'trial',
			operation: 'checkEligibility',
			email: 'Ada+again@Example.com',
			rules: {},
		};
	},
	'Trial > Convert': async () => onTrial('convert', (await startedWithCard())['subscriptionId']),
	'Trial > Extend': async () =>
		onTrial('extend', (await started())['subscriptionId'], {
			days: 7,
			maxExtensions: 1,
			maxDaysInAll: 14,
			options: {},
		}),
	'Trial > Get': async () => onTrial('get', (await started())['subscriptionId']),
	'Trial > Get Many': async () => {
		await started();
		return { resource: 'trial', operation: 'getMany' };
	},
	'Trial > Start': async () =>
		startTrial('ada@example.com', {
			priceId: byId(PRO_MONTHLY),
			additionalFields: { name: 'Ada Lovelace' },
		}),
};

const OPERATIONS = resources.flatMap(({ name, operations }) =>
	operations.map((operation) => `${name} > ${operation.name}`),
);

describe.each(OPERATIONS)('the page shows %s', (operation) => {
	it('as it comes out, and with the permissions that it needs', async () => {
		const item = await ITEMS[operation]?.();
		if (!item) throw new Error('There is no item for this operation');
		stripe.forgetCalls();
		const row = await stripe.runOne(item);
		expect(keysOf(exampleOf(operation))).toEqual(keysOf(row));
		// Said once for all operations.
		const needed = permissionsOf(stripe.routes()).filter((one) => one !== ON_TEST_CLOCKS);
		expect(needed.filter((one) => !isGranted(one, grantedTo(operation)))).toEqual([]);
	});
});

const ON_TEST_CLOCKS = 'Test clocks: read';

it('says once what everything needs on test clocks', () => {
	expect(PAGE.replace(/\s+/g, ' ')).toContain(
		`On test clocks every one of them needs ${ON_TEST_CLOCKS}, too.`,
	);
});

/** The section of `Resource > One, Other` is about both. */
function sectionOf(operation: string): string {
	const [resource, name = ''] = operation.split(' > ');
	const sections = PAGE.split(/^## /m);
	const found = sections.find((section) => {
		const [heading = ''] = section.split('\n');
		const [of, names = ''] = heading.split(' > ');
		return of === resource && names.split(', ').includes(name);
	});
	if (!found) throw new Error(`The page has no section for ${operation}`);
	return found;
}

/** What the page says to be the row of Get, with something. */
function exampleOf(operation: string): object {
	const section = sectionOf(operation);
	const json = /```json\n([^]*?)```/.exec(section)?.[1];
	if (json === undefined) throw new Error(`The section of ${operation} has no example`);
	const own = JSON.parse(json) as object;
	const [resource = ''] = operation.split(' > ');
	return section.includes('The row of Get,') ? { ...exampleOf(`${resource} > Get`), ...own } : own;
}

/** Names at any depth; of a list, those of its first entry. */
function keysOf(value: unknown): unknown {
	if (Array.isArray(value)) return [keysOf(value[0])];
	if (typeof value !== 'object' || value === null) return null;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, keysOf(one)]));
}

/** What the stand-in demands of a restricted key, by Stripe's names. */
const NAMES: Readonly<Record<string, string>> = {
	billing_clock: 'Test clocks',
	checkout_session: 'Checkout Sessions',
	coupon: 'Coupons',
	customer: 'Customers',
	customer_portal: 'Customer portal',
	event: 'Events',
	invoice: 'Invoices',
	invoiceitem: 'Invoices',
	payment_method: 'Payment Methods',
	subscription: 'Subscriptions',
	webhook: 'Events',
};

function permissionsOf(routes: ReadonlyArray<string | null>): string[] {
	const needed = routes.flatMap((route) => {
		const endpoint = endpoints.find(({ method, path: at }) => `${method} ${at}` === route);
		if (!endpoint) return [];
		const verb = endpoint.method === 'GET' ? 'read' : 'write';
		return [`${NAMES[endpoint.permission] ?? endpoint.permission}: ${verb}`];
	});
	return [...new Set(needed)].sort();
}

/** As the table of permissions has it: `Customers: write`. What is only needed sometimes counts, too. */
function grantedTo(operation: string): string[] {
	const row = PAGE.split('\n').find((line) => line.startsWith(`| ${operation} `));
	if (row === undefined) throw new Error(`The table of permissions lacks ${operation}`);
	const [, , read = '', write = '', sometimes = ''] = row.split('|');
	const parts = [`${read}: read`, `${write}: write`, ...sometimes.split(';')];
	return parts.flatMap((part) => {
		const [, names = '', verb = ''] = /^(.*): (read|write)/.exec(part) ?? [];
		return names.split(',').map((name) => `${name.trim()}: ${verb}`);
	});
}

/** Who may write may read. */
function isGranted(permission: string, granted: readonly string[]): boolean {
	return granted.includes(permission) || granted.includes(permission.replace(/read$/, 'write'));
}
