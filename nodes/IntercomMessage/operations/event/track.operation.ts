import { idempotencyKey } from '../../../../lifecycle/idempotency-key.ts';
import { Failure } from '../../../../services/failure.ts';
import { isContactId } from '../../../../services/intercom/contacts.ts';
import { readInstant, readPairs } from '../../../input.ts';
import { pairsField } from '../../../pairs-field.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { contactField } from '../../fields.ts';
import { readContactReference, readText } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { tellOfContact } from '../../tell.ts';

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/data-events */
const MOST_METADATA_KEYS = 10;

export const track = defineOperation({
	value: 'track',
	name: 'Track',
	action: 'Track an event',
	description:
		'Tell Intercom what an account did, so that your own Series can react. Told twice with the same time, it counts once.',
	fields: [
		contactField,
		{
			displayName: 'Event Name',
			name: 'eventName',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. trial-started',
			description: 'Past tense, verb and noun, always written the same way',
		},
		{
			displayName: 'Happened At',
			name: 'happenedAt',
			type: 'dateTime',
			default: '',
			required: true,
			description:
				'When it happened, not when this flow runs: by contact, name and second Intercom tells a repeat from a second event',
		},
		{
			...pairsField,
			description: 'Facts about the event, 10 at most. A key that ends in _date takes a date.',
		},
		modeField,
		workspaceField,
	],
	lane: ({ contact }) => contact,
	async run(params, services) {
		const { intercom, timeZone, store } = services;
		const reference = readContactReference(params.contact);
		const eventName = readText(params.eventName, 'Event Name');
		const happenedAt = readInstant(params.happenedAt, 'Happened At', timeZone);
		const metadata = readMetadata(params.metadata.entry, timeZone);
		// Leads are known by their contact id alone.
		const contactId = isContactId(reference) ? reference : null;
		const accountId =
			contactId === null
				? reference
				: ((await store.partition(params).accounts.find({ contactId }))?.accountId ?? null);
		await intercom.events.create({
			...(contactId === null ? { user_id: reference } : { id: contactId }),
			event_name: eventName,
			created_at: toSeconds(happenedAt),
			...(Object.keys(metadata).length > 0 ? { metadata } : {}),
		});
		const seconds = String(toSeconds(happenedAt));
		const warning = await tellOfContact(
			services,
			params,
			{ external_id: accountId },
			{
				kind: 'event_tracked',
				// As Intercom tells a repeat from a second event.
				key: idempotencyKey('event_tracked', accountId ?? '', eventName, seconds),
				at: happenedAt,
				data: { eventName },
			},
		);
		return {
			...(contactId === null ? { accountId: reference } : { contactId }),
			eventName,
			happenedAt: happenedAt.toISOString(),
			tracked: true,
			...warning,
		};
	},
});

function readMetadata(
	rows: Parameters<typeof readPairs>[0],
	timeZone: string,
): Record<string, string> {
	const pairs = Object.entries(readPairs(rows));
	if (pairs.length > MOST_METADATA_KEYS) {
		throw new Failure(
			`An event takes ${MOST_METADATA_KEYS} keys of metadata, not ${pairs.length}`,
			{
				hint: 'Intercom drops all others without a word.',
			},
		);
	}
	return Object.fromEntries(
		pairs.map(([key, value]) => [
			key,
			key.endsWith('_date') ? toDate(key, value, timeZone) : value,
		]),
	);
}

function toDate(key: string, value: string, timeZone: string): string {
	return /^\d+$/.test(value) ? value : String(toSeconds(readInstant(value, key, timeZone)));
}

function toSeconds(instant: Date): number {
	return Math.floor(instant.getTime() / 1000);
}
