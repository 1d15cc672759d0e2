import type Stripe from 'stripe';
import { toIncoming } from '../../../nodes/StripeTrialTrigger/pull.ts';
import type { Exchange } from '../../../sandbox/kernel/http.ts';
import { CARD_OF_KIND, type CardKind } from '../../../sandbox/stripe/billing/test-cards.ts';
import { toLeaveCard } from '../../../services/stripe/checkout-purpose.ts';
import { openCheckout } from '../../../services/stripe/checkout.ts';
import { chargeCustomersCard } from '../../../services/stripe/one-card.ts';
import { findVisitor, openPortal } from '../../../services/stripe/portal.ts';
import { findByReference } from '../../../services/stripe/subscriptions.ts';
import { createWorld, published, type Trial, type World } from './harness.ts';

jest.setTimeout(60_000);

const RAW = { options: { stripeEvents: 'setup_intent.succeeded' } };
const SETTING = 'POST /v1/subscriptions/:id';

let world: World;
let calls: Exchange[];
beforeEach(async () => await begin());
afterEach(async () => await world.close());

async function begin(key?: string) {
	world = await createWorld({}, key);
	calls = [];
	world.standIn.observe((exchange) => void calls.push(exchange));
}

const callsOf = (wanted: string) => calls.filter(({ route }) => route === wanted).length;

/** The link that Create Checkout gives for a card. */
async function linkFor({ subscription }: Trial): Promise<string> {
	const page = {
		successUrl: 'https://app.example.com/welcome',
		cancelUrl: null,
		expiresInMinutes: null,
		isRecoverable: true,
		locale: null,
		metadata: {},
	};
	const purpose = toLeaveCard(await findByReference(world.stripe, subscription));
	const { object } = await openCheckout(world.stripe, purpose, page, world.now());
	return object.url ?? '';
}

/** What the customer does on a page of Stripe, a while after whatever was before. */
async function typeCard(url: string, kind: CardKind = 'good') {
	await world.move({ seconds: 60 });
	const body = new URLSearchParams({ card: CARD_OF_KIND[kind] });
	const reply = await fetch(url, { method: 'POST', body, redirect: 'manual' });
	expect(reply.status).toBe(303);
}

const leaveCard = async (trial: Trial, kind?: CardKind) =>
	await typeCard(await linkFor(trial), kind);

async function addInPortal({ customer }: Trial, kind?: CardKind) {
	const page = { kind: 'payment_method_update' } as const;
	const visitor = await findVisitor(world.stripe, customer, page);
	await chargeCustomersCard(world.stripe, visitor.customer);
	const session = await openPortal(world.stripe, visitor, {
		page,
		returnUrl: null,
		afterwards: 'portal_homepage',
		locale: null,
		configurationId: null,
	});
	await typeCard(`${session.url}/card`, kind);
}

/** The cards of a customer, the one that came first first. */
const cardsOf = async ({ customer }: Trial) =>
	(await world.stripe.paymentMethods.list({ customer })).data.map(({ id }) => id).reverse();

const ownCard = async ({ subscription }: Trial) =>
	(await world.stripe.subscriptions.retrieve(subscription)).default_payment_method;

const customersCard = async ({ customer }: Trial) =>
	((await world.stripe.customers.retrieve(customer)) as Stripe.Customer).invoice_settings
		.default_payment_method;

/** Saves a card by a setup intent of somebody else's making. */
const saveWith = async (customer: string, metadata: Record<string, string>) =>
	await world.stripe.setupIntents.create({
		customer,
		payment_method: 'pm_card_visa',
		confirm: true,
		metadata,
	});

describe('a card that is left on a page of Create Checkout', () => {
	it('is charged at the end of the trial, and the flow is told once of the card and of the payment', async () => {
		const trigger = await published(world, 'workflow/trigger');
		const trial = await world.start('ada@example.com');
		await trigger.catchUp();
		await leaveCard(trial);
		expect(await ownCard(trial)).toBeNull();
		await trigger.catchUp();
		expect(await ownCard(trial)).toBe((await cardsOf(trial))[0]);
		expect(trigger.items().at(-1)).toMatchObject({
			event: 'payment_method_added',
			subscription: { cardOnFile: true, atTrialEnd: 'charges_card' },
		});
		for (let day = 0; day < 15; day++) {
			await world.move({ days: 1 });
			await trigger.catchUp();
		}
		expect(trigger.told()).toEqual([
			'trial_started ada@example.com',
			'payment_method_added ada@example.com',
			'trial_ending ada@example.com',
			'trial_converted ada@example.com',
		]);
		expect(callsOf(SETTING)).toBe(1);
		expect(trigger.reports).toEqual([]);
	});

	it('is charged whatever the triggers listen for, by one change for all of them', async () => {
		const triggers = await Promise.all(
			(['trial_converted', 'trial_ending', 'checkout_abandoned'] as const).map(
				async (event) => await published(world, `workflow/${event}`, { events: [event] }),
			),
		);
		const trial = await world.start('ada@example.com');
		await leaveCard(trial);
		await Promise.all(triggers.map(async (trigger) => await trigger.catchUp()));
		expect(await ownCard(trial)).toBe((await cardsOf(trial))[0]);
		expect(callsOf(SETTING)).toBe(1);
		expect(triggers.map((trigger) => trigger.told())).toEqual([[], [], []]);
	});

	it('takes the place of another one, also of one of the customer', async () => {
		const trigger = await published(world, 'workflow/trigger');
		const trial = await world.start('ada@example.com');
		await addInPortal(trial);
		await leaveCard(trial, 'declined');
		await trigger.catchUp();
		const [first, second] = await cardsOf(trial);
		expect([await customersCard(trial), await ownCard(trial)]).toEqual([first, second]);
		await leaveCard(trial);
		await trigger.catchUp();
		expect(await ownCard(trial)).toBe((await cardsOf(trial))[2]);
		expect(trigger.told()).toEqual([
			'trial_started ada@example.com',
			'payment_method_added ada@example.com',
		]);
	});

	it('is set once where the answer is lost', async () => {
		const trigger = await published(world, 'workflow/trigger');
		const trial = await world.start('ada@example.com');
		await leaveCard(trial);
		world.standIn.faults.add({ route: SETTING, kind: 'cut', moment: 'after' });
		await trigger.catchUp();
		expect(world.standIn.faults.pending()).toEqual([]);
		expect(await ownCard(trial)).toBe((await cardsOf(trial))[0]);
		const { data } = await world.stripe.events.list({ type: 'customer.subscription.updated' });
		expect(data).toHaveLength(1);
	});
});

describe('a choice that was made since', () => {
	it('stands when the event comes again', async () => {
		const trigger = await published(world, 'workflow/trigger', RAW);
		const trial = await world.start('ada@example.com');
		await addInPortal(trial);
		await trigger.catchUp();
		await leaveCard(trial);
		await trigger.catchUp(async () => ({ kind: 'failed', error: 'The flow failed' }));
		const [first, second] = await cardsOf(trial);
		expect(await ownCard(trial)).toBe(second);
		// The older one it is, after all.
		await world.stripe.subscriptions.update(trial.subscription, {
			default_payment_method: first ?? '',
		});
		// Longer than Stripe remembers what was asked with which key.
		await world.move({ days: 2 });
		expect(await trigger.drain()).toBeGreaterThan(0);
		expect(await ownCard(trial)).toBe(first);
	});

	it('stands when the event of an older one comes late', async () => {
		const trigger = await published(world, 'workflow/trigger');
		const { inbox } = trigger.consumer.store;
		const trial = await world.start('ada@example.com');
		await leaveCard(trial);
		await leaveCard(trial);
		const { data } = await world.stripe.events.list({ type: 'setup_intent.succeeded' });
		const [younger, older] = data.map((event) => toIncoming(event, 'webhook'));
		if (!younger || !older) throw new Error('There are two');
		for (const event of [younger, older]) {
			await inbox.receive([event], world.now());
			await trigger.drain();
			expect(await ownCard(trial)).toBe((await cardsOf(trial))[1]);
		}
		expect(callsOf(SETTING)).toBe(1);
	});

	it('stands when it was made in the portal while nobody listened', async () => {
		const trigger = await published(world, 'workflow/trigger');
		const trial = await world.start('ada@example.com');
		await leaveCard(trial);
		await addInPortal(trial);
		await trigger.catchUp();
		expect(await ownCard(trial)).toBeNull();
		expect(await customersCard(trial)).toBe((await cardsOf(trial))[1]);
		expect(trigger.told()).toContain('payment_method_added ada@example.com');
	});
});

describe('nothing is changed', () => {
	it('for cards that others collect, and for subscriptions of other customers', async () => {
		const trigger = await published(world, 'workflow/trigger');
		const [ada, bob] = [await world.start('ada@example.com'), await world.start('bob@example.com')];
		await saveWith(ada.customer, { subscription_id: ada.subscription });
		await saveWith(ada.customer, { card_pays_for: bob.subscription });
		await saveWith(ada.customer, { card_pays_for: 'sub_unknown' });
		await trigger.catchUp();
		expect([await ownCard(ada), await ownCard(bob)]).toEqual([null, null]);
		expect(callsOf(SETTING)).toBe(0);
		expect(trigger.told()).toEqual([
			'trial_started ada@example.com',
			'trial_started bob@example.com',
		]);
		expect(trigger.reports).toEqual([]);
	});

	it('for a subscription that is over, or a card that was taken away', async () => {
		const trigger = await published(world, 'workflow/trigger');
		const [ada, bob] = [await world.start('ada@example.com'), await world.start('bob@example.com')];
		await leaveCard(ada);
		await leaveCard(bob);
		await world.stripe.subscriptions.cancel(ada.subscription);
		await world.stripe.paymentMethods.detach((await cardsOf(bob))[0] ?? '');
		await trigger.catchUp();
		expect([await ownCard(ada), await ownCard(bob)]).toEqual([null, null]);
		expect(callsOf(SETTING)).toBe(0);
		expect(trigger.reports).toEqual([]);
	});
});

describe('a key that may only read', () => {
	it.each(['subscription_write', 'payment_method_read'])(
		'tells everything else, and that nobody is charged: without %s',
		async (permission) => {
			await world.close();
			await begin('rk_test_reader');
			const trigger = await published(world, 'workflow/trigger', RAW);
			const trial = await world.start('ada@example.com');
			await leaveCard(trial);
			const [card] = await cardsOf(trial);
			world.standIn.keys.restrict('rk_test_reader', [permission]);
			await trigger.catchUp();
			expect(trigger.items().map(({ event }) => event)).toEqual([
				'trial_started',
				'setup_intent.succeeded',
			]);
			expect(trigger.reports).toEqual([
				expect.stringContaining(
					`The card ${card}, left on a page of Create Checkout, is not charged`,
				),
			]);
			expect(await ownCard(trial)).toBeNull();
		},
	);
});
