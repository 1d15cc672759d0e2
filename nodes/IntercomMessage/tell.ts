import type { Partition } from '../../services/store/index.ts';
import type { StoreWarning, TimelineNews } from '../../services/store/journal.ts';
import type { IntercomMessageServices } from './operation.ts';

/** Tells the timeline what was done to a contact. One that belongs to no account, such as a lead, has none. */
export async function tellOfContact(
	{ journal }: Pick<IntercomMessageServices, 'journal'>,
	partition: Partition,
	{ external_id: accountId }: { readonly external_id?: string | null },
	event: TimelineNews,
): Promise<StoreWarning> {
	return accountId ? await journal.tell(partition, { accountId, event }) : {};
}
