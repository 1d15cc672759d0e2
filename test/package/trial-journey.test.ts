import { usePackageBesideStripe } from './harness.ts';

const built = usePackageBesideStripe();

async function run(...of: Parameters<typeof built.run>) {
	const { outputs, error } = await built.run(...of);
	expect(error).toBeUndefined();
	return outputs;
}

async function signUp(accountId: string) {
	const known = { 'metadata[account_id]': accountId };
	await built.startTrial({ email: `${accountId}@example.com`, ...known }, known);
}

describe("the Trial Journey node in n8n's own engine", () => {
	it('gives out each step of a preset on its own output, once, paired with its item', async () => {
		await signUp('acme-1');
		await run('trialAccount', { resource: 'account', operation: 'importFromStripe', options: {} });
		const onboarding = { journey: 'onboarding', stepsFrom: 'onboarding' };
		const [welcome = [], ...others] = await run('trialJourney', onboarding);
		expect(
			welcome.map(({ json, pairedItem }) => [json['step'], json['accountId'], pairedItem]),
		).toEqual([['welcome', 'acme-1', { item: 0 }]]);
		expect(others.flat()).toEqual([]);
		expect((await run('trialJourney', onboarding)).flat()).toEqual([]);
	});

	it('reads the expressions of own steps', async () => {
		await signUp('acme-2');
		await run('trialAccount', { resource: 'account', operation: 'importFromStripe', options: {} });
		const hello = {
			name: 'Hello',
			key: 'hello',
			anchor: 'trialStart',
			direction: 'after',
			unit: 'hours',
			amount: '={{ $json.hours }}',
			category: 'transactional',
		};
		const parameters = { journey: 'own', stepsFrom: 'own', steps: { step: [hello] } };
		const [said = []] = await run('trialJourney', parameters, [{ hours: 0 }]);
		expect(said.map(({ json }) => json['accountId']).sort()).toEqual(['acme-1', 'acme-2']);
		expect((await run('trialJourney', parameters, [{ hours: 5 }])).flat()).toEqual([]);
	});
});
