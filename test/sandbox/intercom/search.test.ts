import type { Intercom } from 'intercom-client';
import { refusal, startIntercom, type IntercomUnderTest } from '../../support/intercom.ts';

const NOON = Date.UTC(2026, 2, 10, 12) / 1000;
const HOUR = 3_600;

type Filter = Intercom.SingleFilterSearchRequest;
type Query = Intercom.SearchRequest.Query;

const filter = (field: string, operator: string, value: unknown): Filter =>
	({ field, operator, value }) as Filter;

const group = (operator: 'AND' | 'OR', value: readonly Query[]): Query =>
	({ operator, value }) as Query;

describe('search in the Intercom stand-in', () => {
	let intercom: IntercomUnderTest;

	beforeEach(async () => void (intercom = await startIntercom()));
	afterEach(async () => await intercom.close());

	const create = async (external_id: string, more: object = {}) =>
		await intercom.client.contacts.create({ role: 'user', external_id, ...more });

	const find = async (query: Query) => {
		const page = await intercom.client.contacts.search({ query });
		return page.data.map(({ external_id: externalId }) => externalId).sort();
	};

	describe('of people', () => {
		beforeEach(async () => {
			await create('anna', {
				name: 'Anna Kiss',
				email: 'anna@acme.example',
				signed_up_at: NOON,
				custom_attributes: { plan: 'pro', trial_ends_at: NOON },
			});
			await create('bela', {
				name: 'Bela Nagy',
				email: 'bela@other.example',
				signed_up_at: NOON - 12 * HOUR,
				unsubscribed_from_emails: true,
			});
			await create('cili', {
				signed_up_at: NOON + 12 * HOUR,
				custom_attributes: { plan: 'basic' },
			});
		});

		it.each<[string, Query, string[]]>([
			['equality', filter('external_id', '=', 'anna'), ['anna']],
			['equality of e-mails in any case', filter('email', '=', 'ANNA@acme.example'), ['anna']],
			['inequality', filter('external_id', '!=', 'anna'), ['bela', 'cili']],
			['a list', filter('external_id', 'IN', ['anna', 'cili']), ['anna', 'cili']],
			['the absence from a list', filter('external_id', 'NIN', ['anna', 'cili']), ['bela']],
			['a part', filter('name', '~', 'kiss'), ['anna']],
			['the absence of a part', filter('name', '!~', 'kiss'), ['bela', 'cili']],
			['a beginning', filter('name', '^', 'Bela'), ['bela']],
			['an end', filter('email', '$', 'other.example'), ['bela']],
			['a domain', filter('email_domain', '=', 'acme.example'), ['anna']],
			['a flag', filter('unsubscribed_from_emails', '=', 'true'), ['bela']],
			['a custom attribute', filter('custom_attributes.plan', '=', 'pro'), ['anna']],
			['the day of an instant', filter('signed_up_at', '=', NOON + 5 * HOUR), ['anna', 'bela']],
			['days after', filter('signed_up_at', '>', NOON - 12 * HOUR), ['cili']],
			[
				'days before, as text',
				filter('signed_up_at', '<', String(NOON + 13 * HOUR)),
				['anna', 'bela'],
			],
			[
				'a date attribute by its day',
				filter('custom_attributes.trial_ends_at', '=', NOON - HOUR),
				['anna'],
			],
			[
				'all of a group',
				group('AND', [filter('name', '~', 'a'), filter('email', '$', 'acme.example')]),
				['anna'],
			],
			[
				'any of a group of groups',
				group('OR', [
					group('AND', [filter('external_id', '=', 'anna'), filter('name', '~', 'Kiss')]),
					group('AND', [filter('external_id', '=', 'bela'), filter('name', '~', 'Kiss')]),
				]),
				['anna'],
			],
		])('finds by %s', async (_, query, expected) => {
			expect(await find(query)).toEqual(expected);
		});

		it.each<[string, Query, string]>([
			['an unknown field', filter('mood', '=', 'good'), 'mood cannot be searched'],
			[
				'an unknown attribute',
				filter('custom_attributes.mood', '=', 'x'),
				'custom_attributes.mood cannot be searched',
			],
			...['!=', 'IN', 'NIN'].map((operator): [string, Query, string] => [
				`a date with ${operator}`,
				filter('signed_up_at', operator, operator === '!=' ? NOON : [NOON]),
				`The operator ${operator} cannot be used with signed_up_at`,
			]),
			[
				'a word as date',
				filter('signed_up_at', '>', 'soon'),
				'signed_up_at takes a unix timestamp',
			],
			['a part of a tag', filter('tag_id', '~', '8'), 'The operator ~ cannot be used with tag_id'],
			[
				'a text that is greater',
				filter('name', '>', 'A'),
				'The operator > cannot be used with name',
			],
			[
				'three levels of groups',
				group('AND', [group('OR', [group('AND', [filter('name', '=', 'A')])])]),
				'Filters can be nested 2 levels deep',
			],
			[
				'sixteen filters in a group',
				group('OR', Array(16).fill(filter('name', '=', 'A')) as Filter[]),
				'A group takes at most 15 filters',
			],
		])('refuses %s', async (_, query, message) => {
			expect(await refusal(intercom.client.contacts.search({ query }))).toMatchObject({
				status: 400,
				message,
			});
		});

		it('compares days in the time zone of the workspace', async () => {
			await intercom.call('PUT', '/_control/settings', { timeZone: 'Europe/Budapest' });
			// Midnight in London is one o'clock in Budapest; noon plus twelve hours is already the next day in both.
			expect(await find(filter('signed_up_at', '=', NOON))).toEqual(['anna', 'bela']);
			await intercom.call('PUT', '/_control/settings', { timeZone: 'America/New_York' });
			expect(await find(filter('signed_up_at', '=', NOON))).toEqual(['anna', 'cili']);
		});

		it('finds by tag, and by its absence', async () => {
			const tag = await intercom.client.tags.create({ name: 'vip' });
			const anna = await intercom.client.contacts.showContactByExternalId({ external_id: 'anna' });
			await intercom.client.tags.tagContact({ contact_id: anna.id, id: tag.id });
			expect(await find(filter('tag_id', '=', tag.id))).toEqual(['anna']);
			expect(await find(filter('tag_id', '!=', tag.id))).toEqual(['bela', 'cili']);
		});

		it('does not find archived contacts', async () => {
			const anna = await intercom.client.contacts.showContactByExternalId({ external_id: 'anna' });
			await intercom.client.contacts.archive({ contact_id: anna.id });
			expect(await find(filter('external_id', '=', 'anna'))).toEqual([]);
		});

		it('pages with a cursor until there is no next page', async () => {
			const query = filter('role', '=', 'user');
			const first = await intercom.client.contacts.search({ query, pagination: { per_page: 2 } });
			expect(first.data.map(({ external_id }) => external_id)).toEqual(['cili', 'bela']);
			expect(first.response).toMatchObject({ total_count: 3, pages: { total_pages: 2 } });
			expect(first.hasNextPage()).toBe(true);
			const second = await first.getNextPage();
			expect(second.data.map(({ external_id }) => external_id)).toEqual(['anna']);
			expect(second.hasNextPage()).toBe(false);
			expect(second.response.pages).not.toHaveProperty('next');
		});
	});

	it('learns late of new contacts and of changes', async () => {
		await create('anna', { name: 'Anna' });
		await intercom.call('PUT', '/_control/settings', { searchLagMs: 60_000 });
		expect(await find(filter('role', '=', 'user'))).toEqual([]);
		await intercom.call('PUT', '/_control/settings', { searchLagMs: 0 });
		expect(await find(filter('name', '=', 'Anna'))).toEqual(['anna']);

		const anna = await intercom.client.contacts.showContactByExternalId({ external_id: 'anna' });
		await intercom.call('PUT', '/_control/settings', { searchLagMs: 60_000 });
		await intercom.client.contacts.update({ contact_id: anna.id, name: 'Annamaria' });
		expect(await find(filter('name', '=', 'Anna'))).toEqual(['anna']);
		expect(await find(filter('name', '=', 'Annamaria'))).toEqual([]);
	});

	it('finds conversations by contact, message and word', async () => {
		const anna = await create('anna');
		const message = await intercom.client.messages.create({
			message_type: 'inapp',
			body: 'Can we help you?',
			from: { type: 'admin', id: 394051 },
			to: { type: 'user', id: anna.id },
			create_conversation_without_contact_reply: true,
		});
		const search = async (query: Filter) => {
			const page = await intercom.client.conversations.search({ query });
			return page.data.map(({ id }) => id);
		};
		const found = [message.conversation_id];
		expect(await search(filter('contact_ids', '=', anna.id))).toEqual(found);
		expect(await search(filter('source.id', '=', message.id))).toEqual(found);
		expect(await search(filter('source.body', '=', 'help'))).toEqual(found);
		expect(await search(filter('source.body', '=', 'help you'))).toEqual([]);
		expect(await search(filter('open', '=', 'false'))).toEqual([]);
	});
});
