import { linkUrl, signLink } from '../../lifecycle/signed-link.ts';
import { readSigningSecret } from '../../services/access/signing-secret.ts';
import type { Partition } from '../../services/store/index.ts';
import { Failure } from '../../services/failure.ts';
import { readUrl } from '../input.ts';
import type { JourneyParams } from './settings.ts';

const DAY_MS = 86_400_000;

export type LinksFor = (accountId: string) => Record<string, string>;

/** Makes the links that an item brings along, each good for one account and one purpose. */
export function createLinks(
	{ links }: JourneyParams,
	credential: { readonly signingSecret?: unknown },
	realm: Partition & { readonly now: Date },
): LinksFor {
	const { mode, workspace, now } = realm;
	const rows = (links.link ?? []).map(({ name, purpose, pageUrl, validDays }) => {
		if (name === '') throw new Failure('A link has no name');
		return {
			name,
			purpose,
			pageUrl: readUrl(pageUrl, `Page URL of ${name}`),
			expiresAt: new Date(now.getTime() + validDays * DAY_MS),
		};
	});
	if (rows.length === 0) return () => ({});
	const secret = readSigningSecret(credential);
	return (accountId) =>
		Object.fromEntries(
			rows.map(({ name, purpose, pageUrl, expiresAt }) => [
				name,
				linkUrl(pageUrl, signLink({ purpose, accountId, expiresAt, mode, workspace }, secret)),
			]),
		);
}
