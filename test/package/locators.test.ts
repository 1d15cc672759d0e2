import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { PackageDirectoryLoader } from 'n8n-core';
import type { INodeParameters } from 'n8n-workflow';
import { loadPackage, runInEngine } from '../support/engine.ts';
import { useTemporaryUserFolder } from '../support/user-folder.ts';

useTemporaryUserFolder();

let loader: PackageDirectoryLoader;
let vendor: Server;
let asked: string[];

beforeAll(async () => {
	loader = await loadPackage(path.resolve(__dirname, '../..'));
	vendor = createServer((request, reply) => {
		asked.push(request.url ?? '');
		reply.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{}}');
	});
	await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => await new Promise((resolve) => vendor.close(resolve)));
beforeEach(() => (asked = []));

/** Operations with lists of which some are hidden, as the panel would store them. */
const OPERATIONS: ReadonlyArray<readonly [string, string, INodeParameters, string]> = [
	[
		'Contact > Unsubscribe from everything',
		'intercomMessage',
		{ resource: 'contact', operation: 'unsubscribe', contact: 'acct_1', from: 'all' },
		'/contacts',
	],
	[
		'Link > Create Portal for a card',
		'stripeTrial',
		{
			resource: 'link',
			operation: 'createPortal',
			subscription: { __rl: true, mode: 'id', value: '={{ $json.customerId }}' },
			page: 'payment_method_update',
		},
		'/v1/customers/cus_1',
	],
	...[byId('={{ $json.couponId }}'), '={{ $json.couponId }}', 'WINBACK'].map(
		(couponId): (typeof OPERATIONS)[number] => [
			`Subscription > Reactivate with a coupon as ${JSON.stringify(couponId)}`,
			'stripeTrial',
			{
				resource: 'subscription',
				operation: 'reactivate',
				subscription: byId('acct_1'),
				newSubscription: { couponId },
			},
			'/v1/coupons/WINBACK',
		],
	),
	...[byId('={{ $json.priceId }}'), '={{ $json.priceId }}', 'price_1'].map(
		(replaces): (typeof OPERATIONS)[number] => [
			`Subscription > Change Plan that replaces ${JSON.stringify(replaces)}`,
			'stripeTrial',
			{
				resource: 'subscription',
				operation: 'changePlan',
				subscription: byId('sub_1'),
				priceId: byId('price_2'),
				options: { replaces },
			},
			'/v1/subscriptions/sub_1',
		],
	),
	[
		'Trial > Start with a list in a list of items',
		'stripeTrial',
		{
			resource: 'trial',
			operation: 'start',
			email: 'ada@example.com',
			priceId: byId('price_1'),
			additionalFields: {
				couponId: byId('={{ $json.couponId }}'),
				moreItems: { item: [{ priceId: byId('price_2'), quantity: 1 }, { priceId: 'price_3' }] },
			},
		},
		'/v1/coupons/WINBACK',
	],
];

function byId(value: string) {
	return { __rl: true, mode: 'id', value };
}

it.each(OPERATIONS)('%s reaches its vendor', async (_name, node, parameters, route) => {
	const baseUrl = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
	const isStripe = node === 'stripeTrial';
	const result = await runInEngine(loader, {
		node,
		parameters,
		items: [{ customerId: 'cus_1', couponId: 'WINBACK', priceId: 'price_1' }],
		credential: {
			type: isStripe ? 'stripeTrialApi' : 'intercomMessageApi',
			data: { baseUrl, ...(isStripe ? { secretKey: 'sk_test_1' } : { accessToken: 'token' }) },
		},
	});
	expect(result.error?.message).not.toContain('property');
	expect(asked[0]).toContain(route);
});
