import { ALMOST_FIVE_MINUTES, useClock } from '../support/clock.ts';
import { subjectsOf, useFlow, type Person } from '../support/flow.ts';
import { stateOf } from '../support/n8n.ts';
import type { Outage } from '../support/outages.ts';

const FLOW = 'saasCancellation';
const COUPON = 'STAY30';
const subject = subjectsOf('cancellation');
const SORRY = subject('Sorry to see you go');
const OFFER = subject('Offer: too expensive');
const FEATURE = subject('Offer: missing feature');
const STAY = subject('Good that you stay');
const FAREWELL = subject('Farewell');

interface Contact {
	readonly external_id: string | null;
	readonly custom_attributes: Readonly<Record<string, unknown>>;
	readonly tags: { readonly data: ReadonlyArray<{ readonly id: string }> };
	readonly notes: { readonly total_count: number };
}

describe('a cancellation', () => {
	const { setBehind, env } = useClock();
	const flow = useFlow([FLOW], { offerCouponId: COUPON }, [], env);
	const { refused } = flow;
	jest.setTimeout(300_000);

	beforeAll(async () => {
		await flow.stripe('POST', 'coupons', { id: COUPON, percent_off: '30', duration: 'once' });
	});

	const cancel = async (who: Person, feedback?: string, comment?: string) =>
		await flow.stripe('POST', `subscriptions/${who.subscription}`, {
			cancel_at_period_end: 'true',
			...(feedback ? { 'cancellation_details[feedback]': feedback } : {}),
			...(comment ? { 'cancellation_details[comment]': comment } : {}),
		});

	const undo = async (who: Person) =>
		await flow.stripe('POST', `subscriptions/${who.subscription}`, {
			cancel_at_period_end: 'false',
		});

	const end = async ({ subscription }: Person) =>
		await flow.stripe('DELETE', `subscriptions/${subscription}`);

	async function contactOf({ accountId }: Person): Promise<Contact> {
		const { contacts } = await stateOf<{ contacts: readonly Contact[] }>(flow.sandbox.intercom.url);
		const found = contacts.find(({ external_id: id }) => id === accountId);
		if (!found) throw new Error(`Intercom does not know ${accountId}`);
		return found;
	}

	async function discountsOf({ subscription }: Person): Promise<number> {
		const { discounts } = await flow.stripe<{ discounts: unknown[] }>(
			'GET',
			`subscriptions/${subscription}`,
		);
		return discounts.length;
	}

	it('is confirmed with a link that undoes it, kept as it is until the end, and bidden farewell', async () => {
		const ada = await flow.person('ada');
		await cancel(ada, 'unused', 'We have <no> project now');
		const [sorry] = await flow.expectSent(ada, [SORRY]);
		expect(sorry?.body).toContain(`${flow.n8n.url}/form/saas-come-back?token=`);
		expect(await flow.accessOf(ada)).toBe('full');
		const contact = await contactOf(ada);
		expect(contact.custom_attributes).toMatchObject({ cancellation_reason: 'unused' });
		expect(contact.tags.data).toHaveLength(1);

		await flow.passPeriod(ada);
		await flow.expectSent(ada, [SORRY, FAREWELL]);
		await flow.expectAccess(ada, 'suspended');
		expect((await contactOf(ada)).custom_attributes).toMatchObject({ stage: 'churned' });
	});

	it('is answered with an offer where the price is the reason, which holds once in a life', async () => {
		const bob = await flow.person('bob');
		await cancel(bob, 'too_expensive');
		await flow.expectSent(bob, [OFFER]);
		expect(await discountsOf(bob)).toBe(0);

		await undo(bob);
		await flow.expectSent(bob, [OFFER, STAY]);
		expect(await discountsOf(bob)).toBe(1);
		expect((await contactOf(bob)).tags.data).toHaveLength(0);

		// With the next invoice the coupon is spent, and a second time there is none.
		await flow.passPeriod(bob);
		await cancel(bob, 'too_expensive');
		await flow.expectSent(bob, [OFFER, STAY, SORRY]);
		await undo(bob);
		await flow.expectSent(bob, [OFFER, STAY, SORRY, STAY]);
		expect(await discountsOf(bob)).toBe(0);
	});

	it('is answered with a talk where something is missing', async () => {
		const cyd = await flow.person('cyd');
		await cancel(cyd, 'missing_features');
		const [message] = await flow.expectSent(cyd, [FEATURE]);
		expect(message?.body).toContain('/form/saas-opt-out?token=');
		await undo(cyd);
		await flow.expectSent(cyd, [FEATURE, STAY]);
		expect(await discountsOf(cyd)).toBe(0);
	});

	it('is confirmed without an offer to whoever wants no marketing', async () => {
		const dan = await flow.person('dan');
		await cancel(dan);
		await flow.expectSent(dan, [SORRY]);
		await undo(dan);
		await flow.expectSent(dan, [SORRY, STAY]);
		await fetch(`${flow.sandbox.intercom.url}/_control/contacts/${dan.accountId}/unsubscribe`, {
			method: 'POST',
		});
		await flow.pass(dan, { hours: 1 });
		await cancel(dan, 'too_expensive');
		await flow.expectSent(dan, [SORRY, STAY, SORRY]);
	});

	it('of a trial keeps the trial open until its end', async () => {
		const eve = await flow.person('eve', { card: null, trialDays: 14 });
		await cancel(eve, 'too_complex');
		await flow.expectSent(eve, [SORRY]);
		expect(await flow.accessOf(eve)).toBe('full');
	});

	it('fails visibly while Intercom is down, and is completed later with one message and one note', async () => {
		const fay = await flow.person('fay');
		const known = new Set((await flow.finished(FLOW)).map(({ id }) => id));
		await flow.strike('intercom', { route: '*', kind: 'status', status: 503, times: 10_000 });
		await cancel(fay, 'other', 'Too far away');
		const failed = await flow.nextFailure(FLOW, known);
		expect(failed.data.resultData.error?.message).toMatch(/Intercom failed/);
		await flow.heal('intercom');
		await flow.expectSent(fay, [SORRY]);
		await flow.told(FLOW, fay, '"event":"cancellation_scheduled"');
		await flow.expectSent(fay, [SORRY]);
		expect((await contactOf(fay)).notes.total_count).toBe(1);
	});

	it('that was undone before anybody heard of it is told as undone only', async () => {
		await flow.n8n.stop();
		const gus = await flow.person('gus');
		await cancel(gus, 'too_expensive');
		await undo(gus);
		await flow.n8n.start();
		await flow.expectSent(gus, [STAY]);
	});

	it('is seen to in all but words outside the test domain, while it is tried out', async () => {
		const hal = await flow.person('hal', { domain: 'example.org' });
		await end(hal);
		await flow.expectAccess(hal, 'suspended');
		await flow.told(FLOW, hal, '"event":"subscription_canceled"');
		expect((await contactOf(hal)).custom_attributes).toMatchObject({ stage: 'churned' });
		await flow.expectSent(hal, []);
	});

	describe('is completed with one message some minutes after', () => {
		type Deed = (who: Person) => Promise<unknown>;
		interface Failing {
			readonly name: string;
			readonly node: string;
			readonly during: Outage;
			/** What comes before, and is told as it should be. */
			readonly before?: readonly [deed: Deed, subject: RegExp];
			readonly deed: Deed;
			readonly subject: RegExp;
		}
		const leaves =
			(...why: [feedback?: string, comment?: string]): Deed =>
			async (who) =>
				await cancel(who, ...why);
		const noTag = refused('intercom', 'POST /contacts/:id/tags');
		const noUntag = refused('intercom', 'DELETE /contacts/:id/tags/:tagId');
		const noMessage = refused('intercom', 'POST /messages');
		const failing: readonly Failing[] = [
			{
				name: 'the product refuses the access',
				node: 'Fail: access',
				during: refused('acme', '*'),
				deed: end,
				subject: FAREWELL,
			},
			{
				name: 'Intercom refuses the contact',
				node: 'Fail: Intercom',
				during: refused('intercom', 'POST /contacts/search'),
				deed: leaves(),
				subject: SORRY,
			},
			{
				name: 'Intercom refuses the tag',
				node: 'Fail: Intercom',
				during: noTag,
				deed: leaves(),
				subject: SORRY,
			},
			{
				name: 'Intercom refuses the note',
				node: 'Fail: Intercom',
				during: refused('intercom', 'POST /contacts/:id/notes'),
				deed: leaves('other', 'Too far away'),
				subject: SORRY,
			},
			{
				name: 'Intercom refuses to take the tag off',
				node: 'Fail: Intercom',
				during: noUntag,
				before: [leaves(), SORRY],
				deed: undo,
				subject: STAY,
			},
			{
				name: 'Stripe refuses the offer',
				node: 'Fail: offer',
				during: refused('stripe', 'GET /v1/coupons/:id'),
				before: [leaves('too_expensive'), OFFER],
				deed: undo,
				subject: STAY,
			},
			{
				name: 'Intercom refuses to take the tag of who has left off',
				node: 'Fail: Intercom',
				during: noUntag,
				before: [leaves(), SORRY],
				deed: end,
				subject: FAREWELL,
			},
			{
				name: 'Intercom refuses the tag of who has left',
				node: 'Fail: Intercom',
				during: noTag,
				deed: end,
				subject: FAREWELL,
			},
			...(
				[
					['that it is a pity', leaves(), SORRY],
					['the offer', leaves('too_expensive'), OFFER],
					['the talk', leaves('missing_features'), FEATURE],
					['the farewell', end, FAREWELL],
				] as const
			).map(([what, deed, subject]) => ({
				name: `Intercom refuses the message: ${what}`,
				node: 'Fail: message',
				during: noMessage,
				deed,
				subject,
			})),
			{
				name: 'Intercom refuses the message: good that you stay',
				node: 'Fail: message',
				during: noMessage,
				before: [leaves(), SORRY],
				deed: undo,
				subject: STAY,
			},
		];
		const people: Person[] = [];

		beforeAll(async () => {
			for (const { node, during, before, deed } of failing) {
				const who = await flow.person(`who${people.length}`);
				people.push(who);
				const said = before ? [before[1]] : [];
				await before?.[0](who);
				await flow.expectSent(who, said);
				await during(async () => {
					await deed(who);
					await flow.failedAt(FLOW, node, who);
				});
				await flow.expectSent(who, said);
			}
			// What is told again later is due now.
			setBehind(-ALMOST_FIVE_MINUTES);
			await flow.n8n.restart();
		}, 400_000);

		it.each(failing.map((one, index) => ({ ...one, index })))(
			'$name',
			async ({ index, before, subject }) => {
				const who = people[index] as Person;
				const said = [...(before ? [before[1]] : []), subject];
				await flow.expectSent(who, said);
				await flow.expectAccess(who, subject === FAREWELL ? 'suspended' : 'full');
				const { notes, tags } = await contactOf(who);
				expect(notes.total_count).toBeLessThanOrEqual(1);
				expect(tags.data).toHaveLength(subject === STAY ? 0 : 1);
				expect(await discountsOf(who)).toBe(before?.[1] === OFFER ? 1 : 0);
				await flow.expectSent(who, said);
			},
		);
	});
});
