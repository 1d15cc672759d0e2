import { Agent, request } from 'node:http';
import { stripeSecretKey } from '../sandbox/secrets.ts';
import type { StripeStandIn } from '../sandbox/stripe/index.ts';

/** Everything that Stripe tells of one of these lives: 23 events. */
export const TYPES_OF_A_LIFE = [
	'charge.succeeded',
	'customer.created',
	'customer.subscription.created',
	'customer.subscription.trial_will_end',
	'customer.subscription.updated',
	'customer.updated',
	'entitlements.active_entitlement_summary.updated',
	'invoice.created',
	'invoice.finalized',
	'invoice.paid',
	'invoice.payment_succeeded',
	'invoice.updated',
	'invoice_payment.paid',
	'payment_intent.created',
	'payment_intent.succeeded',
	'payment_method.attached',
	'setup_intent.created',
	'setup_intent.succeeded',
];

const AT_ONCE = 16;
const DAY = 86_400;

/** So many people hand in a card, start a trial, are told of its end and pay. Gives the ids of their events. */
export async function liveTrials(
	stripe: StripeStandIn,
	url: string,
	people: number,
): Promise<ReadonlySet<string>> {
	const { table } = stripe.account.events;
	const before = new Set([...table.newestFirst()].map(({ id }) => id));
	const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
	let next = 0;
	const lane = async () => {
		for (let turn = next++; turn < people; turn = next++) await startTrial(url, agent);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
	agent.destroy();
	await stripe.moveEverybody(12 * DAY);
	await stripe.moveEverybody(3 * DAY);
	const told = [...table.newestFirst()].filter(
		({ id, type }) => !before.has(id) && TYPES_OF_A_LIFE.includes(type),
	);
	return new Set(told.map(({ id }) => id));
}

async function startTrial(url: string, agent: Agent): Promise<void> {
	const post = async (path: string, params: Readonly<Record<string, string>>) =>
		await call(`${url}/v1/${path}`, agent, params);
	const { id: customer = '' } = await post('customers', { email: 'ada@example.com', name: 'Ada' });
	const { payment_method: card = '' } = await post('setup_intents', {
		customer,
		payment_method: 'pm_card_visa',
		confirm: 'true',
		'automatic_payment_methods[enabled]': 'true',
		'automatic_payment_methods[allow_redirects]': 'never',
	});
	await post(`customers/${customer}`, { 'invoice_settings[default_payment_method]': card });
	await post('subscriptions', {
		customer,
		'items[0][price]': 'price_boards_pro_yearly',
		trial_period_days: '14',
		'metadata[account_id]': `account-of-${customer}`,
	});
}

interface Made {
	readonly id?: string;
	readonly payment_method?: string;
}

async function call(
	url: string,
	agent: Agent,
	params: Readonly<Record<string, string>>,
): Promise<Made> {
	return await new Promise((resolve, reject) => {
		const headers = { authorization: `Bearer ${stripeSecretKey}` };
		const outgoing = request(url, { agent, method: 'POST', headers }, (incoming) => {
			let text = '';
			incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
			incoming.on('end', () => {
				if (incoming.statusCode === 200) resolve(JSON.parse(text) as Made);
				else reject(new Error(`The stand-in answered ${incoming.statusCode}: ${text}`));
			});
		});
		outgoing.on('error', reject);
		outgoing.end(new URLSearchParams(params).toString());
	});
}
