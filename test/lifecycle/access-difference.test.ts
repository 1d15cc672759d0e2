import { hasOtherAccess } from '../../lifecycle/access-difference.ts';
import type { AccessLevel } from '../../lifecycle/access-level.ts';
import { DEFAULT_ACCESS_POLICY } from '../../lifecycle/access.ts';
import { mergeFacts } from '../../lifecycle/account.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const NOW = new Date('2026-03-20T12:00:00Z');

it.each<[string, Partial<Subscription> | null, AccessLevel | null, boolean]>([
	['in the trial, may do everything', { trial: null, status: 'active' }, 'full', false],
	['pays, and is shut out', { trial: null, status: 'active' }, 'suspended', true],
	[
		'lapsed, and may look',
		{ status: 'paused', pausedFor: 'trial_end_without_payment_method' },
		'read_only',
		false,
	],
	[
		'lapsed, and may do everything',
		{ status: 'paused', pausedFor: 'trial_end_without_payment_method' },
		'full',
		true,
	],
	['left, and nobody knows of an instance', { status: 'canceled', endedAt: NOW }, null, false],
	[
		'left, and the instance has ended for good',
		{ status: 'canceled', endedAt: NOW },
		'none',
		false,
	],
	['never subscribed', null, 'full', false],
])('%s', (_who, subscription, accessLevel, expected) => {
	const facts = {
		accountId: 'acme-1',
		at: NOW,
		subscription: subscription && aSubscription(subscription),
		accessLevel,
	};
	const account = mergeFacts(null, facts, NOW);
	expect(hasOtherAccess(account, DEFAULT_ACCESS_POLICY, NOW)).toBe(expected);
});
