import type { INodeProperties } from 'n8n-workflow';
import { readList } from '../input.ts';
import { ONE_TRIAL_EVER, type TrialPolicy } from '../../lifecycle/eligibility.ts';

/** The rules by which a trial is given: the same wherever one is asked about, started or offered. */

export const overrideReasonField = {
	displayName: 'Allow Another Trial',
	name: 'overrideReason',
	type: 'string',
	default: '',
	placeholder: 'e.g. agreed with sales',
	description:
		'Your reason to give a trial to somebody who already had one. Never opens a second subscription beside a live one.',
} as const satisfies INodeProperties;

export const coolOffField = {
	displayName: 'Another Trial After (Days)',
	name: 'coolOffDays',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 365,
	description: 'Days after which someone who had a trial may have another. Not set: never.',
} as const satisfies INodeProperties;

export const blockedDomainsField = {
	displayName: 'Blocked Domains',
	name: 'blockedDomains',
	type: 'string',
	default: '',
	placeholder: 'e.g. mailinator.com, tempmail.org',
	description: 'E-mail domains, separated by commas, whose people get no trial',
} as const satisfies INodeProperties;

export const oneTrialPerCardField = {
	displayName: 'One Trial per Card',
	name: 'oneTrialPerCard',
	type: 'boolean',
	default: true,
	description:
		"Whether to refuse customers whose card was used for somebody else's trial. A restricted key needs Payment Methods: read for it.",
} as const satisfies INodeProperties;

export const ownFingerprintField = {
	displayName: 'Own Fingerprint',
	name: 'fingerprint',
	type: 'string',
	default: '',
	placeholder: "e.g. the company's domain",
	description: 'A sign of your own for which one trial is given. It is kept as a hash only.',
} as const satisfies INodeProperties;

interface GivenRules {
	readonly overrideReason?: string;
	readonly coolOffDays?: number;
	readonly blockedDomains?: string;
}

export function readPolicy({ overrideReason, coolOffDays, blockedDomains }: GivenRules) {
	return {
		...ONE_TRIAL_EVER,
		...(coolOffDays === undefined ? {} : { coolOffDays }),
		...(blockedDomains ? { blockedDomains: readList(blockedDomains) } : {}),
		...(overrideReason ? { override: { reason: overrideReason } } : {}),
	} satisfies TrialPolicy;
}
