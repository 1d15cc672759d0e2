import { Webhook } from 'standardwebhooks';
import type { Execution } from '../../sandbox/n8n/client.ts';
import { unescape, walkForm } from '../../sandbox/n8n/form.ts';
import { acmeSigningSecret, intercomToken } from '../../sandbox/secrets.ts';
import { ALMOST_FIVE_MINUTES, useClock } from '../support/clock.ts';
import { subjectsOf, useFlow, type Person } from '../support/flow.ts';
import { EXPIRED, tokenFor } from '../support/links.ts';
import { control, stateOf } from '../support/n8n.ts';
import type { Outage } from '../support/outages.ts';
import { waitFor } from '../support/wait-for.ts';

const LAPSE = 'saasTrialLapse';
const RECOVERY = 'saasLeadRecovery';
const COUPON = 'BACK30';
const TRIAL_DAYS = 14;
const DAY_S = 86_400;

const SAFE = subjectsOf('trial-lapse')('Your data is safe');
const recovery = subjectsOf('lead-recovery');
const MISSING = recovery('What was missing?');
const NEWS = recovery('What is new');
const STEP = recovery('Start again with one step');
const DISCOUNT = recovery('Offer: discount');
const TIME = recovery('Offer: more time');
const LAST = recovery('Last word');
const SORRY = subjectsOf('cancellation')('Sorry to see you go');
const FAREWELL = subjectsOf('cancellation')('Farewell');

const TOO_MUCH = 'It costs too much';
const NO_TIME = 'I had no time to try it';
const TOO_MUCH_IN_HUNGARIAN = 'Túl drága';

interface Contact {
	readonly external_id: string | null;
	readonly custom_attributes: Readonly<Record<string, unknown>>;
	readonly tags: { readonly data: readonly unknown[] };
	readonly notes: { readonly total_count: number };
}

describe('after the end of a trial', () => {
	const { setBehind, env } = useClock();
	const flow = useFlow(
		[LAPSE, RECOVERY, 'saasCancellation', 'saasMilestonesIntake'],
		{ offerCouponId: COUPON },
		[],
		env,
	);
	const { refused, damaged, withoutSecret } = flow;
	jest.setTimeout(400_000);

	beforeAll(async () => {
		await flow.stripe('POST', 'coupons', { id: COUPON, percent_off: '30', duration: 'once' });
		await control(flow.sandbox.intercom.url, 'PUT', '/webhook', {
			url: `${flow.n8n.url}/webhook/saas-lead-recovery/intercom`,
		});
	});

	async function trialist(name: string, domain = 'example.com'): Promise<Person> {
		const who = await flow.person(name, { card: null, trialDays: TRIAL_DAYS, domain });
		await flow.stripe('POST', `subscriptions/${who.subscription}`, {
			'trial_settings[end_behavior][missing_payment_method]': 'pause',
		});
		return who;
	}

	/** Ends somebody's trial, at noon of a Monday. */
	async function lapse(who: Person): Promise<void> {
		await flow.stripe('POST', `subscriptions/${who.subscription}`, {
			trial_end: String(await mondayNoonAfter(who)),
			proration_behavior: 'none',
		});
		await flow.pass(who, { seconds: (await mondayNoonAfter(who)) - (await clockOf(who)) + 60 });
	}

	/** Somebody whose trial ended a moment ago, at noon of a Monday, and who has been told. */
	async function lapsed(name: string): Promise<Person> {
		const who = await trialist(name);
		await lapse(who);
		await flow.expectSent(who, [SAFE]);
		return who;
	}

	async function clockOf({ customer }: Person): Promise<number> {
		const { test_clock: clock } = await flow.stripe<{ test_clock: string }>(
			'GET',
			`customers/${customer}`,
		);
		const { frozen_time: now } = await flow.stripe<{ frozen_time: number }>(
			'GET',
			`test_helpers/test_clocks/${clock}`,
		);
		return now;
	}

	async function mondayNoonAfter(who: Person): Promise<number> {
		const soon = new Date(((await clockOf(who)) + 86_400) * 1000);
		const monday = new Date(soon);
		monday.setUTCDate(soon.getUTCDate() + ((8 - soon.getUTCDay()) % 7));
		monday.setUTCHours(16, 0, 0, 0);
		return monday.getTime() / 1000;
	}

	async function look(workflow: string): Promise<void> {
		const run = await flow.runNow(workflow, 'Every hour');
		expect([run.status, run.data.resultData.error?.message]).toEqual(['success', undefined]);
	}

	/** So many days on, and an hour later, when the clock strikes twice. */
	async function wait(who: Person, days: number): Promise<void> {
		await flow.pass(who, { days });
		await look(RECOVERY);
		await look(RECOVERY);
	}

	/** So many days on, by day, or on the Monday after it: nobody is written to on a weekend. */
	async function waitForWorkday(who: Person, days: number): Promise<void> {
		const now = await clockOf(who);
		const then = new Date((now + days * 86_400) * 1000);
		const [sunday, saturday] = [then.getUTCDay() === 0, then.getUTCDay() === 6];
		then.setUTCDate(then.getUTCDate() + (saturday ? 2 : sunday ? 1 : 0));
		then.setUTCHours(16, 0, 0, 0);
		await flow.pass(who, { seconds: then.getTime() / 1000 - now });
		await look(RECOVERY);
		await look(RECOVERY);
	}

	async function contactOf({ accountId }: Person): Promise<Contact> {
		const { contacts } = await stateOf<{ contacts: readonly Contact[] }>(flow.sandbox.intercom.url);
		const found = contacts.find(({ external_id: id }) => id === accountId);
		if (!found) throw new Error(`Intercom does not know ${accountId}`);
		return found;
	}

	/** Ends everything at once, and says why. */
	async function leaveForPrice({ subscription }: Person): Promise<void> {
		await flow.stripe('POST', `subscriptions/${subscription}`, {
			'cancellation_details[feedback]': 'too_expensive',
		});
		await flow.stripe('DELETE', `subscriptions/${subscription}`);
	}

	const linkIn = (body: string | undefined, path: string) =>
		unescape(new RegExp(`href="([^"]*/form/${path}\\?token=[^"]+)"`).exec(body ?? '')?.[1] ?? '');

	const answer = async (url: string, reason: string, comment = '') =>
		await walkForm(url, (fields) => ({
			[fields.find(({ kind }) => kind === 'choice')?.name ?? '']: reason,
			[fields.find(({ kind }) => kind === 'textarea')?.name ?? '']: comment,
		}));

	const customerOf = async ({ customer }: Person) =>
		await flow.stripe<{ metadata: Record<string, string> }>('GET', `customers/${customer}`);
	const subscriptionOf = async ({ subscription }: Person) =>
		await flow.stripe<{ status: string }>('GET', `subscriptions/${subscription}`);

	it('work can be looked at for two weeks, then access rests; one message says so', async () => {
		const ada = await lapsed('ada');
		await flow.expectAccess(ada, 'read_only');
		expect((await contactOf(ada)).custom_attributes).toMatchObject({ stage: 'lapsed' });
		await look(LAPSE);
		expect(await flow.accessOf(ada)).toBe('read_only');
		await flow.pass(ada, { days: 14 });
		await look(LAPSE);
		await flow.expectAccess(ada, 'suspended');
		await flow.expectSent(ada, [SAFE]);
	});

	it('a trial that goes on unpaid and ends again rests again, at once and with a word', async () => {
		const lou = await lapsed('lou');
		const goOn = async () =>
			await flow.product('PUT', `/instances/${lou.accountId}/access`, {
				level: 'full',
				reason: 'trialing',
			});
		await goOn();
		await flow.stripe('POST', `subscriptions/${lou.subscription}`, {
			trial_end: String((await clockOf(lou)) + 2 * 86_400),
		});
		await flow.pass(lou, { days: 3 });
		await flow.expectSent(lou, [SAFE, SAFE]);
		await flow.expectAccess(lou, 'read_only');

		await goOn();
		await flow.giveCard(lou, 'declined');
		await flow.stripe('POST', `subscriptions/${lou.subscription}/resume`);
		await flow.pass(lou, { days: 15 });
		expect(await subscriptionOf(lou)).toMatchObject({ status: 'canceled' });
		await flow.expectSent(lou, [SAFE, SAFE, SAFE]);
		await flow.expectAccess(lou, 'read_only');
	});

	it('nothing is said to who paid on the last day', async () => {
		const bob = await trialist('bob');
		await flow.giveCard(bob, 'good');
		await flow.pass(bob, { days: TRIAL_DAYS, hours: 2 });
		await look(LAPSE);
		await look(RECOVERY);
		await flow.expectSent(bob, []);
		expect(await flow.accessOf(bob)).toBe('full');
	});

	it('the answer to "what was missing" is kept everywhere, and leads to the fitting offer', async () => {
		const cyd = await lapsed('cyd');
		await wait(cyd, 3);
		const [, question] = await flow.expectSent(cyd, [SAFE, MISSING]);
		const url = linkIn(question?.body, 'saas-feedback');
		expect(await answer(url, TOO_MUCH, 'Half of it & I stay')).toMatchObject({
			text: expect.stringContaining('Thank you') as string,
		});
		await answer(url, TOO_MUCH, 'Half of it & I stay');
		expect((await customerOf(cyd)).metadata).toMatchObject({
			feedback_reason: 'too_expensive',
			feedback_comment: 'Half of it & I stay',
		});
		const contact = await contactOf(cyd);
		expect(contact.custom_attributes).toMatchObject({ cancellation_reason: 'too_expensive' });
		expect(contact.tags.data).toHaveLength(1);
		expect(contact.notes.total_count).toBe(1);

		await wait(cyd, 4);
		const again = await flow.expectSent(cyd, [SAFE, MISSING, STEP]);
		// Who never really tried gets time to try, not a price.
		expect(linkIn(again.at(-1)?.body, 'saas-more-time')).not.toBe('');
		expect(again.at(-1)?.body).toContain('href="https://www.example.com/help/first-project"');
		await wait(cyd, 7);
		const sent = await flow.expectSent(cyd, [SAFE, MISSING, STEP, DISCOUNT]);
		expect(linkIn(sent.at(-1)?.body, 'saas-come-back')).not.toBe('');
		await wait(cyd, 14);
		await flow.expectSent(cyd, [SAFE, MISSING, STEP, DISCOUNT, LAST]);
		await wait(cyd, 10);
		await flow.expectSent(cyd, [SAFE, MISSING, STEP, DISCOUNT, LAST]);
	});

	it('who had no time takes more, once, and hears nothing more', async () => {
		const dan = await lapsed('dan');
		await reach(dan, 'created_project');
		await wait(dan, 3);
		const [, question] = await flow.expectSent(dan, [SAFE, MISSING]);
		await answer(linkIn(question?.body, 'saas-feedback'), NO_TIME);
		await wait(dan, 4);
		const [, , news] = await flow.expectSent(dan, [SAFE, MISSING, NEWS]);
		expect(news?.body).toContain('href="https://www.example.com/help/invite"');
		await wait(dan, 7);
		const sent = await flow.expectSent(dan, [SAFE, MISSING, NEWS, TIME]);
		const url = linkIn(sent.at(-1)?.body, 'saas-more-time');
		for (let time = 0; time < 2; time++) {
			expect(await walkForm(url, () => ({}))).toMatchObject({ status: 'redirect' });
			expect((await subscriptionOf(dan)).status).toBe('trialing');
		}
		await flow.expectAccess(dan, 'full');
		await wait(dan, 1);
		await flow.expectSent(dan, [SAFE, MISSING, NEWS, TIME]);

		// Who is back in a trial is no lead to win back: an answer is marked for nobody.
		const { tags } = await contactOf(dan);
		await control(flow.sandbox.intercom.url, 'POST', `/contacts/${dan.accountId}/reply`, {
			body: 'Thank you',
		});
		await flow.told(RECOVERY, dan, '"event":"replied"');
		expect((await contactOf(dan)).tags).toEqual(tags);
	});

	it('who has done everything already is given nothing to read', async () => {
		const ola = await lapsed('ola');
		await reach(ola, 'created_project');
		await reach(ola, 'invited_teammate');
		await wait(ola, 7);
		const [, news] = await flow.expectSent(ola, [SAFE, NEWS]);
		expect(linkIn(news?.body, 'saas-come-back')).not.toBe('');
		expect(news?.body).not.toMatch(/href=""|example\.com\/help|not tried yet/);
	});

	it('who cancelled is led back, and not promised days that Stripe cannot add', async () => {
		const kit = await trialist('kit');
		await flow.stripe('POST', `subscriptions/${kit.subscription}`, {
			'cancellation_details[feedback]': 'unused',
		});
		await flow.pass(kit, { seconds: (await mondayNoonAfter(kit)) - (await clockOf(kit)) });
		await flow.stripe('DELETE', `subscriptions/${kit.subscription}`);
		await flow.expectSent(kit, [SAFE]);
		await wait(kit, 3);
		await wait(kit, 4);
		const sent = await flow.expectSent(kit, [SAFE, MISSING, STEP]);
		expect(linkIn(sent.at(-1)?.body, 'saas-come-back')).not.toBe('');
		await wait(kit, 7);
		await flow.expectSent(kit, [SAFE, MISSING, STEP]);
	});

	it('who cancelled for the price is offered a lower one', async () => {
		const lia = await trialist('lia');
		await flow.pass(lia, { seconds: (await mondayNoonAfter(lia)) - (await clockOf(lia)) });
		await leaveForPrice(lia);
		await flow.expectSent(lia, [SAFE]);
		await wait(lia, 3);
		await wait(lia, 4);
		await wait(lia, 7);
		const sent = await flow.expectSent(lia, [SAFE, MISSING, STEP, DISCOUNT]);
		expect(linkIn(sent.at(-1)?.body, 'saas-come-back')).not.toBe('');
	});

	it('while it is tried out, nobody outside the test domain is written to', async () => {
		const mia = await trialist('mia', 'example.org');
		await lapse(mia);
		await flow.expectAccess(mia, 'read_only');
		await flow.told(LAPSE, mia, '"event":"trial_lapsed"');
		await wait(mia, 3);
		expect((await contactOf(mia)).custom_attributes).toMatchObject({ stage: 'lapsed' });
		await flow.expectSent(mia, []);
	});

	it('it ends for who answers, opts out, or comes back', async () => {
		const people = [await lapsed('eve'), await lapsed('fay'), await lapsed('gus')] as const;
		const [eve, fay, gus] = people;
		const intercom = flow.sandbox.intercom.url;
		for (const who of people) await flow.pass(who, { days: 3 });
		await control(intercom, 'POST', `/contacts/${eve.accountId}/reply`, { body: 'Call me' });
		await control(intercom, 'POST', `/contacts/${fay.accountId}/unsubscribe`, {});
		await flow.giveCard(gus, 'good');
		await flow.stripe('POST', `subscriptions/${gus.subscription}/resume`);
		await look(RECOVERY);
		for (const who of people) await flow.pass(who, { days: 4 });
		await look(RECOVERY);
		for (const who of people) await flow.expectSent(who, [SAFE]);
		await waitFor('the tag', async () =>
			(await contactOf(eve)).tags.data.length === 1 ? true : undefined,
		);
		expect((await contactOf(fay)).tags.data).toHaveLength(0);
	});

	it('a former customer is asked, too, and then offered what fits the reason', async () => {
		const hal = await flow.person('hal');
		await leaveForPrice(hal);
		await flow.expectSent(hal, [FAREWELL]);
		await waitForWorkday(hal, 3);
		const [, question] = await flow.expectSent(hal, [FAREWELL, MISSING]);
		expect(linkIn(question?.body, 'saas-feedback')).not.toBe('');
		await waitForWorkday(hal, 4);
		await flow.expectSent(hal, [FAREWELL, MISSING, NEWS]);
		await waitForWorkday(hal, 7);
		await flow.expectSent(hal, [FAREWELL, MISSING, NEWS, DISCOUNT]);
		await waitForWorkday(hal, 14);
		await flow.expectSent(hal, [FAREWELL, MISSING, NEWS, DISCOUNT, LAST]);
	});

	it('a former customer is asked when they have left, however long before they asked to', async () => {
		const jon = await flow.person('jon');
		await flow.stripe('POST', `subscriptions/${jon.subscription}`, {
			cancel_at_period_end: 'true',
		});
		await flow.expectSent(jon, [SORRY]);
		await flow.passPeriod(jon);
		await flow.expectSent(jon, [SORRY, FAREWELL]);
		const now = await clockOf(jon);
		await flow.pass(jon, { seconds: DAY_S - ((now + 8 * 3_600) % DAY_S) });
		await look(RECOVERY);
		await flow.expectSent(jon, [SORRY, FAREWELL]);
		// Three days later, or on the Monday after; the next message is for the seventh day.
		for (let day = 1; day <= 6; day++) await wait(jon, 1);
		await flow.expectSent(jon, [SORRY, FAREWELL, MISSING]);
	});

	it('a Hungarian is asked in Hungarian, from the message to the last page', async () => {
		const ira = await flow.person('ira');
		const known = await fetch(`${flow.sandbox.intercom.url}/contacts`, {
			method: 'POST',
			headers: { authorization: `Bearer ${intercomToken}`, 'content-type': 'application/json' },
			body: JSON.stringify({
				role: 'user',
				external_id: ira.accountId,
				email: ira.email,
				custom_attributes: { language: 'hu' },
			}),
		});
		expect(known.status).toBe(200);
		await flow.stripe('DELETE', `subscriptions/${ira.subscription}`);
		const farewell = subjectsOf('cancellation')('Farewell', 'hu');
		await flow.expectSent(ira, [farewell]);
		await waitForWorkday(ira, 3);
		const [, question] = await flow.expectSent(ira, [
			farewell,
			recovery('What was missing?', 'hu'),
		]);
		const url = linkIn(question?.body, 'saas-feedback');
		expect(await answer(url, TOO_MUCH_IN_HUNGARIAN)).toMatchObject({
			text: expect.stringContaining('Köszönjük!') as string,
		});
		expect((await customerOf(ira)).metadata).toMatchObject({ feedback_reason: 'too_expensive' });
	});

	describe('a link that does not hold', () => {
		const form = (path: string, token: string) => `${flow.n8n.url}/form/${path}?token=${token}`;

		it.each<[string, string, () => string, RegExp]>([
			[
				'of feedback, forged',
				'saas-feedback',
				() => `${tokenFor('feedback', 'acct_ada')}x`,
				/does not work/,
			],
			[
				'of feedback, too old',
				'saas-feedback',
				() => tokenFor('feedback', 'acct_ada', EXPIRED),
				/too old/,
			],
			[
				'of feedback, for another thing',
				'saas-feedback',
				() => tokenFor('opt_out', 'acct_ada'),
				/does not work/,
			],
			[
				'of more time, without days in it',
				'saas-more-time',
				() => tokenFor('come_back', 'acct_ada'),
				/does not work/,
			],
			[
				'of more time, too old',
				'saas-more-time',
				() => tokenFor('come_back', 'acct_ada', EXPIRED),
				/too old/,
			],
		])('%s', async (_name, path, token, words) => {
			const before = await contactOf({ accountId: 'acct_ada' } as Person);
			const ending = await answer(form(path, token()), TOO_MUCH);
			expect(ending).toMatchObject({
				status: 'page',
				text: expect.stringMatching(words) as string,
			});
			expect(await contactOf({ accountId: 'acct_ada' } as Person)).toEqual(before);
		});
	});

	describe('feedback that could not be kept says so', () => {
		let url: string;
		let pat: Person;

		beforeAll(async () => {
			pat = await lapsed('pat');
			url = `${flow.n8n.url}/form/saas-feedback?token=${tokenFor('feedback', pat.accountId)}`;
		});

		it.each<[string, Outage]>([
			['Check feedback link', withoutSecret()],
			['Who it is', damaged('milestones')],
			['Note it in Stripe', refused('stripe', 'POST /v1/customers/:id')],
			['Keep the reason', refused('intercom', '*')],
			['Tag: gave feedback', refused('intercom', 'POST /contacts/:id/tags')],
			['Note the words', refused('intercom', 'POST /contacts/:id/notes')],
			['Remember it', damaged('timeline')],
		])('when "%s" fails', async (node, during) => {
			const known = new Set((await flow.finished(RECOVERY)).map(({ id }) => id));
			await during(async () => {
				const ending = await answer(url, 'Something else', 'Not my cup of tea');
				expect(ending.text).toContain('did not work yet');
			});
			const failure = await flow.nextFailure(RECOVERY, known);
			expect(failure.data.resultData.error?.message).toContain('not kept everywhere');
			expect(before('Page: please send it again', failure)).toBe(node);
		});

		it('and is kept once when it is sent again', async () => {
			const ending = await answer(url, 'Something else', 'Not my cup of tea');
			expect(ending.text).toContain('Thank you');
			const { tags, notes, custom_attributes: attributes } = await contactOf(pat);
			expect([tags.data.length, notes.total_count]).toEqual([1, 1]);
			expect(attributes).toMatchObject({ cancellation_reason: 'other' });
			expect((await customerOf(pat)).metadata).toMatchObject({ feedback_reason: 'other' });
		});
	});

	describe('more time that could not be given says so', () => {
		const DAYS = 7;
		let url: string;
		let ron: Person;

		beforeAll(async () => {
			ron = await lapsed('ron');
			const token = tokenFor('come_back', ron.accountId, { data: { extraDays: String(DAYS) } });
			url = `${flow.n8n.url}/form/saas-more-time?token=${token}`;
		});

		it.each<[string, Outage]>([
			['Check offer link', withoutSecret()],
			['Give more time', refused('stripe', 'POST /v1/subscriptions/:id')],
			['Open again', refused('acme', '*')],
			['Where it is', damaged('milestones')],
			['Keep the stage', refused('intercom', '*')],
		])('when "%s" fails', async (node, during) => {
			const known = new Set((await flow.finished(RECOVERY)).map(({ id }) => id));
			await during(async () => {
				const ending = await walkForm(url, () => ({}));
				expect(ending.text).toContain('could not give you the extra days');
			});
			const failure = await flow.nextFailure(RECOVERY, known);
			expect(failure.data.resultData.lastNodeExecuted).toBe('Fail: more time');
			expect(before('Page: no more time', failure)).toBe(node);
		});

		it('and is given once when it is asked for again', async () => {
			expect(await walkForm(url, () => ({}))).toMatchObject({ status: 'redirect' });
			const { status, trial_end: end } = await flow.stripe<{ status: string; trial_end: number }>(
				'GET',
				`subscriptions/${ron.subscription}`,
			);
			expect(status).toBe('trialing');
			expect(Math.round((end - (await clockOf(ron))) / DAY_S)).toBe(DAYS);
			await flow.expectAccess(ron, 'full');
			expect((await contactOf(ron)).custom_attributes).toMatchObject({ stage: 'trialing' });
		});
	});

	/** From which node an execution came to this one. */
	const before = (node: string, { data }: Execution) =>
		data.resultData.runData[node]?.[0]?.source?.[0]?.previousNode;

	describe('what fails visibly is done once, some minutes later:', () => {
		const noContact = refused('intercom', 'POST /contacts/search');
		const noTag = refused('intercom', 'POST /contacts/:id/tags');
		const noMessage = refused('intercom', 'POST /messages');
		const lapses: ReadonlyArray<[node: string, name: string, Outage]> = [
			['Fail: access', 'nan', refused('acme', '*')],
			['Fail: access', 'ned', damaged('milestones')],
			['Fail: link', 'nat', withoutSecret('Way back')],
			['Fail: link', 'neo', withoutSecret('Opt-out link')],
			['Fail: Intercom', 'nik', noContact],
			['Fail: message', 'nye', noMessage],
		];
		/** With the day after the end of their trial. */
		const leads: ReadonlyArray<[subject: RegExp, name: string, day: number, milestone?: string]> = [
			[MISSING, 'sue', 3],
			[NEWS, 'tam', 7, 'created_project'],
			[STEP, 'ted', 7],
			[DISCOUNT, 'tim', 14, 'feedback_too_expensive'],
			[TIME, 'tom', 14, 'feedback_no_time'],
			[LAST, 'una', 28],
		];
		const people = new Map<string, Person>();
		const called = (name: string) => people.get(name) as Person;

		beforeAll(async () => {
			await failTag();
			for (const [node, name, during] of lapses) {
				const who = await trialist(name);
				people.set(name, who);
				await during(async () => {
					await lapse(who);
					await flow.failedAt(LAPSE, node, who);
				});
				expect(await flow.sentTo(who)).toEqual([]);
			}
			await failJourney();
			// What is tried again later is due now.
			setBehind(-ALMOST_FIVE_MINUTES);
			await flow.n8n.restart();
		});

		async function failTag() {
			const oli = await lapsed('oli');
			people.set('oli', oli);
			await noTag(async () => {
				const path = `/contacts/${oli.accountId}/reply`;
				await control(flow.sandbox.intercom.url, 'POST', path, { body: 'Call me' });
				expect(await flow.failedAt(RECOVERY, 'Fail: tag', oli)).toContain('was not tagged');
			});
			expect((await contactOf(oli)).tags.data).toEqual([]);
		}

		/** Nobody gets what is due: no contact, then no link, then no message. */
		async function failJourney() {
			const fail = async () => {
				const { data } = await flow.runNow(RECOVERY, 'Every hour');
				expect(data.resultData.error?.message).toMatch(/^Somebody was not written to/);
				return data.resultData.runData['Not sent']?.flatMap((run) => run.data?.['main']?.[0] ?? []);
			};
			const names = ['sam', 'sol', ...leads.map(([, name]) => name)];
			await Promise.all(names.map(async (name) => people.set(name, await lapsed(name))));
			await flow.pass(called('sam'), { days: 3 });
			await noContact(async () => void (await fail()));
			await flow.pass(called('sol'), { days: 3 });
			await withoutSecret('Offer link')(async () => void (await fail()));
			for (const [, name, days, milestone] of leads) {
				if (milestone) await reach(called(name), milestone);
				await flow.pass(called(name), { days });
			}
			await noMessage(async () => expect(await fail()).toHaveLength(leads.length));
		}

		it.each(lapses)('the end of a trial, after "%s" (%s)', async (_node, name) => {
			const who = called(name);
			await flow.expectSent(who, [SAFE]);
			await flow.expectAccess(who, 'read_only');
			await flow.told(LAPSE, who, '"event":"trial_lapsed"');
			await flow.expectSent(who, [SAFE]);
		});

		it('the mark of who answered', async () => {
			await flow.waitFor('the tag', async () =>
				(await contactOf(called('oli'))).tags.data.length === 1 ? true : undefined,
			);
		});

		it('the messages of the journey', async () => {
			await look(RECOVERY);
			await look(RECOVERY);
			for (const [subject, name] of [[MISSING, 'sam'], [MISSING, 'sol'], ...leads] as const) {
				await flow.expectSent(called(name), [SAFE, subject]);
			}
		});
	});

	/** The product tells of it, signed. */
	async function reach({ accountId }: Person, milestone: string): Promise<void> {
		const at = new Date();
		const body = JSON.stringify({
			type: 'milestone.reached',
			timestamp: at.toISOString(),
			data: { accountId, milestone },
		});
		const id = `msg_${accountId}_${milestone}`;
		const response = await fetch(`${flow.n8n.url}/webhook/saas-milestones`, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'webhook-id': id,
				'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
				'webhook-signature': new Webhook(acmeSigningSecret).sign(id, at, body),
			},
			body,
		});
		expect(response.status).toBe(200);
	}
});
