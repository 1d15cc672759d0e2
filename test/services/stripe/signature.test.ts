import Stripe from 'stripe';
import { signatureHeader } from '../../../sandbox/stripe/events/signature.ts';
import { verifyDelivery } from '../../../services/stripe/signature.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const NOW_S = NOW.getTime() / 1000;
const OURS = 'whsec_ours';
const BODY = JSON.stringify({
	id: 'evt_1',
	object: 'event',
	type: 'invoice.paid',
	data: { object: { id: 'in_1', name: 'Árvíztűrő' } },
});

const sign = (...secrets: string[]) => signatureHeader(BODY, secrets, NOW_S);
const signedAt = (secondsFromNow: number) => signatureHeader(BODY, [OURS], NOW_S + secondsFromNow);

interface Case {
	readonly signature?: string;
	readonly body?: string;
	readonly secrets?: string[];
}

const verify = async ({ signature, body = BODY, secrets = [OURS] }: Case) =>
	await verifyDelivery({ body: Buffer.from(body), signature, receivedAt: NOW }, secrets);

describe('verifyDelivery accepts', () => {
	it.each<[string, Case]>([
		['what Stripe signed', { signature: sign(OURS) }],
		['a delivery of 5 minutes ago', { signature: signedAt(-300) }],
		['a clock that is a little ahead of ours', { signature: signedAt(60) }],
		['the new secret while it is being rolled', { signature: sign('whsec_old', OURS) }],
		['the old secret while it is being rolled', { signature: sign(OURS, 'whsec_new') }],
		['any secret of ours', { signature: sign('whsec_b'), secrets: ['whsec_a', 'whsec_b'] }],
		[
			"what Stripe's own SDK signs",
			{
				signature: Stripe.webhooks.generateTestHeaderString({
					payload: BODY,
					secret: OURS,
					timestamp: NOW_S,
				}),
			},
		],
	])('%s', async (_, given) => {
		expect(await verify(given)).toMatchObject({ isGenuine: true, event: { id: 'evt_1' } });
	});
});

describe('verifyDelivery refuses', () => {
	it.each<[string, Case, number]>([
		['another secret', { signature: sign('whsec_theirs') }, 401],
		['a changed body', { signature: sign(OURS), body: BODY.replace('in_1', 'in_2') }, 401],
		['the same JSON in other words', { signature: sign(OURS), body: `${BODY} ` }, 401],
		['a request without a signature', {}, 400],
		['a signature that is none', { signature: 'good morning' }, 401],
		['a scheme of old', { signature: sign(OURS).replace('v1=', 'v0=') }, 401],
		['a replay of 5 minutes and a second ago', { signature: signedAt(-301) }, 401],
		['a timestamp of the future', { signature: signedAt(400) }, 401],
		['everything when no secret is known', { signature: sign(OURS), secrets: [] }, 401],
		['everything when the secret is blank', { signature: sign(' '), secrets: [' '] }, 401],
	])('%s', async (_, given, httpCode) => {
		expect(await verify(given)).toMatchObject({
			isGenuine: false,
			httpCode,
			reason: expect.any(String),
		});
	});

	it.each(['not JSON', '"a text"', '{"object":"list","data":[]}', 'null'])(
		'%s, though it is signed',
		async (body) => {
			const signature = signatureHeader(body, [OURS], NOW_S);
			expect(await verify({ signature, body })).toMatchObject({ isGenuine: false, httpCode: 400 });
		},
	);
});
