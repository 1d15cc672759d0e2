import { Ajv } from 'ajv';
import qs from 'qs';
import { loadContract } from '../support/contract.ts';

const SUBSCRIPTION = 'customer=cus_1&items[0][price]=price_1';
const FROM = { type: 'admin', id: 394051 };
const TO = { type: 'user', id: '6762f0dd1bb69f9f2193bb83' };

describe('the contract of the SDKs', () => {
	const contract = loadContract();

	const GOOD_FORMS: Array<[type: string, body: string]> = [
		[
			'StripeSubscriptionCreate',
			`${SUBSCRIPTION}&trial_period_days=14&trial_settings[end_behavior][missing_payment_method]=pause&metadata[k]=v`,
		],
		['StripeSubscriptionCreate', `${SUBSCRIPTION}&trial_end=now`],
		['StripeSubscriptionCreate', `${SUBSCRIPTION}&trial_end=1800000000&expand[]=latest_invoice`],
		[
			'StripeSubscriptionCreate',
			'customer=cus_1&items[0][price]=price_1&items[0][current_trial][trial_offer]=to_1',
		],
		['StripeSubscriptionResume', 'billing_cycle_anchor[type]=now'],
		['StripeSubscriptionUpdate', 'trial_end=1800000000&proration_behavior=none'],
		['StripeSubscriptionUpdate', 'cancel_at=&pause_collection='],
		[
			'StripeCheckoutSessionCreate',
			'mode=subscription&payment_method_collection=if_required&line_items[0][price]=price_1&line_items[0][quantity]=1&subscription_data[trial_period_days]=14&success_url=https://example.com',
		],
		['StripePortalSessionCreate', 'customer=cus_1&flow_data[type]=payment_method_update'],
		['StripeTestClockAdvance', 'frozen_time=1800000000'],
		['StripeCustomerList', 'email=a%40example.com&limit=3&created[gte]=1700000000'],
		['StripeExpand', 'expand[0]=customer'],
	];

	const BAD_FORMS: Array<[type: string, body: string, problem: string]> = [
		[
			'StripeSubscriptionCreate',
			`${SUBSCRIPTION}&trial_settings[end_behavior][missing_payment_method]=explode`,
			'/trial_settings/end_behavior/missing_payment_method is "explode", expected "cancel" | "create_invoice" | "pause"',
		],
		[
			'StripeSubscriptionCreate',
			`${SUBSCRIPTION}&trial_settings[end_behavior][bogus]=1`,
			'/trial_settings/end_behavior/bogus is unknown',
		],
		['StripeSubscriptionCreate', `${SUBSCRIPTION}&trial_dayz=3`, '/trial_dayz is unknown'],
		[
			'StripeSubscriptionCreate',
			`${SUBSCRIPTION}&trial_period_days=abc`,
			'/trial_period_days is "abc", expected number',
		],
		['StripeSubscriptionCreate', `${SUBSCRIPTION}&coupon=c`, '/coupon is unknown'],
		[
			'StripeSubscriptionResume',
			'billing_cycle_anchor=now',
			'/billing_cycle_anchor is "now", expected object',
		],
		[
			'StripeCheckoutSessionCreate',
			'mode=subscription&payment_method_types[0]=card',
			'/payment_method_types is unknown',
		],
		[
			'StripePortalSessionCreate',
			'customer=cus_1&flow_data[type]=payment_method_renew',
			'/flow_data/type is "payment_method_renew"',
		],
		['StripeTestClockAdvance', '', '/frozen_time is missing'],
	];

	const GOOD_VALUES: Array<[type: string, value: unknown]> = [
		[
			'IntercomContactCreate',
			{
				external_id: 'u_1',
				email: 'a@example.com',
				role: 'user',
				custom_attributes: { trial_ends_at: 1800000000 },
			},
		],
		['IntercomMessageCreate', { message_type: 'inapp', body: 'Hi', from: FROM, to: TO }],
		[
			'IntercomMessageCreate',
			{
				message_type: 'email',
				subject: 'Hi',
				body: 'Hi',
				template: 'plain',
				from: FROM,
				to: TO,
			},
		],
		[
			'IntercomEventCreate',
			{
				event_name: 'trial-started',
				created_at: 1800000000,
				user_id: 'u_1',
				metadata: { days: 14, price: { amount: 900, currency: 'eur' } },
			},
		],
		[
			'IntercomContactMerge',
			{ from: '5d70dd30de4efd54f42fd526', into: '5ba682d23d7cf92bef87bfd4' },
		],
		['IntercomContactArchived', { type: 'contact', id: '1', external_id: null, archived: true }],
		['StripeDeletedCustomer', { id: 'cus_1', object: 'customer', deleted: true }],
	];

	const BAD_VALUES: Array<[type: string, value: unknown, problem: string]> = [
		['IntercomContactCreate', { email: 'a@example.com', bogus: 1 }, '/bogus is unknown'],
		[
			'IntercomMessageCreate',
			{ message_type: 'email', body: 'Hi', template: 'plain', from: FROM, to: TO },
			'/subject is missing',
		],
		[
			'IntercomMessageCreate',
			{ message_type: 'inapp', body: 'Hi', from: { type: 'admin', id: '394051' }, to: TO },
			'/from/id is "394051", expected number',
		],
		[
			'IntercomMessageCreate',
			{ message_type: 'pigeon', body: 'Hi', from: FROM, to: TO },
			'/message_type is "pigeon"',
		],
		[
			'IntercomEventCreate',
			{ event_name: 'trial-started', created_at: 'now', user_id: 'u_1' },
			'/created_at is "now", expected number',
		],
		['StripeDeletedCustomer', { id: 'cus_1', object: 'customer' }, '/deleted is missing'],
		['StripeCustomer', { id: 'cus_1', object: 'customer', deleted: true }, '/deleted is unknown'],
		['StripeEvent', { object: 'event', type: 'invoice.payd' }, '/type is "invoice.payd"'],
	];

	it.each(GOOD_FORMS)('takes %s %s', (type, body) => {
		expect(contract.form(type, body)).toEqual([]);
	});

	it.each(BAD_FORMS)('refuses %s %s', (type, body, problem) => {
		expect(contract.form(type, body).join('\n')).toContain(problem);
	});

	it.each(GOOD_VALUES)('takes %s %j', (type, value) => {
		expect(contract.json(type, value)).toEqual([]);
	});

	it.each(BAD_VALUES)('refuses %s %j', (type, value, problem) => {
		expect(contract.json(type, value).join('\n')).toContain(problem);
	});

	it('names the arm of a union that was meant, and only that', () => {
		const event = {
			id: 'evt_1',
			object: 'event',
			type: 'customer.created',
			api_version: '2026-10-28.endive',
			created: 1800000000,
			livemode: false,
			pending_webhooks: 0,
			request: null,
			data: { object: 'cus_1' },
		};
		expect(contract.json('StripeEvent', event)).toEqual([
			'/data/object is "cus_1", expected object',
		]);
	});

	it('agrees with Ajv about request bodies', () => {
		const schema = { $id: 'contract', definitions: contract.definitions };
		const verdict = (ajv: Ajv, type: string, value: unknown) =>
			ajv.compile({ $ref: `contract#/definitions/root_${type}` })(value);
		const ajv = new Ajv({ strict: false });
		const coercing = new Ajv({ strict: false, coerceTypes: true });
		for (const one of [ajv, coercing]) one.addSchema(schema);

		const isRequest = ([type]: readonly [string, ...unknown[]]) =>
			!/^Stripe(Customer|Event)$/.test(type);
		for (const [type, body] of [...GOOD_FORMS, ...BAD_FORMS]) {
			expect([type, body, verdict(coercing, type, qs.parse(body))]).toEqual([
				type,
				body,
				contract.form(type, body).length === 0,
			]);
		}
		for (const [type, value] of [...GOOD_VALUES, ...BAD_VALUES].filter(isRequest)) {
			expect([type, value, verdict(ajv, type, value)]).toEqual([
				type,
				value,
				contract.json(type, value).length === 0,
			]);
		}
	});

	it('refuses a type that it does not know', () => {
		expect(() => contract.json('StripeUnicorn', {})).toThrow(
			'The contract has no type StripeUnicorn',
		);
	});
});
