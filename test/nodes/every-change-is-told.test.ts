import path from 'node:path';
import { resources as accessResources } from '../../nodes/AccessProvisioning/operations/index.ts';
import { resources as intercomResources } from '../../nodes/IntercomMessage/operations/index.ts';
import { resources as stripeResources } from '../../nodes/StripeTrial/operations/index.ts';
import { resources as accountResources } from '../../nodes/TrialAccount/operations/index.ts';
import type { Resource } from '../../services/n8n/operation.ts';
import type { StorePartition } from '../../services/store/index.ts';
import { aSubscription } from '../support/subscription.ts';
import type { ItemParams } from '../support/execute-node.ts';
import { useTemporaryUserFolder } from '../support/user-folder.ts';
import { access, provision, useProduct } from './AccessProvisioning/harness.ts';
import {
	contact,
	DORA,
	message,
	SUPPORT,
	teammate,
	useIntercom,
} from './IntercomMessage/harness.ts';
import { byId, PRO_MONTHLY, startTrial, TEAM_MONTHLY, useStripe } from './StripeTrial/harness.ts';
import { onSubscription, onTrial } from './StripeTrial/people.ts';
import {
	createOrUpdate as createAccount,
	daysFromNow,
	importFromStripe,
	partitionOf,
	record,
	run as runAccount,
} from './TrialAccount/harness.ts';
import { createStripeWorld, type StripeWorld } from './TrialAccount/stripe-world.ts';

jest.setTimeout(60_000);

/** An operation that changes something. */
interface Change {
	/** What the timeline calls it. */
	readonly kind: string;
	/** Brings an account about on which it changes something, and gives the item. */
	readonly item: (accountId: string) => Promise<ItemParams>;
	/** Each run is a deed of its own, so a repeat is told again. */
	readonly isNewEachTime?: boolean;
}

type Changes = Readonly<Record<string, Change>>;
/** Why an operation tells the timeline nothing. */
type Untold = Readonly<Record<string, string>>;

const READS = 'changes nothing';

type Run = (items: readonly ItemParams[]) => Promise<Array<Record<string, unknown>>>;

interface Node {
	readonly resources: ReadonlyArray<Resource<never>>;
	readonly run: Run;
	readonly store: () => Promise<StorePartition>;
	readonly changes: Changes;
	readonly untold: Untold;
	/** False where the store is what is changed: without it nothing is. */
	readonly changesOthers: boolean;
}

function holds({ resources, run, store, changes, untold, changesOthers }: Node) {
	it('every operation is known to tell, or has a reason not to', () => {
		const registered = resources.flatMap(({ value, operations }) =>
			operations.map((operation) => `${value}.${operation.value}`),
		);
		expect([...Object.keys(changes), ...Object.keys(untold)].sort()).toEqual(registered.sort());
	});

	const told = async (kind: string, accountId = 'acct_1') => {
		const { timeline } = await store();
		const { entries } = await timeline.list({ accountId, kinds: [kind], limit: 50 });
		return entries.filter(({ executionId }) => executionId === 'execution-1');
	};

	it.each(Object.entries(changes))('%s is told once', async (_, { kind, item, ...change }) => {
		const items = [await item('acct_1')];
		const before = (await told(kind)).length;
		await run(items);
		expect(await told(kind)).toHaveLength(before + 1);
		await run(items);
		expect(await told(kind)).toHaveLength(before + (change.isNewEachTime ? 2 : 1));
	});

	if (!changesOthers) return;
	it('what the store does not take has happened all the same, and the row says so', async () => {
		const items: ItemParams[] = [];
		for (const [index, { item }] of Object.values(changes).entries()) {
			items.push(await item(`acct_${index}`));
		}
		spoilTimeline();
		const rows = await run(items);
		const named = Object.keys(changes).map((name, index) => [name, rows[index]?.['storeWarning']]);
		const warned = expect.stringContaining('Done, but not written down') as string;
		expect(named).toEqual(Object.keys(changes).map((name) => [name, warned]));
	});
}

function spoilTimeline() {
	const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
	const folder = String(process.env['N8N_USER_FOLDER']);
	const file = new DatabaseSync(path.join(folder, '.n8n', 'saas-lifecycle.sqlite'));
	file.exec('alter table timeline rename to lost');
	file.close();
}

describe('Stripe Trial', () => {
	const stripe = useStripe();

	const trialOf = async (accountId: string, more: ItemParams = {}) =>
		await stripe.runOne(startTrial(`${accountId}@example.com`, { accountId, ...more }));
	const withCard = async (accountId: string) => {
		const trial = await trialOf(accountId);
		await stripe.giveCard(trial['customerId']);
		return trial['subscriptionId'];
	};
	const paying = async (accountId: string) => {
		const subscription = await withCard(accountId);
		await stripe.run([onTrial('convert', subscription)]);
		return subscription;
	};
	const link = (operation: string, more: ItemParams): ItemParams => ({
		...{ resource: 'link', operation, options: {}, metadata: {} },
		...more,
	});

	holds({
		resources: stripeResources,
		run: async (items) => await stripe.run(items),
		store: stripe.store,
		changesOthers: true,
		changes: {
			'customer.createOrUpdate': {
				kind: 'customer_created',
				item: async (accountId) => ({
					...{ resource: 'customer', operation: 'createOrUpdate', accountId },
					...{ email: `${accountId}@example.com`, additionalFields: {}, metadata: {} },
				}),
			},
			'link.createCheckout': {
				kind: 'checkout_link_created',
				item: async (accountId) =>
					link('createCheckout', {
						...{ checkoutMode: 'subscription', accountId, email: `${accountId}@example.com` },
						...{ priceId: byId(PRO_MONTHLY), successUrl: 'https://app.example.com' },
					}),
			},
			'link.createPortal': {
				kind: 'portal_link_created',
				item: async (accountId) => {
					const subscription = byId((await trialOf(accountId))['subscriptionId']);
					return link('createPortal', { subscription, page: 'home' });
				},
				isNewEachTime: true,
			},
			'subscription.addCharge': {
				kind: 'charge_added',
				item: async (accountId) =>
					onSubscription('addCharge', await paying(accountId), {
						...{ amount: 9.9, description: 'Workshop', when: 'next_invoice', options: {} },
					}),
			},
			'subscription.applyDiscount': {
				kind: 'discount_applied',
				item: async (accountId) => {
					const { id } = await stripe.stripe('POST', 'coupons', { percent_off: '10' });
					return onSubscription('applyDiscount', await paying(accountId), { couponId: byId(id) });
				},
			},
			'subscription.cancel': {
				kind: 'cancellation_scheduled',
				item: async (accountId) =>
					onSubscription('cancel', await paying(accountId), { options: {} }),
			},
			'subscription.changePlan': {
				kind: 'plan_changed',
				item: async (accountId) =>
					onSubscription('changePlan', await paying(accountId), {
						...{ priceId: byId(TEAM_MONTHLY), proration: 'none', options: {} },
					}),
			},
			'subscription.pause': {
				kind: 'collection_paused',
				item: async (accountId) =>
					onSubscription('pause', await paying(accountId), { what: 'collection' }),
			},
			'subscription.reactivate': {
				kind: 'cancellation_undone',
				item: async (accountId) => {
					const subscription = await paying(accountId);
					await stripe.run([onSubscription('cancel', subscription, { options: {} })]);
					return onSubscription('reactivate', subscription, { newSubscription: {} });
				},
			},
			'trial.cancel': {
				kind: 'trial_lapsed',
				item: async (accountId) =>
					onTrial('cancel', (await trialOf(accountId))['subscriptionId'], {
						...{ when: 'now', options: {} },
					}),
			},
			'trial.convert': {
				kind: 'trial_converted',
				item: async (accountId) => onTrial('convert', await withCard(accountId)),
			},
			'trial.extend': {
				kind: 'trial_extended',
				item: async (accountId) =>
					onTrial('extend', (await trialOf(accountId))['subscriptionId'], {
						...{ extendBy: 'days', days: 7, options: { requestKey: 'call-1' } },
					}),
			},
			'trial.start': {
				kind: 'trial_started',
				item: async (accountId) => startTrial(`${accountId}@example.com`, { accountId }),
			},
		},
		untold: {
			'customer.get': READS,
			'customer.getMany': READS,
			'event.getMissed':
				'hands events to the flows again, which tell what follows; no account changes',
			'subscription.get': READS,
			'subscription.getMany': READS,
			'trial.checkEligibility': READS,
			'trial.get': READS,
			'trial.getMany': READS,
		},
	});
});

describe('Intercom Message', () => {
	const intercom = useIntercom();

	const on = (resource: string, operation: string, more: ItemParams): ItemParams => ({
		...{ resource, operation, mode: 'test' },
		...more,
	});
	const known = async (accountId: string) => {
		const [row] = await intercom.run([contact(accountId)]);
		return String(row?.['contactId']);
	};
	const onKnown =
		(resource: string, operation: string, more: ItemParams = {}) =>
		async (accountId: string) => {
			await known(accountId);
			return on(resource, operation, { contact: accountId, ...more });
		};
	const inConversation = (operation: string, more: ItemParams) => async (accountId: string) => {
		await known(accountId);
		const letter = await intercom.control('POST', `contacts/${accountId}/reply`, { body: '?' });
		const { id: conversationId } = letter as { id: string };
		return on('conversation', operation, {
			...{ conversationId, adminId: teammate(DORA), ...more },
		});
	};

	holds({
		resources: intercomResources,
		run: async (items) => await intercom.run([...items]),
		store: intercom.ledger,
		changesOthers: true,
		changes: {
			'company.createOrUpdate': {
				kind: 'company_updated',
				item: async (accountId) =>
					await onKnown('company', 'createOrUpdate', {
						...{ companyId: `team of ${accountId}`, additionalFields: {}, customAttributes: {} },
					})(accountId),
			},
			'contact.addTag': { kind: 'tag_added', item: onKnown('contact', 'addTag', { tag: 'VIP' }) },
			'contact.archive': { kind: 'contact_archived', item: onKnown('contact', 'archive') },
			'contact.convertLead': {
				kind: 'lead_converted',
				item: async (accountId) => {
					const lead = await intercom.call<{ id: string }>('POST', '/contacts', {
						role: 'lead',
						email: `${accountId}@example.com`,
					});
					return on('contact', 'convertLead', { lead: lead.id, accountId });
				},
			},
			'contact.createOrUpdate': {
				kind: 'contact_updated',
				item: async (accountId) => {
					await known(accountId);
					return contact(accountId, { additionalFields: { name: 'Ada' } });
				},
			},
			'contact.removeTag': {
				kind: 'tag_removed',
				item: async (accountId) => {
					const tag = { contact: accountId, tag: 'VIP' };
					await known(accountId);
					await intercom.run([on('contact', 'addTag', tag)]);
					return on('contact', 'removeTag', tag);
				},
			},
			'contact.unsubscribe': {
				kind: 'unsubscribed',
				item: onKnown('contact', 'unsubscribe', { from: 'all' }),
			},
			'conversation.assign': {
				kind: 'conversation_assigned',
				item: inConversation('assign', { assigneeId: teammate(SUPPORT) }),
			},
			'conversation.reply': {
				kind: 'conversation_replied',
				item: async (accountId) =>
					await inConversation('reply', { body: 'Gladly', sendOnceKey: accountId })(accountId),
			},
			'event.track': {
				kind: 'event_tracked',
				item: onKnown('event', 'track', {
					...{ eventName: 'trial-started', happenedAt: '2027-01-04T09:00:00Z', metadata: {} },
				}),
			},
			'message.send': {
				kind: 'message_sent',
				item: async (accountId) => {
					await known(accountId);
					return message(accountId, { mode: 'test', sendOnceKey: `welcome/${accountId}` });
				},
			},
			'note.create': {
				kind: 'note_created',
				item: async (accountId) =>
					await onKnown('note', 'create', {
						...{ adminId: teammate(DORA), body: 'Asked for a call', noteKey: accountId },
					})(accountId),
			},
		},
		untold: { 'contact.get': READS },
	});

	it('an event of a contact that is named by its contact ID stands with its account', async () => {
		const contactId = await known('acct_1');
		const event = { contact: contactId, eventName: 'asked', happenedAt: '2027-01-04T09:00:00Z' };
		await intercom.run([on('event', 'track', { ...event, metadata: {} })]);
		const { timeline } = await intercom.ledger();
		const { entries } = await timeline.list({ accountId: 'acct_1', limit: 1 });
		expect(entries).toMatchObject([{ kind: 'event_tracked', data: { eventName: 'asked' } }]);
	});
});

describe('Access Provisioning', () => {
	const product = useProduct();

	const opened = async (accountId: string) => void (await product.run([provision(accountId)]));
	const onOpened =
		(operation: string, more: ItemParams = {}) =>
		async (accountId: string) => {
			await opened(accountId);
			return access(operation, accountId, more);
		};
	const onSuspended =
		(operation: string, more: ItemParams = {}) =>
		async (accountId: string) => {
			await opened(accountId);
			await product.run([access('suspend', accountId, { reason: 'trial_lapsed' })]);
			return access(operation, accountId, more);
		};

	holds({
		resources: accessResources,
		run: async (items) => await product.run([...items]),
		store: product.ledger,
		changesOthers: true,
		changes: {
			'access.grant': { kind: 'access_granted', item: onSuspended('grant', { reason: 'active' }) },
			'access.provision': {
				kind: 'instance_provisioned',
				item: async (accountId) => provision(accountId),
			},
			'access.restore': {
				kind: 'access_granted',
				item: onSuspended('restore', { reason: 'trial_lapsed' }),
			},
			'access.restrict': {
				kind: 'access_restricted',
				item: onOpened('restrict', { level: 'read_only', reason: 'trial_lapsed' }),
			},
			'access.revoke': { kind: 'access_revoked', item: onOpened('revoke', { reason: 'erased' }) },
			'access.suspend': {
				kind: 'access_suspended',
				item: onOpened('suspend', { reason: 'trial_lapsed' }),
			},
			'access.sync': {
				kind: 'access_restricted',
				item: async (accountId) => {
					await opened(accountId);
					const { accounts } = await product.ledger();
					const trial = { startedAt: daysFromNow(-20), endsAt: daysFromNow(-6) };
					const subscription = aSubscription({
						...{ id: `sub_${accountId}`, trial, createdAt: trial.startedAt },
						...{ status: 'paused', pausedFor: 'trial_end_without_payment_method' },
					});
					const at = daysFromNow(-5);
					await accounts.upsert({ accountId, at, subscription }, at);
					return access('sync', accountId, {});
				},
			},
		},
		untold: {
			'access.decide': READS,
			'access.get': READS,
			'link.check': READS,
			'link.create': 'signs a text: nothing is made anywhere, and the link is a secret',
			'webhook.verify': READS,
		},
	});
});

describe('Trial Account', () => {
	useTemporaryUserFolder();
	let world: StripeWorld;
	beforeEach(async () => {
		world = await createStripeWorld(daysFromNow(0));
	});
	afterEach(async () => await world.close());

	holds({
		resources: accountResources,
		run: async (items) => await runAccount(items, { stripeUrl: world.url }),
		store: partitionOf,
		changesOthers: false,
		changes: {
			'account.createOrUpdate': {
				kind: 'account_created',
				item: async (accountId) => createAccount(accountId, `${accountId}@example.com`),
			},
			'account.importFromStripe': {
				kind: 'account_imported',
				item: async (accountId) => {
					const customer = { email: 'ada@example.com', 'metadata[account_id]': accountId };
					await world.startTrial(customer);
					return importFromStripe();
				},
			},
			'milestone.record': {
				kind: 'milestone_reached',
				item: async (accountId) => record(accountId, 'created_project'),
			},
		},
		untold: {
			'account.erase':
				'takes the timeline away: an entry would tell of somebody who is to be forgotten',
			'account.get': READS,
			'account.getMany': READS,
			'account.getTimeline': READS,
			'report.funnel': READS,
		},
	});
});
