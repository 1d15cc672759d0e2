import type { ItemParams } from '../../support/execute-node.ts';
import { useStripe } from './harness.ts';

const stripe = useStripe();

describe('Customer > Create or Update', () => {
	const customer = (email: string, additionalFields: ItemParams = {}): ItemParams => ({
		resource: 'customer',
		operation: 'createOrUpdate',
		email,
		accountId: '',
		additionalFields,
		metadata: {},
	});

	it('creates, changes only what differs, and asks once when nothing does', async () => {
		const rows = await stripe.run([
			customer('ada@example.com', { name: 'Ada' }),
			customer('bob@example.com'),
		]);
		expect(rows).toMatchObject([{ name: 'Ada', isNew: true }, { isNew: true }]);
		stripe.forgetCalls();
		await stripe.run([customer('ada@example.com', { name: 'Ada' })]);
		expect(stripe.routes()).toEqual(['GET /v1/customers/search']);
		const [row] = await stripe.run([customer('ada@example.com', { language: 'hu' })]);
		expect(row).toMatchObject({ name: 'Ada', language: 'hu', isNew: false });
	});
});
