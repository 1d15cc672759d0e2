import type { Intercom } from 'intercom-client';
import { upsertContact } from '../../../../services/intercom/contacts.ts';
import type { TimelineNews } from '../../../../services/store/journal.ts';
import { readAccountId, readEmail, readInstant, readPairs } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { customAttributesField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';
import { toConsent, toContactRow } from '../../rows.ts';

export const createOrUpdate = defineOperation({
	value: 'createOrUpdate',
	name: 'Create or Update',
	action: 'Create or update a contact',
	description:
		'Create the contact of an account, or bring it up to date. Two flows doing it at once end in one contact, and leads with the same e-mail become part of it.',
	fields: [
		{
			displayName: 'Account ID',
			name: 'accountId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. acct_42',
			description:
				"Your product's own ID of this account: the external ID of the contact. Must be the one that your Messenger identifies people by.",
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. ada@example.com',
		},
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. Ada Lovelace',
				},
				{
					displayName: 'Phone',
					name: 'phone',
					type: 'string',
					default: '',
					placeholder: 'e.g. +36301234567',
				},
				{
					displayName: 'Signed Up At',
					name: 'signedUpAt',
					type: 'dateTime',
					default: '',
				},
			],
		},
		{
			displayName: 'Trial Attributes',
			name: 'trialAttributes',
			type: 'collection',
			placeholder: 'Add Attribute',
			default: {},
			description:
				'Custom attributes that tell Intercom where the account stands, so that your own Series can use them. They must exist in Intercom: Settings > Data > People.',
			options: [
				{
					displayName: 'Access Level',
					name: 'access_level',
					type: 'string',
					default: '',
					placeholder: 'e.g. full',
				},
				{
					displayName: 'Instance URL',
					name: 'instance_url',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://app.example.com/acme',
				},
				{
					displayName: 'Language',
					name: 'language',
					type: 'string',
					default: '',
					placeholder: 'e.g. hu',
					description:
						"Intercom's own language of a contact cannot be set from outside, hence an attribute",
				},
				{ displayName: 'Plan', name: 'plan', type: 'string', default: '' },
				{
					displayName: 'Stage',
					name: 'stage',
					type: 'string',
					default: '',
					placeholder: 'e.g. trialing',
				},
				{
					displayName: 'Trial Ends At',
					name: 'trial_ends_at',
					type: 'dateTime',
					default: '',
					description: 'Written as a date attribute, so that "3 days before" works in a Series',
				},
			],
		},
		customAttributesField,
		modeField,
		workspaceField,
	],
	lane: ({ accountId }) => accountId,
	async run(params, { intercom, timeZone, now, journal }) {
		const { signedUpAt, ...details } = params.additionalFields;
		const { trial_ends_at: trialEndsAt, ...trialAttributes } = params.trialAttributes;
		const toSeconds = (value: string, name: string) =>
			Math.floor(readInstant(value, name, timeZone).getTime() / 1000);
		const { contact, isNew, changed } = await upsertContact(intercom, {
			accountId: readAccountId(params.accountId),
			email: readEmail(params.email),
			...details,
			...(signedUpAt ? { signedUpAt: readInstant(signedUpAt, 'Signed Up At', timeZone) } : {}),
			attributes: {
				...readPairs(params.customAttributes.attribute),
				...trialAttributes,
				...(trialEndsAt ? { trial_ends_at: toSeconds(trialEndsAt, 'Trial Ends At') } : {}),
			},
		});
		const warning = await journal.tell(params, {
			accountId: params.accountId,
			facts: {
				accountId: params.accountId,
				at: now(),
				email: contact.email ?? null,
				name: contact.name ?? null,
				contactId: contact.id,
				consent: toConsent(contact),
			},
			event: eventsOf(contact, isNew, changed),
		});
		return { ...toContactRow(contact), isNew, ...warning };
	},
});

/** Who makes sure of a contact says when it was made, and what was changed of it. */
function eventsOf(
	{ id: contactId, created_at: createdAt }: Intercom.Contact,
	isNew: boolean,
	changed: readonly string[],
): TimelineNews[] {
	return [
		{
			kind: 'contact_created',
			key: `contact_created/${contactId}`,
			...(createdAt && { at: new Date(createdAt * 1000) }),
			data: { contactId },
			isOurs: isNew,
		},
		...(changed.length === 0 ? [] : [{ kind: 'contact_updated', data: { contactId, changed } }]),
	];
}
