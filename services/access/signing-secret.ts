import { Failure } from '../failure.ts';

/** The secret that the product and these nodes share. It signs writes, links and what the product reports. */
export function readSigningSecret(credential: { readonly signingSecret?: unknown }): string {
	const { signingSecret } = credential;
	const secret = typeof signingSecret === 'string' ? signingSecret.trim() : '';
	if (secret !== '') return secret;
	throw new Failure('The Access Provisioning credential has no signing secret', {
		hint: 'Make one as docs/credentials.md says and enter it in the credential as Signing Secret. Links and reports of milestones are signed with it.',
	});
}
