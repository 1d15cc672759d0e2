import type { INodeProperties } from 'n8n-workflow';

/** Which part of the lifecycle store an operation works in. */

export const workspaceField = {
	displayName: 'Workspace',
	name: 'workspace',
	type: 'string',
	default: 'default',
	description:
		'Keeps the accounts of several clients apart in one n8n. Leave it as it is unless you run flows for several companies.',
} as const satisfies INodeProperties;

export const modeField = {
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	default: 'live',
	options: [
		{ name: 'Live', value: 'live' },
		{ name: 'Test', value: 'test' },
	],
	description:
		'Keeps test people apart from real ones. Take it from the Stripe Trial node: it is the mode of the key.',
} as const satisfies INodeProperties;
