import { createWorld, published, type World } from './harness.ts';

let world: World;
beforeEach(async () => {
	world = await createWorld();
});
afterEach(async () => await world.close());

it("keeps in mind the card that somebody in a trial adds, and nobody else's", async () => {
	const trigger = await published(world, 'workflow', { events: ['payment_method_added'] });
	const { customer } = await world.start('ada@example.com');
	await world.giveCard(customer, 'good');
	await trigger.catchUp();
	const { trialHashes } = trigger.consumer.store;
	const isKnown = async (value: string) =>
		(await trialHashes.find([{ kind: 'card', value }])).map(({ sharedBy }) => sharedBy);
	const { data } = await trigger.consumer.stripe.paymentMethods.list({ customer });
	expect(await isKnown(String(data[0]?.card?.fingerprint))).toEqual(['card']);
	expect(await isKnown('another')).toEqual([]);
});

it('keeps in mind the fingerprint that a trial carries, once it is seen', async () => {
	const trigger = await published(world, 'workflow', { events: ['trial_started'] });
	const { trialHashes } = trigger.consumer.store;
	const [acme, other] = ['acme.example', 'other.example'].map(
		(value) => ({ kind: 'fingerprint', value }) as const,
	);
	if (!acme || !other) throw new Error('There are two');
	const trial_fingerprint = await trialHashes.hashOf(acme);
	await world.start('ada@example.com', { metadata: { account_id: 'ada', trial_fingerprint } });
	expect(await trialHashes.find([acme])).toEqual([]);
	await trigger.catchUp();
	expect(await trialHashes.find([acme])).toMatchObject([{ sharedBy: 'fingerprint' }]);
	expect(await trialHashes.find([other])).toEqual([]);
});
