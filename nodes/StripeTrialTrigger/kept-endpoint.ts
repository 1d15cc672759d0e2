import { createSeal, type Seal } from '../../services/seal.ts';
import type { StripeCredential } from '../../services/stripe/client.ts';
import type { KnownEndpoint, NewEndpoint } from '../../services/stripe/webhook-endpoints.ts';

/** An endpoint as it lies in the store, where its signing secret is of no use to who reads it there. */
export interface SealedEndpoint {
	readonly id: string;
	readonly sealed: string;
}

/** As the versions before this one left it; the holder seals it when it looks after the endpoint. */
interface PlainEndpoint {
	readonly id: string;
	readonly secret: string;
}

export type KeptEndpoint = SealedEndpoint | PlainEndpoint;

/** By the key of the credential, which n8n keeps encrypted. */
export function sealOf({ secretKey }: Pick<StripeCredential, 'secretKey'>): Seal {
	return createSeal(secretKey, 'endpoint-secret');
}

export function sealEndpoint({ id, secret }: NewEndpoint, seal: Seal): SealedEndpoint {
	return { id, sealed: seal.close(secret, id) };
}

/** Without its secret where the credential has another key than when it was sealed. */
export function openEndpoint(kept: KeptEndpoint, seal: Seal): KnownEndpoint {
	const { id } = kept;
	return { id, secret: isSealed(kept) ? seal.open(kept.sealed, id) : kept.secret };
}

export function isSealed(kept: KeptEndpoint): kept is SealedEndpoint {
	return 'sealed' in kept;
}
