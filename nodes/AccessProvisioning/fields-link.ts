import type { INodeProperties } from 'n8n-workflow';
import { pairsField } from '../pairs-field.ts';
import type { LinkPurpose } from '../../lifecycle/signed-link.ts';

/** What a link may be for. Frozen like every value: links in old mails hold them. */
const purposeOptions = [
	{ name: 'Add a Card', value: 'add_card' },
	{ name: 'Come Back', value: 'come_back' },
	{ name: 'Give Feedback', value: 'feedback' },
	{ name: 'Opt Out of Messages', value: 'opt_out' },
	{ name: 'Undo a Cancellation', value: 'undo_cancel' },
] as const satisfies ReadonlyArray<{ name: string; value: LinkPurpose }>;

export const purposeField = {
	displayName: 'Purpose',
	name: 'purpose',
	type: 'options',
	options: [...purposeOptions],
	default: 'add_card',
	description: 'The one thing that the link allows. The page behind it checks this again.',
} as const satisfies INodeProperties;

export const purposesField = {
	displayName: 'Purposes',
	name: 'purposes',
	type: 'multiOptions',
	options: [...purposeOptions],
	default: [],
	required: true,
	description: 'What this page serves. A link for anything else is refused here.',
} as const satisfies INodeProperties;

export const pageUrlField = {
	displayName: 'Page',
	name: 'pageUrl',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. https://n8n.example.com/form/saas-opt-out',
	description: 'The address of the form or webhook that checks the link',
} as const satisfies INodeProperties;

export const validDaysField = {
	displayName: 'Valid for (Days)',
	name: 'validDays',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 400 },
	default: 30,
	description: 'After this time the link opens nothing any more',
} as const satisfies INodeProperties;

export const linkDataField = {
	...pairsField,
	displayName: 'Data',
	name: 'data',
	placeholder: 'Add Entry',
	description:
		'Short facts that the page needs, such as an offer. Whoever has the link can read them, nobody can change them.',
} as const satisfies INodeProperties;

export const tokenField = {
	displayName: 'Token',
	name: 'token',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	placeholder: 'e.g. {{ $json.query.token }}',
	description:
		'What stands behind "?token=" in the address. An empty one is invalid, not an error.',
} as const satisfies INodeProperties;
