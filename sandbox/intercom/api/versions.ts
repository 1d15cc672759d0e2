import type { StandInRequest } from '../../kernel/http.ts';
import { failure } from './failure.ts';

/** What an app gets that names no version; chosen in the Developer Hub. */
export const DEFAULT_VERSION = '2.14';

const MINOR_VERSIONS = ['1', '2'].flatMap((major) =>
	Array.from({ length: major === '1' ? 5 : 17 }, (_, minor) => `${major}.${minor}`),
);
const KNOWN_VERSIONS: ReadonlySet<string> = new Set([...MINOR_VERSIONS, 'Unstable']);

/** https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/api-versioning */
export function versionOf({ headers }: StandInRequest): string {
	const version = headers['intercom-version'] ?? DEFAULT_VERSION;
	if (!KNOWN_VERSIONS.has(version)) {
		throw failure(400, 'intercom_version_invalid', 'The requested version could not be found');
	}
	return version;
}

/** From 2.16 ids of owners are text, merged contacts answer 410, and merging takes a switch. */
export function isFrom216(request: StandInRequest): boolean {
	const version = versionOf(request);
	return version === 'Unstable' || version === '2.16';
}
