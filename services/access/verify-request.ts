import { Failure } from '../failure.ts';

export interface SignedRequest {
	/** As it came over the wire: any other spelling of the same JSON has another signature. */
	readonly body: Buffer;
	readonly headers: Readonly<Record<string, unknown>>;
}

export type RequestVerdict =
	| {
			readonly valid: true;
			/** The same in every repeat of one message. */
			readonly id: string;
			readonly payload: unknown;
	  }
	| { readonly valid: false; readonly reason: RequestFlaw };

export type RequestFlaw = 'unsigned' | 'outdated' | 'forged' | 'malformed';

/** Whether the product sent this, and lately. https://www.standardwebhooks.com */
export async function verifyRequest(
	{ body, headers }: SignedRequest,
	secret: string,
): Promise<RequestVerdict> {
	const signed = textsOf(headers);
	const id = signed['webhook-id'];
	if (!id || !signed['webhook-timestamp'] || !signed['webhook-signature'])
		return flawed('unsigned');
	const { WebhookVerificationError } = await import('./sdk.ts');
	const webhook = await open(secret);
	try {
		webhook.verify(body, signed, { jsonParse: false });
	} catch (error) {
		if (!(error instanceof WebhookVerificationError)) throw error;
		return flawed(error.message.includes('timestamp') ? 'outdated' : 'forged');
	}
	return parse(id, body);
}

async function open(secret: string) {
	const { Webhook } = await import('./sdk.ts');
	try {
		return new Webhook(secret);
	} catch {
		// The SDK's own words may hold parts of the secret.
		throw new Failure('The signing secret of the Access Provisioning credential is malformed', {
			hint: 'It is "whsec_" and then base64. docs/credentials.md says how to make one.',
		});
	}
}

/** Headers by their lower-case names; what is not one text counts as absent. */
function textsOf(headers: Readonly<Record<string, unknown>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).flatMap(([name, value]) =>
			typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
		),
	);
}

function parse(id: string, body: Buffer): RequestVerdict {
	try {
		return { valid: true, id, payload: JSON.parse(body.toString()) as unknown };
	} catch {
		return flawed('malformed');
	}
}

function flawed(reason: RequestFlaw): RequestVerdict {
	return { valid: false, reason };
}
