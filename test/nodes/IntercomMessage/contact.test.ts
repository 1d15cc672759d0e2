import { contact, FIND, useIntercom } from './harness.ts';

const intercom = useIntercom();
const { run } = intercom;

describe('Contact > Create or Update', () => {
	it('creates two contacts and brings them up to date when run again', async () => {
		const items = [
			contact('acct_1', { additionalFields: { name: 'Ada' } }),
			contact('acct_2', { trialAttributes: { trial_ends_at: '2027-01-18T09:00:00Z' } }),
		];
		const first = await run(items);
		expect(first).toMatchObject([
			{ accountId: 'acct_1', name: 'Ada', role: 'user', isNew: true },
			{ accountId: 'acct_2', attributes: { trial_ends_at: 1800262800 }, isNew: true },
		]);
		const again = await run([contact('acct_1', { additionalFields: { name: 'Ada L.' } })]);
		expect(again).toMatchObject([
			{ contactId: first[0]?.['contactId'], name: 'Ada L.', isNew: false },
		]);
	});

	it('ends two items about one account in one contact', async () => {
		const rows = await run([contact('acct_1'), contact('acct_1')]);
		expect(rows.map(({ isNew }) => isNew)).toEqual([true, false]);
		expect(rows[0]?.['contactId']).toBe(rows[1]?.['contactId']);
	});

	it('takes over the contact that another flow made meanwhile', async () => {
		const [made] = await run([contact('acct_1')]);
		// The look-up misses it, as it does when the other flow is a moment faster.
		intercom.standIn().faults.add({
			route: FIND,
			kind: 'status',
			status: 404,
		});
		expect(await run([contact('acct_1', { additionalFields: { name: 'Ada' } })])).toMatchObject([
			{ contactId: made?.['contactId'], name: 'Ada', isNew: false },
		]);
	});

	it('refuses a malformed e-mail before Intercom sees it, and goes on with the others', async () => {
		const rows = await run([contact('acct_1', { email: 'ada@' }), contact('acct_2')], {
			continueOnFail: true,
		});
		expect(rows[0]).toEqual({
			error: { message: 'The e-mail is malformed', hint: expect.any(String) as string },
		});
		expect(rows[1]).toMatchObject({ accountId: 'acct_2', isNew: true });
	});

	it('explains a token that Intercom refuses, without showing it', async () => {
		const [row] = await run([contact('acct_1')], { continueOnFail: true, token: 'wrong-token' });
		expect(row).toMatchObject({
			error: { httpCode: 401, requestId: expect.any(String) as string },
		});
		expect(JSON.stringify(row)).not.toContain('wrong-token');
		expect(JSON.stringify(row)).toContain('region');
	});

	it('does not take a page that is not from Intercom for a contact', async () => {
		intercom.standIn().faults.add({
			route: FIND,
			kind: 'nonsense',
		});
		await expect(run([contact('acct_1')])).rejects.toThrow(
			'Intercom: The answer is not from Intercom: no JSON [item 0]',
		);
	});
});
