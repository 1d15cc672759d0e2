import {
	credentialMemory,
	type CredentialContext,
} from '../../../services/n8n/credential-memory.ts';

/** A trigger node whose credential is another one at every look-up. */
function aContext(node: string, fails = false) {
	let lookUps = 0;
	const context = {
		getNode: () => ({ id: node, credentials: { stripeTrialApi: { id: '1', name: 'Stripe' } } }),
		getWorkflow: () => ({ id: 'workflow' }),
		getCredentials: async () => {
			lookUps += 1;
			if (fails) throw new Error('The credential has been deleted');
			return { secretKey: `key ${lookUps}` };
		},
	} as unknown as CredentialContext;
	return { memory: credentialMemory(context, 'stripeTrialApi'), lookUps: () => lookUps };
}

describe('the memory of a credential', () => {
	it('looks it up once for many', async () => {
		const { memory, lookUps } = aContext('node 1');
		const all = await Promise.all([memory.recall(), memory.recall()]);
		expect([...all, await memory.recall()]).toEqual(Array(3).fill({ secretKey: 'key 1' }));
		expect(lookUps()).toBe(1);
	});

	it('looks it up again when it was forgotten', async () => {
		const { memory } = aContext('node 2');
		await memory.recall();
		memory.forget();
		expect(await memory.recall()).toEqual({ secretKey: 'key 2' });
	});

	it('keeps those of two nodes apart', async () => {
		const other = aContext('node 4');
		await aContext('node 3').memory.recall();
		await other.memory.recall();
		expect(other.lookUps()).toBe(1);
	});

	it('remembers no failure', async () => {
		const { memory, lookUps } = aContext('node 5', true);
		await expect(memory.recall()).rejects.toThrow('deleted');
		await expect(memory.recall()).rejects.toThrow('deleted');
		expect(lookUps()).toBe(2);
	});
});
