import { mergeFacts, type Account, type AccountFacts } from '../../../lifecycle/account.ts';
import type { StepAnchor } from '../../../lifecycle/journey/step.ts';
import type { Stage } from '../../../lifecycle/stage.ts';
import type {
	MissingPaymentMethodBehavior,
	Subscription,
} from '../../../lifecycle/subscription.ts';
import { aSubscription } from '../../support/subscription.ts';
import { STARTED } from './people.ts';

const DAY_MS = 86_400_000;
const PERIOD_DAYS = 30;
/** How long Stripe tries a card. */
const RETRY_DAYS = 14;
const EXTRA_DAYS = 7;
const ACCOUNT = 'acme-1';

/** What is so from the start of a life, and never told by anybody. */
export interface Circumstances {
	readonly trialDays: number;
	readonly withoutCard: MissingPaymentMethodBehavior;
	/** What Stripe does with a subscription whose card it has tried in vain. */
	readonly afterRetries: 'cancel' | 'unpaid' | 'pause';
	readonly hasCard: boolean;
	readonly isCardGood: boolean;
	/** As Intercom has it; null where nobody knows. */
	readonly language: string | null;
}

/** What people do; whatever makes no sense at that moment leaves all as it is. */
export const HAPPENINGS = [
	'reply',
	'unsubscribe',
	'create a project',
	'invite a teammate',
	'switch the plan',
	'add a card',
	'remove the card',
	'break the card',
	'ask to leave',
	'ask to leave, too expensive',
	'stay after all',
	'leave at once',
	'get more days',
	'pay',
] as const;
export type Happening = (typeof HAPPENINGS)[number];

/** How somebody stands, in plain words and by the model's own book-keeping: it knows no journey. */
export interface Truth {
	readonly stage: Stage;
	readonly subscriptionId: string;
	readonly trialStartedAt: Date | null;
	readonly anchors: Readonly<Record<StepAnchor, Date | null>>;
	/** Has asked to leave, and is still here. */
	readonly isLeaving: boolean;
	readonly hasCard: boolean;
	readonly milestones: readonly string[];
	readonly reasons: readonly string[];
	readonly plan: string;
	readonly language: string | null;
	readonly isUnsubscribed: boolean;
	readonly repliedAt: Date | null;
}

/** One person, with what Stripe does in the meantime: small enough to be read. */
export interface Life {
	/** As the node would know it right after reading it from Stripe. */
	account(): Account;
	truth(): Truth;
	/** Lets time go by, and with it everything that was to come. */
	passTo(now: Date): void;
	happen(what: Happening, at: Date): void;
}

export function begin(circumstances: Circumstances): Life {
	const { withoutCard, afterRetries, language } = circumstances;
	let { isCardGood } = circumstances;
	let subscription: Subscription = aSubscription({
		createdAt: STARTED,
		trial: { startedAt: STARTED, endsAt: after(circumstances.trialDays, STARTED) },
		withoutPaymentMethod: withoutCard,
		hasPaymentMethod: circumstances.hasCard,
	});
	let account = mergeFacts(
		null,
		{ accountId: ACCOUNT, at: STARTED, signedUpAt: STARTED, subscription, language },
		STARTED,
	);
	let stage: Stage = 'trialing';
	let hasPaid = false;
	let lapse: { readonly at: Date; readonly reason: string } | null = null;
	let failingSince: Date | null = null;
	let periodEnd = STARTED;
	let giveUpAt = STARTED;
	const milestones: string[] = [];
	let isUnsubscribed = false;
	let repliedAt: Date | null = null;

	const learn = (at: Date, facts: Partial<AccountFacts>) => {
		account = mergeFacts(account, { accountId: ACCOUNT, at, ...facts }, at);
	};

	function change(at: Date, more: Partial<Subscription>, facts: Partial<AccountFacts> = {}): void {
		subscription = { ...subscription, ...more };
		learn(at, { subscription, ...facts });
	}

	function isOver(as: { readonly at: Date; readonly reason: string }): void {
		stage = hasPaid ? 'churned' : 'lapsed';
		lapse = hasPaid ? null : as;
	}

	function payFor(at: Date, more: Partial<Subscription> = {}): void {
		[stage, hasPaid, lapse, failingSince] = ['active', true, null, null];
		periodEnd = after(PERIOD_DAYS, at);
		const running = { status: 'active', pausedFor: null, pausedAt: null } as const;
		change(at, { ...running, ...more }, { paidAt: at });
	}

	function owe(at: Date): void {
		[stage, failingSince, giveUpAt] = ['past_due', at, after(RETRY_DAYS, at)];
		change(at, { status: 'past_due' }, { failingSince: at });
	}

	function end(at: Date, why: 'cancellation_requested' | 'payment_failed'): void {
		failingSince = null;
		const cancellation = { ...subscription.cancellation, reason: why };
		// Who has asked before has asked then; Stripe dates every other end to itself.
		const wasAsked = why === 'cancellation_requested' && subscription.cancelRequestedAt;
		const cancelRequestedAt = wasAsked || at;
		change(at, { status: 'canceled', endedAt: at, cancelRequestedAt, cancellation });
	}

	function endTrial(at: Date): void {
		if (subscription.cancelsAt) {
			isOver({ at, reason: 'canceled' });
			end(at, 'cancellation_requested');
		} else if (subscription.hasPaymentMethod) {
			if (isCardGood) payFor(at);
			else owe(at);
		} else {
			isOver({ at, reason: 'no_payment_method' });
			if (withoutCard === 'pause') {
				const pausedFor = 'trial_end_without_payment_method';
				change(at, { status: 'paused', pausedFor, pausedAt: at });
			} else if (withoutCard === 'cancel') {
				change(at, { status: 'canceled', endedAt: at, cancelRequestedAt: at });
			} else {
				failingSince = at;
				change(at, { status: 'past_due' }, { failingSince: at });
			}
		}
	}

	function endPeriod(at: Date): void {
		if (subscription.cancelsAt) {
			isOver({ at, reason: 'canceled' });
			end(at, 'cancellation_requested');
		} else if (isCardGood && subscription.hasPaymentMethod) payFor(at);
		else owe(at);
	}

	function giveUp(at: Date): void {
		const reason = 'payment_failed';
		if (afterRetries === 'cancel') {
			isOver({ at, reason });
			end(at, reason);
			return;
		}
		// A customer goes on owing; of a trial Stripe says only of a pause when it began.
		if (!hasPaid) isOver({ at: afterRetries === 'pause' ? at : trialEnd(), reason });
		if (afterRetries === 'unpaid') return change(at, { status: 'unpaid' });
		failingSince = null;
		change(at, { status: 'paused', pausedFor: 'final_payment_failure', pausedAt: at });
	}

	const trialEnd = () => subscription.trial?.endsAt ?? STARTED;
	const isRunning = () => ['trialing', 'active', 'past_due'].includes(stage);
	const isLeaving = () => isRunning() && subscription.cancelsAt !== null;

	function nextDue(): { readonly at: Date; readonly run: (at: Date) => void } | null {
		switch (subscription.status) {
			case 'trialing':
				return { at: trialEnd(), run: endTrial };
			case 'active':
				return { at: subscription.cancelsAt ?? periodEnd, run: endPeriod };
			case 'past_due':
				return stage === 'past_due' ? { at: giveUpAt, run: giveUp } : null;
			default:
				return null;
		}
	}

	function passTo(now: Date): void {
		for (let due = nextDue(); due && due.at <= now; due = nextDue()) due.run(due.at);
	}

	function askToLeave(at: Date, feedback: string | null): void {
		if (!isRunning() || isLeaving()) return;
		const atEnd = { trialing: trialEnd(), active: periodEnd };
		const cancelsAt = stage === 'past_due' ? after(PERIOD_DAYS, at) : atEnd[stage as 'active'];
		const cancellation = { reason: 'cancellation_requested', feedback, comment: null };
		change(at, { cancelsAt, cancelRequestedAt: at, cancellation });
	}

	function addCard(at: Date): void {
		const { status } = subscription;
		if (status === 'canceled' || status === 'unpaid' || subscription.hasPaymentMethod) return;
		if (status === 'past_due' && isCardGood) return payFor(at, { hasPaymentMethod: true });
		if (status === 'past_due') [stage, lapse, giveUpAt] = ['past_due', null, after(RETRY_DAYS, at)];
		change(at, { hasPaymentMethod: true });
	}

	function pay(at: Date): void {
		// It would be over at once.
		const { status, cancelsAt } = subscription;
		if (status !== 'canceled' && cancelsAt && cancelsAt <= at) return;
		isCardGood = true;
		const hasPaymentMethod = true;
		if (status === 'trialing' && subscription.trial) {
			payFor(at, { hasPaymentMethod, trial: { ...subscription.trial, endsAt: at } });
		} else if (status === 'canceled') {
			const { plans } = subscription;
			const id = `${subscription.id}+`;
			subscription = aSubscription({ id, createdAt: at, trial: null, plans });
			payFor(at, { hasPaymentMethod });
		} else if (status !== 'active') payFor(at, { hasPaymentMethod });
	}

	function giveDays(at: Date): void {
		const { status, pausedFor, trial } = subscription;
		if (!trial) return;
		if (status === 'trialing') {
			const endsAt = after(EXTRA_DAYS, trial.endsAt);
			change(at, { trial: { ...trial, endsAt }, ...(isLeaving() ? { cancelsAt: endsAt } : {}) });
		} else if (pausedFor === 'trial_end_without_payment_method') {
			[stage, lapse] = ['trialing', null];
			const endsAt = after(EXTRA_DAYS, at);
			const running = { status: 'trialing', pausedFor: null, pausedAt: null } as const;
			change(at, { ...running, trial: { ...trial, endsAt } });
		}
	}

	function happen(what: Happening, at: Date): void {
		switch (what) {
			case 'reply':
				repliedAt = at;
				return learn(at, { lastRepliedAt: at });
			case 'unsubscribe':
				isUnsubscribed = true;
				return learn(at, {
					consent: { isUnsubscribed, hasHardBounced: false, hasReportedSpam: false },
				});
			case 'create a project':
				return void milestones.push('created_project');
			case 'invite a teammate':
				return void milestones.push('invited_teammate');
			case 'switch the plan':
				return change(at, {
					plans: subscription.plans.map((plan) => ({ ...plan, priceId: 'price_team' })),
				});
			case 'add a card':
				return addCard(at);
			case 'remove the card':
				if (stage === 'trialing' || stage === 'active') change(at, { hasPaymentMethod: false });
				return;
			case 'break the card':
				isCardGood = false;
				return;
			case 'ask to leave':
				return askToLeave(at, null);
			case 'ask to leave, too expensive':
				return askToLeave(at, 'too_expensive');
			case 'stay after all': {
				const cancellation = { reason: null, feedback: null, comment: null };
				if (isLeaving()) change(at, { cancelsAt: null, cancelRequestedAt: null, cancellation });
				return;
			}
			case 'leave at once':
				if (stage !== 'trialing' && !(hasPaid && isRunning())) return;
				isOver({ at, reason: 'canceled' });
				return end(at, 'cancellation_requested');
			case 'get more days':
				return giveDays(at);
			case 'pay':
				return pay(at);
		}
	}

	function reasons(): string[] {
		const { feedback } = subscription.cancellation;
		return [feedback, lapse?.reason, stage === 'churned' ? 'canceled' : null].filter(
			(reason) => typeof reason === 'string',
		);
	}

	const hasLeft = () => stage === 'churned';

	return {
		account: () => account,
		passTo,
		happen,
		truth: () => ({
			stage,
			subscriptionId: subscription.id,
			trialStartedAt: subscription.trial?.startedAt ?? null,
			anchors: {
				signUp: STARTED,
				trialStart: subscription.trial?.startedAt ?? null,
				trialEnd: subscription.trial?.endsAt ?? null,
				lapse: lapse?.at ?? null,
				cancellation: isLeaving() || hasLeft() ? subscription.cancelRequestedAt : null,
				subscriptionEnd: hasLeft()
					? subscription.endedAt
					: isLeaving()
						? subscription.cancelsAt
						: null,
				firstFailedPayment: failingSince,
			},
			isLeaving: isLeaving(),
			hasCard: subscription.hasPaymentMethod,
			milestones: [...milestones],
			reasons: reasons(),
			plan: subscription.plans[0]?.priceId ?? '',
			language,
			isUnsubscribed,
			repliedAt,
		}),
	};
}

export function after(days: number, from: Date): Date {
	return new Date(from.getTime() + days * DAY_MS);
}
