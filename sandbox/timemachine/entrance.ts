import { randomBytes, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { acmeSigningSecret, acmeToken } from '../secrets.ts';
import { isFormServed } from '../n8n/form.ts';
import { submitSignUp, type SignUp } from '../sign-up-form.ts';
import { CATALOGUE } from '../stripe/index.ts';
import type { Services } from './services.ts';

/** How people get in: by the form of the onboarding template where n8n serves it, else straight at the stand-ins. */
export interface Entrance {
	/** The form's address while it is served. */
	formUrl(): Promise<string | undefined>;
	/** Resolves to what the form said when it did not let the person in. */
	signUp(person: SignUp): Promise<string | null>;
}

const FORM_PATH = '/form/saas-trial-signup';
const TRIAL_DAYS = 14;
const TRUST_MS = 3_000;

export function createEntrance(options: {
	readonly services: Services;
	readonly acmeUrl: string;
	readonly n8nUrl: string | undefined;
}): Entrance {
	const { services, acmeUrl, n8nUrl } = options;
	let isServed = false;
	let askedAt = -Infinity;

	async function formUrl(): Promise<string | undefined> {
		if (n8nUrl === undefined) return undefined;
		const url = `${n8nUrl}${FORM_PATH}`;
		if (Date.now() - askedAt > TRUST_MS) {
			isServed = await isFormServed(url);
			askedAt = Date.now();
		}
		return isServed ? url : undefined;
	}

	return {
		formUrl,
		async signUp(person) {
			const url = await formUrl();
			if (url === undefined) {
				await enterDirectly(person, services, acmeUrl);
				return null;
			}
			const { status, text } = await submitSignUp(url, person);
			if (status === 'failed') throw new Error(text);
			return status === 'redirect' ? null : text;
		},
	};
}

/** What the template does, without its messages: a trial without a card and an instance. */
async function enterDirectly({ name, email }: SignUp, services: Services, acmeUrl: string) {
	const accountId = `acct_${randomBytes(6).toString('hex')}`;
	const customer = await services.stripe('POST', '/customers', {
		name,
		email,
		'metadata[account_id]': accountId,
	});
	const endsAt = new Date(Date.now() + TRIAL_DAYS * 86_400_000).toISOString();
	await services.stripe('POST', '/subscriptions', {
		customer: customer.id,
		'items[0][price]': CATALOGUE.prices.proMonthly,
		trial_period_days: String(TRIAL_DAYS),
		'trial_settings[end_behavior][missing_payment_method]': 'pause',
	});
	await services.readyAtOnce(accountId);
	await provision(acmeUrl, accountId, { email, name, access: 'full', trialEndsAt: endsAt });
}

async function provision(acmeUrl: string, accountId: string, content: object) {
	const [id, now, body] = [`msg_${randomUUID()}`, new Date(), JSON.stringify(content)];
	const response = await fetch(`${acmeUrl}/instances/${accountId}`, {
		method: 'PUT',
		headers: {
			authorization: `Bearer ${acmeToken}`,
			'content-type': 'application/json',
			'webhook-id': id,
			'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
			'webhook-signature': new Webhook(acmeSigningSecret).sign(id, now, body),
		},
		body,
	});
	await response.arrayBuffer();
	if (!response.ok) throw new Error(`Acme Boards answered ${response.status} to the sign-up.`);
}
