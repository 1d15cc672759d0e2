import type { FaultSpec } from '../kernel/faults.ts';
import type { Sandbox } from '../sandbox.ts';
import type { FormEnding } from '../n8n/form.ts';
import { submitSignUp } from '../sign-up-form.ts';

/** What the three services hold of one person, whatever way their e-mail was written. */
export interface Records {
	readonly customers: readonly Customer[];
	readonly subscriptions: readonly Subscription[];
	readonly contacts: readonly Contact[];
	readonly messages: readonly Message[];
	readonly instances: readonly Instance[];
}

interface Customer {
	readonly id: string;
	readonly email: string | null;
	readonly metadata: Readonly<Record<string, string>>;
}

interface Subscription {
	readonly id: string;
	readonly customer: string;
	readonly status: string;
	readonly trial_start: number | null;
	readonly trial_end: number | null;
	readonly default_payment_method: string | null;
}

interface Contact {
	readonly id: string;
	readonly email: string | null;
	readonly external_id: string | null;
}

interface Message {
	readonly contactId: string;
	readonly subject: string | null;
	readonly body: string;
}

interface Instance {
	readonly accountId: string;
	readonly profile: { readonly email: string };
	readonly status: string;
	readonly access: { readonly level: string };
	readonly url: string;
}

/** What the people of the story can do, and how one looks at what came of it. */
export interface Stage {
	/** Fills in the sign-up form as a browser does, to its end. */
	signUp(name: string, email: string): Promise<FormEnding>;
	recordsOf(email: string): Promise<Records>;
	/** Lets the time of this person pass. */
	passDays(email: string, days: number): Promise<void>;
	/** The page behind an address, as its text. */
	open(url: string): Promise<{ readonly status: number; readonly text: string }>;
	/** Breaks one of the services until it is repaired. */
	break(service: 'stripe' | 'intercom' | 'acme', fault: FaultSpec): Promise<void>;
	repair(): Promise<void>;
}

export function createStage(standIns: Sandbox, formUrl: string): Stage {
	const { stripe, intercom, acme } = standIns;

	async function stateOf<State>({ url }: { readonly url: string }): Promise<State> {
		return (await (await fetch(`${url}/_control/state`)).json()) as State;
	}

	async function recordsOf(email: string): Promise<Records> {
		const [atStripe, atIntercom, atAcme] = await Promise.all([
			stateOf<Pick<Records, 'customers' | 'subscriptions'>>(stripe),
			stateOf<Pick<Records, 'contacts' | 'messages'>>(intercom),
			stateOf<Pick<Records, 'instances'>>(acme),
		]);
		const isTheirs = (address: string | null) => canonical(address ?? '') === canonical(email);
		const customers = atStripe.customers.filter((customer) => isTheirs(customer.email));
		const contacts = atIntercom.contacts.filter((contact) => isTheirs(contact.email));
		const customerIds = new Set(customers.map(({ id }) => id));
		const contactIds = new Set(contacts.map(({ id }) => id));
		return {
			customers,
			contacts,
			subscriptions: atStripe.subscriptions.filter(({ customer }) => customerIds.has(customer)),
			messages: atIntercom.messages.filter(({ contactId }) => contactIds.has(contactId)),
			instances: atAcme.instances.filter(({ profile }) => isTheirs(profile.email)),
		};
	}

	return {
		signUp: async (name, email) => await submitSignUp(formUrl, { name, email }),
		recordsOf,
		async passDays(email, days) {
			for (const { id } of (await recordsOf(email)).customers) {
				await post(`${stripe.url}/_control/clock`, { customer: id, days });
			}
		},
		async open(url) {
			const response = await fetch(url);
			return { status: response.status, text: await response.text() };
		},
		break: async (service, fault) => await post(`${standIns[service].url}/_control/faults`, fault),
		async repair() {
			for (const { url } of [stripe, intercom, acme]) {
				const response = await fetch(`${url}/_control/faults`, { method: 'DELETE' });
				if (!response.ok) throw new Error(`${url} could not be repaired: ${response.status}`);
			}
		},
	};
}

async function post(url: string, content: object) {
	const response = await fetch(url, { method: 'POST', body: JSON.stringify(content) });
	if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

/** Addresses that reach the same person: other case, other tag. */
function canonical(email: string): string {
	return email.toLowerCase().replace(/\+[^@]*@/, '@');
}
