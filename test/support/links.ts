import { signLink, type LinkClaims, type LinkPurpose } from '../../lifecycle/signed-link.ts';
import { acmeSigningSecret } from '../../sandbox/secrets.ts';

const DAY_MS = 86_400_000;

/** A token as the sandbox's own templates make it; good for a day unless told otherwise. */
export function tokenFor(
	purpose: LinkPurpose,
	accountId: string,
	claims: Partial<LinkClaims> = {},
	secret = acmeSigningSecret,
): string {
	const expiresAt = new Date(Date.now() + DAY_MS);
	const realm = { mode: 'test', workspace: 'default' } as const;
	return signLink({ purpose, accountId, expiresAt, ...claims, ...realm }, secret);
}

export const EXPIRED = { expiresAt: new Date(Date.now() - 1000) };
