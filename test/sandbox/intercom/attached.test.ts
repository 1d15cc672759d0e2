import type { Intercom } from 'intercom-client';
import { refusal, startIntercom, type IntercomUnderTest } from '../../support/intercom.ts';

const USER_NOT_FOUND = { status: 404, code: 'not_found', message: 'User Not Found' };
const RESOURCE_NOT_FOUND = { status: 404, code: 'not_found', message: 'Resource Not Found' };
const COMPANY_NOT_FOUND = { status: 404, code: 'company_not_found', message: 'Company Not Found' };

describe('what hangs on contacts of the Intercom stand-in', () => {
	let intercom: IntercomUnderTest;
	let annaId: string;

	beforeEach(async () => {
		intercom = await startIntercom();
		annaId = (await intercom.client.contacts.create({ external_id: 'acc_1' })).id;
	});
	afterEach(async () => await intercom.close());

	describe('tags', () => {
		it('are made once per name, applied by id, and taken away', async () => {
			const { tags } = intercom.client;
			const tag = await tags.create({ name: 'trial' });
			expect(await tags.create({ name: 'trial' })).toEqual(tag);
			const applied = await tags.tagContact({ contact_id: annaId, id: tag.id });
			expect(applied).toMatchObject({ id: tag.id, name: 'trial', applied_at: expect.any(Number) });
			expect(await tags.tagContact({ contact_id: annaId, id: tag.id })).toEqual(applied);
			expect(
				(await intercom.client.contacts.listAttachedTags({ contact_id: annaId })).data,
			).toEqual([applied]);
			await tags.untagContact({ contact_id: annaId, tag_id: tag.id });
			expect(
				(await intercom.client.contacts.listAttachedTags({ contact_id: annaId })).data,
			).toEqual([]);
		});

		it('tell an unknown contact from an unknown tag', async () => {
			const tag = await intercom.client.tags.create({ name: 'trial' });
			const apply = async (contact_id: string, id: string) =>
				await refusal(intercom.client.tags.tagContact({ contact_id, id }));
			expect(await apply('nobody', tag.id)).toEqual(USER_NOT_FOUND);
			expect(await apply(annaId, 'trial')).toEqual(RESOURCE_NOT_FOUND);
		});

		it('leave every contact when they are deleted', async () => {
			const tag = await intercom.client.tags.create({ name: 'trial', users: [{ id: annaId }] });
			await intercom.client.tags.delete({ tag_id: tag.id });
			expect(await intercom.client.contacts.find({ contact_id: annaId })).toMatchObject({
				tags: { total_count: 0 },
			});
			expect((await intercom.client.tags.list()).data).toEqual([]);
		});
	});

	describe('notes', () => {
		it('are written by an admin, and again when they are written again', async () => {
			const { notes } = intercom.client;
			const note = await notes.create({ contact_id: annaId, body: 'Hello', admin_id: '394052' });
			expect(note).toMatchObject({ body: '<p>Hello</p>', author: { name: 'Acme Support' } });
			await notes.create({ contact_id: annaId, body: 'Hello' });
			expect((await notes.list({ contact_id: annaId })).response).toMatchObject({ total_count: 2 });
			expect(await notes.find({ note_id: Number(note.id) })).toEqual(note);
		});

		it('tell an unknown contact from an unknown admin', async () => {
			const write = async (contact_id: string, admin_id: string) =>
				await refusal(intercom.client.notes.create({ contact_id, admin_id, body: 'Hello' }));
			expect(await write('nobody', '394051')).toEqual(USER_NOT_FOUND);
			expect(await write(annaId, '1')).toEqual(RESOURCE_NOT_FOUND);
		});
	});

	describe('companies', () => {
		const acme = { company_id: 'org_1', name: 'Acme', plan: 'Pro', monthly_spend: 99.9 };

		it('are created or updated by the own id, with whole amounts', async () => {
			const { companies } = intercom.client;
			const created = await companies.createOrUpdate(acme);
			expect(created).toMatchObject({
				company_id: 'org_1',
				plan: { name: 'Pro' },
				monthly_spend: 99,
			});
			const updated = await companies.createOrUpdate({ company_id: 'org_1', size: 12 });
			expect(updated).toMatchObject({ id: created.id, name: 'Acme', size: 12, monthly_spend: 99 });
			expect(
				await refusal(companies.createOrUpdate({ ...acme, monthly_spend: 2 ** 31 })),
			).toMatchObject({ status: 400 });
		});

		it('show up only while somebody belongs to them', async () => {
			const { companies } = intercom.client;
			const { id } = await companies.createOrUpdate(acme);
			expect(await refusal(companies.retrieve({ company_id: 'org_1' }))).toEqual(COMPANY_NOT_FOUND);
			await companies.attachContact({ contact_id: annaId, id });
			expect(await companies.retrieve({ company_id: 'org_1' })).toMatchObject({
				id,
				user_count: 1,
			});
			expect((await companies.list()).data.map((company) => company.id)).toEqual([id]);
			expect((await companies.listAttachedContacts({ company_id: id })).data).toMatchObject([
				{ id: annaId },
			]);
			const attached = await intercom.client.contacts.listAttachedCompanies({ contact_id: annaId });
			const ids = [];
			for await (const company of attached) ids.push(company.id);
			expect(ids).toEqual([id]);

			await companies.detachContact({ contact_id: annaId, company_id: id });
			expect(await refusal(companies.retrieve({ company_id: 'org_1' }))).toEqual(COMPANY_NOT_FOUND);
		});

		it('are refused when unknown, and beyond a thousand per contact', async () => {
			const { companies } = intercom.client;
			expect(await refusal(companies.attachContact({ contact_id: annaId, id: 'no' }))).toEqual(
				COMPANY_NOT_FOUND,
			);
			const attach = async (company_id: string) => {
				const { id } = await companies.createOrUpdate({ company_id });
				await companies.attachContact({ contact_id: annaId, id });
			};
			const thousand = Array.from({ length: 1_000 }, (_, count) => `org_${count}`);
			for (let start = 0; start < 1_000; start += 100) {
				await Promise.all(thousand.slice(start, start + 100).map(attach));
			}
			expect(await refusal(attach('one too many'))).toMatchObject({
				status: 400,
				code: 'contact_company_limit_exceeded',
			});
		}, 30_000);
	});

	describe('data events', () => {
		const started = { event_name: 'trial-started', created_at: 1_800_000_000 };

		interface State {
			readonly events: Array<{ name: string; repeats: number; metadata: object }>;
		}

		it('are accepted without a body, and repeats are ignored by time, name and person', async () => {
			const { events } = intercom.client;
			expect(await events.create({ ...started, user_id: 'acc_1' })).toBeUndefined();
			await events.create({ ...started, user_id: 'acc_1', metadata: { plan: 'pro' } });
			await events.create({ ...started, id: annaId });
			await events.create({ ...started, created_at: 1_800_000_001, user_id: 'acc_1' });
			expect((await intercom.state<State>()).events).toMatchObject([
				{ name: 'trial-started', repeats: 2, metadata: {} },
				{ name: 'trial-started', repeats: 0 },
			]);
		});

		it('keep the first ten keys that a name ever had', async () => {
			const keys = (from: number, to: number) =>
				Object.fromEntries(
					Array.from({ length: to - from }, (_, index) => [`k${from + index}`, 'v'] as const),
				);
			const create = async (created_at: number, metadata: Record<string, string>) =>
				await intercom.client.events.create({ ...started, created_at, user_id: 'acc_1', metadata });
			await create(1, keys(0, 8));
			await create(2, keys(6, 14));
			const { events } = await intercom.state<State>();
			expect(Object.keys(events[0]?.metadata ?? {})).toHaveLength(8);
			expect(events[1]?.metadata).toEqual(keys(6, 10));
		});

		it.each<[string, Record<string, unknown>, object]>([
			['an unknown person', { user_id: 'nobody' }, USER_NOT_FOUND],
			['nobody', {}, { status: 400, message: 'One of id, user_id or email is required' }],
			[
				'no time',
				{ user_id: 'acc_1', created_at: undefined },
				{ status: 400, message: 'created_at is required' },
			],
			[
				'nested metadata',
				{ user_id: 'acc_1', metadata: { plan: { name: 'pro' } } },
				{ status: 400, message: 'metadata.plan cannot be nested' },
			],
		])('are refused with %s', async (_, changes, expected) => {
			const event = { ...started, ...changes } as unknown as Intercom.CreateDataEventRequest;
			expect(await refusal(intercom.client.events.create(event))).toMatchObject(expected);
		});

		it('of leads are addressed by id only', async () => {
			const lead = await intercom.client.contacts.create({
				role: 'lead',
				email: 'lead@example.com',
			} as Intercom.CreateContactRequest);
			const byEmail = intercom.client.events.create({ ...started, email: 'lead@example.com' });
			expect(await refusal(byEmail)).toEqual(USER_NOT_FOUND);
			await intercom.client.events.create({ ...started, id: lead.id });
		});

		it('take numbers, links and money, and are listed for 90 days, newest first', async () => {
			const now = Math.floor(Date.now() / 1000);
			const track = async (event_name: string, created_at: number, metadata = {}) =>
				await intercom.call('POST', '/events', {
					event_name,
					created_at,
					user_id: 'acc_1',
					metadata,
				});
			await track('too-old', now - 91 * 86_400);
			await track('first', now - 60, { days: 14 });
			await track('second', now, {
				link: { url: 'https://example.com', value: 'Board' },
				price: { amount: 900, currency: 'eur' },
			});
			const list = async (more: string) =>
				(await intercom.call('GET', `/events?type=user&user_id=acc_1${more}`)).body as {
					events: Array<{ event_name: string }>;
					pages: { next?: string };
				};
			const first = await list('&per_page=1');
			expect(first.events.map((event) => event.event_name)).toEqual(['second']);
			const next = new URL(first.pages.next ?? '');
			const { body } = await intercom.call('GET', `${next.pathname}${next.search}`);
			expect(body).toMatchObject({ events: [{ event_name: 'first' }], pages: {} });
			expect(await list('&summary=true')).toMatchObject({ type: 'event.summary' });
		});
	});

	describe('subscriptions', () => {
		it('list choices only: opted out of what is opt-out, opted in to what is opt-in', async () => {
			const types = (await intercom.client.subscriptionTypes.list()).data ?? [];
			expect(types.map(({ consent_type }) => consent_type)).toEqual([
				'opt_out',
				'opt_out',
				'opt_in',
			]);
			const { contacts } = intercom.client;
			const chosen = async () => {
				const { data } = await contacts.listAttachedSubscriptions({ contact_id: annaId });
				return data?.map(({ id }) => id);
			};
			expect(await chosen()).toEqual([]);
			const id = types[0]?.id ?? '';
			await contacts.attachSubscription({ contact_id: annaId, id, consent_type: 'opt_out' });
			expect(await chosen()).toEqual([id]);
			await contacts.detachSubscription({ contact_id: annaId, subscription_id: id });
			expect(await chosen()).toEqual([]);
			expect(
				await refusal(
					contacts.attachSubscription({ contact_id: annaId, id, consent_type: 'opt_in' }),
				),
			).toMatchObject({ status: 400 });
			expect(
				await refusal(
					contacts.attachSubscription({ contact_id: annaId, id: '1', consent_type: 'opt_in' }),
				),
			).toEqual(RESOURCE_NOT_FOUND);
		});
	});

	describe('data attributes', () => {
		const create = async (attribute: object) =>
			await intercom.client.dataAttributes.create(
				attribute as unknown as Intercom.CreateDataAttributeRequest,
			);

		it('are there for what the product writes, and can be added and archived', async () => {
			const { data = [] } = await intercom.client.dataAttributes.list({ model: 'contact' });
			expect(data.filter(({ custom }) => custom).map(({ name }) => name)).toEqual([
				'account_id',
				'stage',
				'plan',
				'language',
				'trial_ends_at',
				'access_level',
				'instance_url',
				'cancellation_reason',
			]);
			const color = { name: 'color', model: 'contact' };
			const options = [{ value: 'red' }, { value: 'blue' }];
			const { id } = await create({ ...color, data_type: 'options', options });
			const paint = async (value: string) =>
				await intercom.client.contacts.update({
					contact_id: annaId,
					custom_attributes: { color: value },
				});
			expect(await paint('red')).toMatchObject({ custom_attributes: { color: 'red' } });
			expect(await refusal(paint('green'))).toMatchObject({ status: 400 });
			await intercom.call('PUT', `/data_attributes/${id}`, { archived: true });
			expect(await refusal(paint('red'))).toMatchObject({
				message: "Custom attribute 'color' does not exist",
			});
		});

		it.each<[string, object, string]>([
			[
				'a name of the other model',
				{ name: 'plan', model: 'company', data_type: 'string' },
				"You already have 'plan' in your people data. To save this as new company data, use a different name.",
			],
			[
				'a standard name',
				{ name: 'email', model: 'contact', data_type: 'string' },
				"'email' is one of our standard attributes for your people data. To save this as new people data, use a different name.",
			],
			[
				'a dotted name',
				{ name: 'a.b', model: 'contact', data_type: 'string' },
				'Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens',
			],
			[
				'another type',
				{ name: 'x', model: 'contact', data_type: 'json' },
				"Data Type isn't an option",
			],
			[
				'one option',
				{ name: 'x', model: 'contact', data_type: 'options', options: [{ value: 'a' }] },
				'You must have at least two options on a list type data attribute',
			],
		])('are refused with %s', async (_, attribute, message) => {
			expect(await refusal(create(attribute))).toEqual({
				status: 400,
				code: 'parameter_invalid',
				message,
			});
		});
	});
});
