import {
	acmeSigningSecret,
	acmeToken,
	intercomClientSecret,
	intercomToken,
	stripeSecretKey,
} from '../secrets.ts';
import type { WorkflowTemplate } from './equipment.ts';
import type { CredentialImport } from './instance.ts';

/** Where the stand-ins listen. */
export interface StandInUrls {
	readonly stripe: string;
	readonly intercom: string;
	readonly acme: string;
}

type CredentialData = CredentialImport['data'];

/** The contents of each of our credential types, with the base URL of the stand-in in place of the vendor's. */
export function credentialData(urls: StandInUrls): Readonly<Record<string, CredentialData>> {
	return {
		stripeTrialApi: { secretKey: stripeSecretKey, baseUrl: urls.stripe },
		intercomMessageApi: {
			accessToken: intercomToken,
			region: 'us',
			clientSecret: intercomClientSecret,
			baseUrl: urls.intercom,
		},
		accessProvisioningApi: {
			baseUrl: urls.acme,
			token: acmeToken,
			signingSecret: acmeSigningSecret,
		},
	};
}

/** One credential for every type and name that the workflows ask for: n8n binds them by both. */
export function credentialsFor(
	workflows: readonly WorkflowTemplate[],
	urls: StandInUrls,
): CredentialImport[] {
	const data = credentialData(urls);
	const wanted = new Map<string, CredentialImport>();
	for (const node of workflows.flatMap(({ nodes }) => nodes)) {
		for (const [type, { name }] of Object.entries(node.credentials ?? {})) {
			const content = data[type];
			if (!content) continue;
			const id = `sandbox-${type}-${name}`.replace(/[^a-zA-Z0-9]+/g, '-');
			wanted.set(id, { id, name, type, data: content });
		}
	}
	return [...wanted.values()];
}
