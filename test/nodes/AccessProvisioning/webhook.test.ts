import { Webhook } from 'standardwebhooks';
import { acmeSigningSecret } from '../../../sandbox/secrets.ts';
import type { ItemParams } from '../../support/execute-node.ts';
import { useProduct } from './harness.ts';

const { run } = useProduct();

const BODY = '{ "type": "milestone.reached", "data": {"milestone": "Köszönöm"} }';
const MINUTE_MS = 60_000;

interface Told {
	readonly body?: string;
	readonly secret?: string;
	readonly ageMs?: number;
}

function signed({ body = BODY, secret = acmeSigningSecret, ageMs = 0 }: Told = {}) {
	const at = new Date(Date.now() - ageMs);
	return {
		'content-type': 'application/json',
		'webhook-id': 'msg_1',
		'webhook-timestamp': String(Math.floor(+at / 1000)),
		'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
	};
}

const verify = (headers: unknown, body = BODY): ItemParams => ({
	resource: 'webhook',
	operation: 'verify',
	body: Buffer.from(body).toString('base64'),
	headers,
});

const REFUSED = { valid: false, id: null, payload: null };

it('believes what the product signed, byte by byte, whatever else was signed beside it', async () => {
	const genuine = { valid: true, reason: null, id: 'msg_1', payload: JSON.parse(BODY) as unknown };
	const rolled = {
		...signed(),
		'webhook-signature': `v1,b3RoZXI= ${signed()['webhook-signature']}`,
	};
	const { 'webhook-id': id, ...others } = signed();
	expect(
		await run([
			verify(signed()),
			verify(JSON.stringify(signed())),
			verify(rolled),
			verify({ ...others, 'Webhook-Id': id }),
			verify(signed({ ageMs: 4 * MINUTE_MS })),
		]),
	).toEqual([genuine, genuine, genuine, genuine, genuine]);
});

it.each([
	['without headers', {}, 'unsigned'],
	['with an empty signature', { ...signed(), 'webhook-signature': '' }, 'unsigned'],
	['without an id', { ...signed(), 'webhook-id': undefined }, 'unsigned'],
	['with two ids', { ...signed(), 'webhook-id': ['msg_1', 'msg_2'] }, 'unsigned'],
	['of another id', { ...signed(), 'webhook-id': 'msg_2' }, 'forged'],
	['of another secret', signed({ secret: 'whsec_b3RoZXI=' }), 'forged'],
	['of another body', signed({ body: BODY.replaceAll(' ', '') }), 'forged'],
	['of another scheme', { ...signed(), 'webhook-signature': 'v2,c2lnbmVk' }, 'forged'],
	['that is old', signed({ ageMs: 6 * MINUTE_MS }), 'outdated'],
	['from the future', signed({ ageMs: -6 * MINUTE_MS }), 'outdated'],
])('refuses a request %s', async (_what, headers, reason) => {
	expect(await run([verify(headers)])).toEqual([{ ...REFUSED, reason }]);
});

it('refuses what is genuine but no JSON, and an empty body', async () => {
	expect(
		await run([verify(signed({ body: 'hello' }), 'hello'), verify(signed({ body: '' }), '')]),
	).toEqual([
		{ ...REFUSED, reason: 'malformed' },
		{ ...REFUSED, reason: 'malformed' },
	]);
});

it.each([
	['', 'The Access Provisioning credential has no signing secret'],
	['whsec_%%%', 'The signing secret of the Access Provisioning credential is malformed'],
])('says what is wrong with the secret %p, without it', async (signingSecret, message) => {
	const rows = await run([verify(signed())], { signingSecret, continueOnFail: true });
	expect(rows).toMatchObject([{ error: { message } }]);
	expect(JSON.stringify(rows)).not.toContain('%%%');
});

it('wants headers that are headers', async () => {
	const rows = await run([verify('text'), verify(signed())], { continueOnFail: true });
	expect(rows).toMatchObject([
		{ error: { message: '"Headers" is not an object' } },
		{ valid: true },
	]);
});
