import type Stripe from 'stripe';
import type { TrialElsewhere } from '../../lifecycle/eligibility.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import { cardFingerprints } from '../../services/stripe/card-fingerprints.ts';
import type { LifecycleStore, Partition, TrialSign } from '../../services/store/index.ts';

/** What tells that somebody had a trial, where Stripe's history of the person does not. */
export interface TrialSigns {
	/** Of a person whom Stripe knows as these customers. */
	find(customers: readonly Stripe.Customer[]): Promise<readonly TrialElsewhere[]>;
	/** Null where no fingerprint was given. */
	hashOfFingerprint(): Promise<string | null>;
	/** A trial was given to this customer. */
	remember(customer: Stripe.Customer, endsAt: Date): Promise<void>;
}

interface GivenSigns {
	readonly email: string;
	readonly fingerprint?: string;
	readonly oneTrialPerCard?: boolean;
}

/** The e-mail's hash is left of who was erased; the others are looked at by the rules of the operation. */
export function trialSigns(
	stripe: Stripe,
	store: LifecycleStore,
	partition: Partition,
	{ email, fingerprint = '', oneTrialPerCard = false }: GivenSigns,
): TrialSigns {
	const { trialHashes } = store.partition(partition);
	const own = fingerprint.trim().toLowerCase();
	const ownSigns: TrialSign[] = own === '' ? [] : [{ kind: 'fingerprint', value: own }];

	async function cardSigns(customers: readonly Stripe.Customer[]): Promise<TrialSign[]> {
		if (!oneTrialPerCard) return [];
		const fingerprints = await cardFingerprints(stripe, customers);
		return fingerprints.map((value) => ({ kind: 'card', value }));
	}

	return {
		async find(customers) {
			const mailbox: TrialSign = { kind: 'email', value: canonicalEmail(email) };
			return await trialHashes.find([mailbox, ...ownSigns, ...(await cardSigns(customers))]);
		},
		async hashOfFingerprint() {
			const [sign] = ownSigns;
			return sign ? await trialHashes.hashOf(sign) : null;
		},
		async remember(customer, endsAt) {
			for (const sign of [...ownSigns, ...(await cardSigns([customer]))]) {
				await trialHashes.remember(sign, endsAt);
			}
		},
	};
}
