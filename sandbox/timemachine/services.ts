import { stripeSecretKey } from '../secrets.ts';
import type { AcmeState } from './product-view.ts';
import type { IntercomState } from './contact-view.ts';
import type { CardKind } from '../stripe/index.ts';

export interface ServiceUrls {
	readonly stripe: string;
	readonly intercom: string;
	readonly acme: string;
}

/** What the time machine asks of the three stand-ins, over HTTP like everybody else. */
export interface Services {
	/** Moves the time in which this customer lives; done when all that is due has happened. */
	moveCustomer(customerId: string, seconds: number): Promise<void>;
	giveCard(customerId: string, kind: CardKind): Promise<void>;
	/** A call of Stripe's API with form parameters such as `items[0][price]`. */
	stripe(
		method: 'POST' | 'DELETE',
		path: string,
		params?: Readonly<Record<string, string>>,
	): Promise<{ readonly id: string; readonly url?: string | null }>;
	reachMilestone(accountId: string, name: string): Promise<void>;
	/** The next instance of this account is ready as soon as it is asked for. */
	readyAtOnce(accountId: string): Promise<void>;
	answerMessage(contactId: string, messageId: string | null, text: string): Promise<void>;
	unsubscribe(contactId: string): Promise<void>;
	intercomState(): Promise<IntercomState>;
	acmeState(): Promise<AcmeState>;
	/** Everything as after a fresh start. */
	reset(): Promise<void>;
}

const PATIENCE_WITH_LIMITS_MS = 10_000;

export function connectServices(urls: ServiceUrls): Services {
	const control = async (url: string, path: string, body: object, method = 'POST') => {
		await request(`${url}/_control${path}`, { method, body: JSON.stringify(body) });
	};
	const contact = (contactId: string, action: string) =>
		`/contacts/${encodeURIComponent(contactId)}/${action}`;

	return {
		moveCustomer: async (customer, seconds) =>
			await control(urls.stripe, '/clock', { customer, seconds }),
		giveCard: async (customer, kind) => await control(urls.stripe, '/cards', { customer, kind }),
		stripe: async (method, path, params = {}) =>
			await request(`${urls.stripe}/v1${path}`, {
				method,
				headers: { authorization: `Bearer ${stripeSecretKey}` },
				...(method === 'POST' ? { body: new URLSearchParams(params) } : {}),
			}),
		reachMilestone: async (accountId, name) =>
			await control(urls.acme, `/instances/${encodeURIComponent(accountId)}/milestones`, { name }),
		readyAtOnce: async (accountId) =>
			await control(urls.acme, '/behaviour', { accountId, readyAfterMs: 0 }, 'PUT'),
		answerMessage: async (contactId, messageId, body) =>
			await control(urls.intercom, contact(contactId, 'reply'), {
				body,
				...(messageId === null ? {} : { message_id: messageId }),
			}),
		unsubscribe: async (contactId) =>
			await control(urls.intercom, contact(contactId, 'unsubscribe'), {}),
		intercomState: async () => await request(`${urls.intercom}/_control/state`, {}),
		acmeState: async () => await request(`${urls.acme}/_control/state`, {}),
		reset: async () => {
			for (const url of Object.values(urls)) await control(url, '/reset', {});
		},
	};
}

async function request<Answer>(url: string, init: RequestInit): Promise<Answer> {
	const giveUpAt = Date.now() + PATIENCE_WITH_LIMITS_MS;
	for (;;) {
		const response = await fetch(url, init);
		if (response.status === 429 && Date.now() < giveUpAt) {
			await response.arrayBuffer();
			await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400));
			continue;
		}
		const text = await response.text();
		if (!response.ok) throw new Error(messageIn(text) ?? `${url} answered ${response.status}`);
		return JSON.parse(text) as Answer;
	}
}

/** The sentence in an error of Stripe, of Intercom or of the product. */
function messageIn(text: string): string | undefined {
	try {
		const body = JSON.parse(text) as {
			error?: { message?: string };
			errors?: Array<{ message?: string }>;
			detail?: string;
		};
		return body.error?.message ?? body.errors?.[0]?.message ?? body.detail;
	} catch {
		return undefined;
	}
}
