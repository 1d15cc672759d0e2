import { idempotencyKey } from '../../../../lifecycle/idempotency-key.ts';
import { findRecipient } from '../../../../services/intercom/contacts.ts';
import { readInstant, readPairs } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { contactField, customAttributesField } from '../../fields.ts';
import { readContactReference, readText } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { tellOfContact } from '../../tell.ts';

export const createOrUpdate = defineOperation({
	value: 'createOrUpdate',
	name: 'Create or Update',
	action: 'Create or update a company',
	description: 'Create a company or bring it up to date, with the contact that belongs to it',
	fields: [
		{
			displayName: 'Company ID',
			name: 'companyId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. team_42',
			description: "Your product's own ID of the company; it can never be changed in Intercom",
		},
		{
			...contactField,
			description:
				'Account ID (external ID) or Intercom contact ID of somebody who belongs to it. Intercom does not show companies without people.',
		},
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{ displayName: 'Created At', name: 'createdAt', type: 'dateTime', default: '' },
				{ displayName: 'Industry', name: 'industry', type: 'string', default: '' },
				{
					displayName: 'Monthly Spend',
					name: 'monthlySpend',
					type: 'number',
					default: 0,
					description: 'In whole units of your currency; Intercom drops what is behind the point',
				},
				{ displayName: 'Name', name: 'name', type: 'string', default: '' },
				{ displayName: 'Plan', name: 'plan', type: 'string', default: '' },
				{ displayName: 'Size', name: 'size', type: 'number', default: 0 },
				{ displayName: 'Website', name: 'website', type: 'string', default: '' },
			],
		},
		customAttributesField,
		modeField,
		workspaceField,
	],
	lane: ({ companyId }) => companyId,
	async run(params, services) {
		const { intercom, timeZone } = services;
		const companyId = readText(params.companyId, 'Company ID');
		const reference = readContactReference(params.contact);
		const { name, plan, size, website, industry, monthlySpend, createdAt } =
			params.additionalFields;
		const attributes = readPairs(params.customAttributes.attribute);
		const createdAtSeconds = createdAt
			? Math.floor(readInstant(createdAt, 'Created At', timeZone).getTime() / 1000)
			: undefined;
		const contact = await findRecipient(intercom, reference);
		const details = {
			company_id: companyId,
			...(name ? { name } : {}),
			...(plan ? { plan } : {}),
			...(website ? { website } : {}),
			...(industry ? { industry } : {}),
			...(size === undefined ? {} : { size: Math.trunc(size) }),
			...(monthlySpend === undefined ? {} : { monthly_spend: Math.trunc(monthlySpend) }),
			...(createdAtSeconds === undefined ? {} : { remote_created_at: createdAtSeconds }),
			...(Object.keys(attributes).length > 0 ? { custom_attributes: attributes } : {}),
		};
		const company = await intercom.companies.createOrUpdate(details);
		await intercom.companies.attachContact({ contact_id: contact.id, id: company.id });
		const warning = await tellOfContact(services, params, contact, {
			kind: 'company_updated',
			// Intercom does not say whether anything was new: the same details, given again, are no news.
			key: idempotencyKey('company_updated', contact.id, JSON.stringify(details)),
			data: { contactId: contact.id, companyId },
		});
		return {
			companyId: company.company_id,
			intercomCompanyId: company.id,
			name: company.name,
			plan: company.plan?.name ?? null,
			size: company.size ?? null,
			monthlySpend: company.monthly_spend,
			contactId: contact.id,
			accountId: contact.external_id ?? null,
			...warning,
		};
	},
});
