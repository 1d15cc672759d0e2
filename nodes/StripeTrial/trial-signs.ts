import type Stripe from 'stripe';
import type { TrialElsewhere } from '../../lifecycle/eligibility.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import type { LifecycleStore, Partition, TrialSign } from '../../services/store/index.ts';
import type { Applicant } from '../../services/stripe/admission.ts';
import { cardFingerprints } from '../../services/stripe/card-fingerprints.ts';

/** What tells that somebody had a trial, where Stripe's history of the person does not. */
export interface TrialSigns {
	find(applicant: Applicant): Promise<readonly TrialElsewhere[]>;
	/**
	 * The same for whom a trial is about to be started: with the signs claimed, so that of several who share one only
	 * one finds nothing. Where another account has them, its trial is among what is found.
	 */
	claim(applicant: Applicant): Promise<readonly TrialElsewhere[]>;
	/** No trial was given. */
	release(): Promise<void>;
	/** A trial was given to the account of this customer. */
	remember(customer: Stripe.Customer, accountId: string, endsAt: Date): Promise<void>;
	/** Null where no fingerprint was given. */
	hashOfFingerprint(): Promise<string | null>;
}

interface GivenSigns {
	readonly email: string;
	readonly fingerprint?: string;
	readonly oneTrialPerCard?: boolean;
	readonly overrideReason?: string;
}

/** To start a trial takes Stripe a second or two. */
const WAIT_MS = 5_000;

/** The e-mail's hash is left of who was erased; the others are looked at by the rules of the operation. */
export function trialSigns(
	stripe: Stripe,
	store: LifecycleStore,
	partition: Partition,
	{ email, fingerprint = '', oneTrialPerCard = false, overrideReason = '' }: GivenSigns,
): TrialSigns {
	const { trialHashes, trialClaims } = store.partition(partition);
	const mailbox: TrialSign = { kind: 'email', value: canonicalEmail(email) };
	const own = fingerprint.trim().toLowerCase();
	const ownSigns: TrialSign[] = own === '' ? [] : [{ kind: 'fingerprint', value: own }];
	let claimed: { readonly signs: readonly TrialSign[]; readonly accountId: string } | undefined;

	async function signsOf(customers: readonly Stripe.Customer[]): Promise<TrialSign[]> {
		if (!oneTrialPerCard) return ownSigns;
		const cards = await cardFingerprints(stripe, customers);
		return [...ownSigns, ...cards.map((value) => ({ kind: 'card', value }) as const)];
	}

	async function release() {
		if (!claimed) return;
		// What cannot be given back runs out.
		await trialClaims.release(claimed.signs, claimed.accountId).catch(() => undefined);
	}

	return {
		async find({ customers, accountId }) {
			const signs = await signsOf(customers);
			return await trialClaims.find([mailbox, ...signs], accountId, new Date());
		},
		async claim({ customers, accountId }) {
			const signs = await signsOf(customers);
			const now = new Date();
			const others = await trialClaims.take(signs, {
				accountId,
				now,
				// Nobody has to wait who gets the trial in any case.
				waitMs: overrideReason === '' ? WAIT_MS : 0,
			});
			if (!others) claimed = { signs, accountId };
			const given = await trialClaims.find([mailbox, ...signs], accountId, now);
			return others ? [...given, others] : given;
		},
		release,
		async remember(customer, accountId, endsAt) {
			const signs = await signsOf([customer]);
			await trialClaims.settle(signs, { accountId, endsAt }, new Date());
			await release();
		},
		async hashOfFingerprint() {
			const [sign] = ownSigns;
			return sign ? await trialHashes.hashOf(sign) : null;
		},
	};
}
