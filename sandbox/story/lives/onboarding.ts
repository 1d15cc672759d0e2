import { mustBe, type Life } from '../life.ts';
import type { Records, Stage } from '../stage.ts';

/** Lives that workflows/trial-onboarding.json serves. */
export const onboardingLives: readonly Life[] = [
	{
		person: 'Ada, new here',
		should: 'gets a trial of 14 days without a card, a board of her own, and one welcome',
		async live(stage) {
			await getIn(stage, 'Ada Lovelace', 'ada@example.com');
			const records = await oneOfEach(stage, 'ada@example.com');
			const [{ trial_start: start, trial_end: end } = { trial_start: 0, trial_end: 0 }] =
				records.subscriptions;
			mustBe('trial days', ((end ?? 0) - (start ?? 0)) / 86_400, 14);
			const [instance] = records.instances;
			mustBe('access', instance?.access.level, 'full');
			mustBe(
				'account at Stripe',
				records.customers[0]?.metadata['account_id'],
				instance?.accountId,
			);
			mustBe('account at Intercom', records.contacts[0]?.external_id, instance?.accountId);
			const mentionsBoard = records.messages[0]?.body.includes(instance?.url ?? '-');
			mustBe('the welcome names the board', mentionsBoard, true);
			return sumUp(records);
		},
	},
	{
		person: 'Bo, sends the form twice',
		should: 'comes to the same board both times, with one trial and one welcome',
		async live(stage) {
			const first = await getIn(stage, 'Bo Diddley', 'bo@example.com');
			const second = await getIn(stage, 'Bo Diddley', 'bo@example.com');
			mustBe('the second board', second, first);
			return sumUp(await oneOfEach(stage, 'bo@example.com'));
		},
	},
	{
		person: 'Cy, writes the e-mail in three ways',
		should: 'is known as the same person: no second trial',
		async live(stage) {
			const first = await getIn(stage, 'Cy Young', 'cy@example.com');
			for (const email of ['CY@Example.com', 'cy+news@example.com']) {
				mustBe(`the board of ${email}`, await getIn(stage, 'Cy Young', email), first);
			}
			return sumUp(await oneOfEach(stage, 'cy@example.com'));
		},
	},
	{
		person: 'Di, comes while the product is down',
		should: 'reads that her trial has started, and gets in when she sends the form again',
		async live(stage) {
			await stage.break('acme', {
				route: 'PUT /instances/:accountId',
				kind: 'status',
				status: 503,
				times: 1000,
			});
			const ending = await stage.signUp('Di Prince', 'di@example.com');
			mustBe('the first form ends on', ending.status, 'page');
			mustBe('the page says it', ending.text.includes('Your trial has started'), true);
			const between = await stage.recordsOf('di@example.com');
			mustBe('trials', between.subscriptions.length, 1);
			mustBe('boards', between.instances.length, 0);
			mustBe('welcomes', between.messages.length, 0);
			await stage.repair();
			await getIn(stage, 'Di Prince', 'di@example.com');
			return sumUp(await oneOfEach(stage, 'di@example.com'));
		},
	},
	{
		person: 'Fay, whose trial is made while the line breaks',
		should: 'gets in at once, with one trial',
		async live(stage) {
			await stage.break('stripe', {
				route: 'POST /v1/subscriptions',
				kind: 'cut',
				moment: 'after',
			});
			await getIn(stage, 'Fay Wray', 'fay@example.com');
			return sumUp(await oneOfEach(stage, 'fay@example.com'));
		},
	},
	{
		person: 'Gus, comes while Intercom is down',
		should: 'gets in all the same, and is welcomed once when he comes again',
		async live(stage) {
			await stage.break('intercom', { route: '*', kind: 'status', status: 503, times: 1000 });
			await getIn(stage, 'Gus Grissom', 'gus@example.com');
			mustBe('welcomes', (await stage.recordsOf('gus@example.com')).messages.length, 0);
			await stage.repair();
			await getIn(stage, 'Gus Grissom', 'gus@example.com');
			return sumUp(await oneOfEach(stage, 'gus@example.com'));
		},
	},
	{
		person: 'Ed, had a trial last month',
		should: 'reads how to subscribe, and gets no second trial',
		async live(stage) {
			await getIn(stage, 'Ed Wood', 'ed@example.com');
			await stage.passDays('ed@example.com', 30);
			const ending = await stage.signUp('Ed Wood', 'ed@example.com');
			mustBe('the form ends on', ending.status, 'page');
			mustBe('the page says it', ending.text.includes('already had a free trial'), true);
			const records = await stage.recordsOf('ed@example.com');
			mustBe('customers', records.customers.length, 1);
			mustBe('trials', records.subscriptions.length, 1);
			mustBe('status', records.subscriptions[0]?.status, 'paused');
			mustBe('welcomes', welcomesIn(records).length, 1);
			return sumUp(records);
		},
	},
];

/** Signs up, ends on the board and sees that it can be used. Resolves to its address. */
async function getIn(stage: Stage, name: string, email: string): Promise<string> {
	const ending = await stage.signUp(name, email);
	if (ending.url === null) throw new Error(`${email} did not get in: ${ending.text}`);
	const page = await stage.open(ending.url);
	mustBe(`the page of ${email}`, page.status, 200);
	return ending.url;
}

/** What there is of somebody who got in: one of everything. */
async function oneOfEach(stage: Stage, email: string): Promise<Records> {
	const records = await stage.recordsOf(email);
	const { customers, subscriptions, contacts, messages, instances } = records;
	mustBe('customers', customers.length, 1);
	mustBe('trials', subscriptions.length, 1);
	mustBe('status', subscriptions[0]?.status, 'trialing');
	mustBe('card', subscriptions[0]?.default_payment_method, null);
	mustBe('contacts', contacts.length, 1);
	mustBe('welcomes', messages.length, 1);
	mustBe('boards', instances.length, 1);
	mustBe('board', instances[0]?.status, 'ready');
	return records;
}

/** By then the mail about the end of a trial may have come as well. */
function welcomesIn({ messages }: Records): Records['messages'] {
	return messages.filter(({ subject }) => subject?.endsWith('workspace is ready'));
}

function sumUp({ customers, subscriptions, contacts, messages, instances }: Records): string {
	const statuses = subscriptions.map(({ status }) => status).join(', ');
	return (
		`${count(customers, 'customer')}, ${count(subscriptions, 'subscription')} (${statuses}), ` +
		`${count(contacts, 'contact')}, ${count(messages, 'message')}, ${count(instances, 'board')}`
	);
}

function count(list: readonly unknown[], word: string): string {
	return `${list.length} ${word}${list.length === 1 ? '' : 's'}`;
}
