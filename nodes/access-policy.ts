import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_ACCESS_POLICY, type AccessPolicy } from '../lifecycle/access.ts';
import { Failure } from '../services/failure.ts';

/** The numbers of the ladder. */
export const policyField = {
	displayName: 'Policy',
	name: 'policy',
	type: 'collection',
	placeholder: 'Add Rule',
	default: {},
	description: 'How long people keep what; without rules the usual ones hold',
	options: [
		{
			displayName: 'Days of Grace After a Failed Payment',
			name: 'graceDays',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 7,
			description: 'Full use with a notice, from the first failed payment; then read-only',
		},
		{
			displayName: 'Days of Read-Only After a Lapsed Trial',
			name: 'lapsedReadOnlyDays',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 14,
			description: 'From the end of the trial; then suspended',
		},
		{
			displayName: 'While Paused on Request',
			name: 'whenPaused',
			type: 'options',
			default: 'read_only',
			options: [
				{ name: 'Full', value: 'full' },
				{ name: 'Read-Only', value: 'read_only' },
				{ name: 'Suspended', value: 'suspended' },
			],
			description: 'Access while a subscription rests because somebody asked for it',
		},
	],
} as const satisfies INodeProperties;

/** The whole ladder: the usual numbers where the panel has none. */
export function readPolicy(rules: Partial<AccessPolicy>): AccessPolicy {
	const policy = { ...DEFAULT_ACCESS_POLICY, ...rules };
	if (policy.graceDays >= 0 && policy.lapsedReadOnlyDays >= 0) return policy;
	throw new Failure('The days of a policy cannot be negative');
}
