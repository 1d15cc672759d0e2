import { get, provision, useProduct } from './harness.ts';

const PUT_INSTANCE = 'PUT /instances/:accountId';
const GET_INSTANCE = 'GET /instances/:accountId';

const product = useProduct();
const { run, behave } = product;

describe('Access > Provision', () => {
	it('opens an instance for two accounts, and the same again when repeated', async () => {
		const items = [
			provision('acct_1', {
				additionalFields: { name: 'Ada', plan: 'pro', trialEndsAt: '2027-01-18T09:00:00Z' },
				metadata: { entry: [{ key: 'source', value: 'form' }] },
			}),
			provision('árvíz/tűrő'),
		];
		const first = await run(items);
		expect(first).toMatchObject([
			{ accountId: 'acct_1', isReady: true, access: 'full', plan: 'pro' },
			{ accountId: 'árvíz/tűrő', isReady: true, access: 'full' },
		]);
		expect((await run(items)).map(({ instanceUrl }) => instanceUrl)).toEqual(
			first.map(({ instanceUrl }) => instanceUrl),
		);
		expect((await fetch(String(first[0]?.['instanceUrl']))).status).toBe(200);
	});

	it('waits until the instance is ready', async () => {
		await behave({ readyAfterMs: 700 });
		expect(await run([provision('acct_1')])).toMatchObject([{ status: 'ready', isReady: true }]);
	});

	it('does not wait when told so', async () => {
		await behave({ readyAfterMs: 60_000 });
		const rows = await run([provision('acct_1', { waitUntilReady: false })]);
		expect(rows).toMatchObject([{ status: 'provisioning', isReady: false }]);
	});

	it('gives up in time, and a repeat goes on with the same instance', async () => {
		await behave({ readyAfterMs: 2_500 });
		const rows = await run([provision('acct_1', { waitSeconds: 1 }), get('acct_2')], {
			continueOnFail: true,
		});
		expect(rows).toMatchObject([
			{
				error: {
					code: 'instance_not_ready',
					message: 'The instance of acct_1 was not ready within 1 s',
				},
			},
			{ status: 'absent' },
		]);
		expect(await run([provision('acct_1')])).toMatchObject([{ isReady: true }]);
	});

	it('waits out a product that is down for a moment', async () => {
		product.standIn().faults.add({ route: PUT_INSTANCE, kind: 'status', status: 503, times: 2 });
		product.standIn().faults.add({ route: PUT_INSTANCE, kind: 'cut', moment: 'after' });
		expect(await run([provision('acct_1')])).toMatchObject([{ isReady: true }]);
	});

	it.each([
		[PUT_INSTANCE, provision('acct_1')],
		[GET_INSTANCE, get('acct_1')],
	])('does not take nonsense for an instance: %s', async (route, item) => {
		product.standIn().faults.add({ route, kind: 'nonsense' });
		await expect(run([item])).rejects.toThrow(
			'The product API answered with something that is not an instance [item 0]',
		);
	});

	it('explains a wrong signing secret without showing one', async () => {
		const signingSecret = `whsec_${Buffer.from('somebody else').toString('base64')}`;
		const [row] = await run([provision('acct_1')], { continueOnFail: true, signingSecret });
		expect(row).toMatchObject({
			error: { httpCode: 401, hint: expect.stringContaining('signing secret') as string },
		});
		expect(JSON.stringify(row)).not.toContain(signingSecret.slice(6));
	});

	it('refuses bad input before the product sees it, and goes on with the others', async () => {
		const rows = await run(
			[
				provision('acct_1', { email: 'ada' }),
				provision(''),
				provision('a\\b'),
				provision('acct_2'),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { message: 'The e-mail is malformed' } },
			{ error: { message: 'The account ID is empty' } },
			{ error: { message: 'The account ID is malformed' } },
			{ isReady: true },
		]);
	});
});

describe('Access > Get', () => {
	it('tells of an account with and one without an instance', async () => {
		await run([provision('acct_1')]);
		expect(await run([get('acct_1'), get('acct_2')])).toMatchObject([
			{ accountId: 'acct_1', status: 'ready', isReady: true },
			{ accountId: 'acct_2', status: 'absent', access: 'none', instanceUrl: null, isReady: false },
		]);
	});
});
