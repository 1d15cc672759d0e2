import type { TrialElsewhere } from '../../lifecycle/eligibility.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import type { LifecycleStore, Partition } from '../../services/store/index.ts';

/** Trials of a person who was erased since: only a hash of the e-mail still knows. */
export async function trialsOfErased(
	store: LifecycleStore,
	partition: Partition,
	email: string,
): Promise<readonly TrialElsewhere[]> {
	const sign = { kind: 'email', value: canonicalEmail(email) } as const;
	return await store.partition(partition).trialHashes.find([sign]);
}
