import { Agent, request } from 'node:http';
import { createStripeStandIn } from '../sandbox/stripe/index.ts';

/**
 * Requests per second of the Stripe stand-in: it must never be what a measurement measures.
 * `node bench/stripe-stand-in.ts [people]`
 */
const people = Number(process.argv[2] ?? 10_000);
const LANES = 16;

const standIn = createStripeStandIn({
	seed: 1,
	settings: { rateLimits: false, searchLagSeconds: 0 },
});
const url = new URL(await standIn.listen());
const agent = new Agent({ keepAlive: true, maxSockets: LANES });

async function call(method: string, path: string, body?: string): Promise<{ id: string }> {
	return await new Promise((resolve, reject) => {
		const outgoing = request(
			{
				agent,
				host: url.hostname,
				port: url.port,
				method,
				path,
				headers: { authorization: 'Bearer sk_test_bench' },
			},
			(incoming) => {
				let text = '';
				incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
				incoming.on('end', () => resolve(JSON.parse(text) as { id: string }));
			},
		);
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}

async function measure(name: string, count: number, once: (turn: number) => Promise<unknown>) {
	const start = performance.now();
	let next = 0;
	const lane = async () => {
		for (let turn = next++; turn < count; turn = next++) await once(turn);
	};
	await Promise.all(Array.from({ length: LANES }, lane));
	const seconds = (performance.now() - start) / 1000;
	process.stdout.write(`${name.padEnd(44)} ${Math.round(count / seconds)} per second\n`);
}

const customers: string[] = [];
const trial = 'items[0][price]=price_boards_pro_monthly&trial_period_days=14';

await measure('create customer', people, async (turn) => {
	const body = `email=p${turn}@example.com&metadata[account_id]=acc_${turn}`;
	customers[turn] = (await call('POST', '/v1/customers', body)).id;
});
await measure('start trial', people, async (turn) => {
	await call('POST', '/v1/subscriptions', `customer=${customers[turn]}&${trial}`);
});
await measure('retrieve customer', 5000, async (turn) => {
	await call('GET', `/v1/customers/${customers[turn % people]}`);
});
await measure('list customers by e-mail', 5000, async (turn) => {
	await call('GET', `/v1/customers?email=p${turn % people}@example.com`);
});
await measure('search customer by metadata', 5000, async (turn) => {
	const query = encodeURIComponent(`metadata['account_id']:'acc_${turn % people}'`);
	await call('GET', `/v1/customers/search?query=${query}`);
});
await measure('list subscriptions of a customer, expanded', 5000, async (turn) => {
	const customer = customers[turn % people];
	await call('GET', `/v1/subscriptions?customer=${customer}&expand[]=data.customer`);
});

const start = performance.now();
standIn.account.sandboxTime.skip(15 * 24 * 60 * 60);
standIn.account.catchUp();
const seconds = ((performance.now() - start) / 1000).toFixed(1);
process.stdout.write(`${people} trials end and fail to be paid: ${seconds} s\n`);

agent.destroy();
await standIn.close();
