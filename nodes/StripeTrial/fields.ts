import type { INodeProperties } from 'n8n-workflow';
import { pairsField } from '../pairs-field.ts';

/** Who is meant, and what every kind of operation shares. */

export const accountIdField = {
	displayName: 'Account ID',
	name: 'accountId',
	type: 'string',
	default: '',
	placeholder: 'e.g. acct_42',
	description:
		"Your product's own ID of this account. Leave empty to use one made from the e-mail: the same for every spelling of it.",
} as const satisfies INodeProperties;

export const emailField = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. ada@example.com',
	description: 'Address of the person the account belongs to',
} as const satisfies INodeProperties;

export const nameField = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. Ada Lovelace',
	description: 'Name of the customer in Stripe',
} as const satisfies INodeProperties;

export const phoneField = {
	displayName: 'Phone',
	name: 'phone',
	type: 'string',
	default: '',
	placeholder: 'e.g. +36 30 123 4567',
} as const satisfies INodeProperties;

export const languageField = {
	displayName: 'Language',
	name: 'language',
	type: 'string',
	default: '',
	placeholder: 'e.g. hu',
	description: "Language of Stripe's e-mails and pages for this customer",
} as const satisfies INodeProperties;

export const localeField = {
	displayName: 'Language of the Page',
	name: 'locale',
	type: 'string',
	default: '',
	placeholder: 'e.g. hu',
	description: "Not set: the language of the customer or of the customer's browser",
} as const satisfies INodeProperties;

export const metadataField = {
	...pairsField,
	description: 'Your own notes on the object in Stripe',
} as const satisfies INodeProperties;

export const testClockField = {
	displayName: 'Test Clock',
	name: 'testClockId',
	type: 'string',
	default: '',
	placeholder: 'e.g. clock_...',
	description: 'Which test clock of Stripe. Test mode only.',
} as const satisfies INodeProperties;

export const requestKeyField = {
	displayName: 'Request Key',
	name: 'requestKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. ticket-4711',
	description:
		'Identity of this request: run again with the same key, nothing is done twice. Leave empty to take the request itself for its identity.',
} as const satisfies INodeProperties;

export const dryRunField = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description:
		'Whether to tell only what would happen and what it would cost, simplified in any case, and change nothing',
} as const satisfies INodeProperties;

export const testModeOnlyField = {
	displayName: 'Test Mode Only',
	name: 'testModeOnly',
	type: 'boolean',
	default: false,
	description: 'Whether to refuse a live key, before Stripe is asked for anything',
} as const satisfies INodeProperties;

export const simplifyField = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
} as const satisfies INodeProperties;

export const metadataFilterField = {
	...metadataField,
	displayName: 'With Metadata',
	description: 'Only objects that have all of these. Stripe finds new ones after a minute.',
} as const satisfies INodeProperties;

export const createdAfterField = {
	displayName: 'Created After',
	name: 'createdAfter',
	type: 'dateTime',
	default: '',
	description: "In the workflow's time zone",
} as const satisfies INodeProperties;

export const createdBeforeField = {
	displayName: 'Created Before',
	name: 'createdBefore',
	type: 'dateTime',
	default: '',
	description: "In the workflow's time zone",
} as const satisfies INodeProperties;
