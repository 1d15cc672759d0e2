import { takeTurns } from '../../services/store/turns.ts';
import { findByReference, retrieveFound, type Found } from '../../services/stripe/subscriptions.ts';
import type { Result, WriteServices } from './operation.ts';

/**
 * Changes a subscription while nobody else does by this package, whatever it is called by: an e-mail, a customer or
 * its own id. `change` gets it as it is once nobody else is at it.
 */
export async function changeAlone(
	services: WriteServices,
	workspace: string,
	reference: string,
	change: (found: Found) => Promise<Result>,
): Promise<Result> {
	const { stripe } = services;
	const id = reference.startsWith('sub_')
		? reference
		: (await findByReference(stripe, reference)).subscription.id;
	return await alone(services, workspace, `subscription ${id}`, async () => {
		return await change(await retrieveFound(stripe, id));
	});
}

/** Does something while nobody else does anything to the same, such as `subscription sub_1` or `customer cus_1`. */
export async function alone(
	{ store, mode }: Pick<WriteServices, 'store' | 'mode'>,
	workspace: string,
	what: string,
	work: () => Promise<Result>,
): Promise<Result> {
	const { leases } = store.partition({ workspace, mode });
	const { result, warning } = await takeTurns(leases, what, work);
	const warnings = [result.row['storeWarning'], warning.storeWarning].filter(Boolean);
	if (warnings.length === 0) return result;
	return { ...result, row: { ...result.row, storeWarning: warnings.join(' ') } };
}
