import type { WorkflowTemplate } from '../../n8n/equipment.ts';
import type { Sandbox } from '../../sandbox.ts';
import { connectServices, type Services } from '../../timemachine/services.ts';
import type { IntercomState } from '../../timemachine/contact-view.ts';
import { createReader, type Letter } from './letters.ts';

/** Where the people of the story live. */
export interface World {
	readonly services: Services;
	readonly signUpUrl: string;
	/** Everything that is known of the person with this address. */
	look(email: string): Promise<Standing>;
	/** Every message that reached somebody, with the address, oldest first. */
	post(): Promise<ReadonlyArray<Letter & { readonly email: string }>>;
	/** Moves everybody's time. */
	moveClocks(seconds: number): Promise<void>;
	readonly standIns: Sandbox;
}

/** How somebody stands: what the three services hold of them. */
export interface Standing {
	readonly customers: ReadonlyArray<{ readonly id: string; readonly created: number }>;
	/** Oldest first. */
	readonly subscriptions: readonly Subscription[];
	readonly contact: IntercomState['contacts'][number] | undefined;
	readonly letters: readonly Letter[];
	readonly instance: Instance | undefined;
}

export interface Subscription {
	readonly id: string;
	readonly status: string;
	readonly created: number;
	readonly trial_end: number | null;
}

export interface Instance {
	readonly accountId: string;
	readonly url: string;
	readonly history: ReadonlyArray<{ readonly level: string; readonly at: string }>;
}

export function createWorld(options: {
	readonly standIns: Sandbox;
	readonly signUpUrl: string;
	readonly workflows: readonly WorkflowTemplate[];
}): World {
	const { standIns, signUpUrl } = options;
	const { stripe, intercom, acme } = standIns;
	const services = connectServices({ stripe: stripe.url, intercom: intercom.url, acme: acme.url });
	const read = createReader(options.workflows);

	async function look(email: string): Promise<Standing> {
		const { account } = stripe;
		const customers = account.customers.where('email', email);
		const [atIntercom, atAcme] = await Promise.all([
			services.intercomState(),
			services.acmeState(),
		]);
		const contact = atIntercom.contacts.find((one) => one.email === email);
		return {
			customers,
			subscriptions: customers
				.flatMap(({ id }) => [...account.subscriptions.where('customer', id)])
				.sort((one, other) => one.created - other.created),
			contact,
			letters: atIntercom.messages
				.filter(({ contactId, isDelivered }) => contactId === contact?.id && isDelivered)
				.map(read),
			instance: atAcme.instances.find(({ profile }) => profile.email === email),
		};
	}

	async function post() {
		const { contacts, messages } = await services.intercomState();
		const emails = new Map(contacts.map(({ id, email }) => [id, email ?? '']));
		return messages
			.filter(({ isDelivered }) => isDelivered)
			.map((message) => ({ ...read(message), email: emails.get(message.contactId) ?? '' }));
	}

	return {
		services,
		signUpUrl,
		look,
		post,
		standIns,
		moveClocks: async (seconds) => await stripe.moveEverybody(seconds),
	};
}
