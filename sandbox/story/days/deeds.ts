import { walkForm, type FillIn } from '../../n8n/form.ts';
import { submitSignUp } from '../../sign-up-form.ts';
import { CARD_OF_KIND, type CardKind } from '../../stripe/billing/test-cards.ts';
import type { Standing, World } from './world.ts';

const COME_BACK = '/form/saas-come-back';

/** Who does something, and where. */
export interface Actor {
	readonly name: string;
	readonly email: string;
	readonly world: World;
}

/** Something that a person does; it throws a sentence when it cannot be done. */
export interface Deed {
	/** What the story tells while it happens; their name goes before it. */
	readonly says: string;
	readonly act: (actor: Actor) => Promise<void>;
}

export function signsUp(as?: { readonly email: string }): Deed {
	return {
		says: as ? `signs up again as ${as.email}` : 'signs up',
		async act({ name, email, world }) {
			const ending = await submitSignUp(world.signUpUrl, { name, email: as?.email ?? email });
			if (ending.status !== 'redirect') throw new Error(`did not get in: ${ending.text}`);
		},
	};
}

export type Milestone = 'created_project' | 'invited_teammate' | 'imported_data' | 'shared_board';

/** On the product's own page, which refuses it when access does not allow it. */
export function reaches(...milestones: readonly Milestone[]): Deed {
	return {
		says: `does ${milestones.join(', ').replaceAll('_', ' ')}`,
		async act(actor) {
			const { instance } = await lookAt(actor);
			for (const name of milestones) {
				await submit(`${instance?.url}/milestones`, { name });
			}
		},
	};
}

/** Follows the link to the card form in a letter. */
export function addsCard(kind: CardKind, { by: letter }: { readonly by: string }): Deed {
	return {
		says: `adds a ${kind.replaceAll('_', ' ')} card by "${letter}"`,
		async act(actor) {
			await enterCard(await openPage(await linkIn(actor, letter, '/webhook/saas-card')), kind);
		},
	};
}

/** The product has a page for billing of its own, which is Stripe's portal. */
export function addsCardInProduct(kind: CardKind): Deed {
	return {
		says: `adds a ${kind.replaceAll('_', ' ')} card`,
		act: async (actor) => void (await enterCard(await openPortal(actor), kind)),
	};
}

/** "Upgrade now" in the product: the trial ends at once, and the card is charged. */
export const upgradesNow: Deed = {
	says: 'upgrades at once',
	async act(actor) {
		const { id } = await subscriptionOf(actor);
		await actor.world.services.stripe('POST', `/subscriptions/${id}`, { trial_end: 'now' });
	},
};

/** What Stripe's portal offers as an answer to "Why do you leave?". */
export type Reason = 'too_expensive' | 'missing_features' | 'switched_service' | 'unused' | 'other';

export function cancels(feedback: Reason, comment = ''): Deed {
	return {
		says: `cancels: ${feedback.replaceAll('_', ' ')}`,
		async act(actor) {
			const { url } = await openPortal(actor);
			await submit(`${url}/cancel`, { feedback, comment });
		},
	};
}

/** Follows a link back, answers what the page asks, and pays where it leads to Stripe. */
export function comesBack({
	by: letter,
	card = 'good',
}: {
	readonly by: string;
	readonly card?: CardKind;
}): Deed {
	return {
		says: `comes back by "${letter}"`,
		async act(actor) {
			const link = await linkIn(actor, letter, COME_BACK);
			const { status, url, text } = await walkForm(link, answering());
			if (status === 'failed') throw new Error(`could not come back: ${text}`);
			if (!url?.startsWith(actor.world.standIns.stripe.url)) return;
			const next = await enterCard(await openPage(url), card);
			if (new URL(next).pathname === COME_BACK) await walkForm(next, answering());
		},
	};
}

/** Takes the days that a letter offers. */
export function takesMoreTime({ by: letter }: { readonly by: string }): Deed {
	return {
		says: `takes more time by "${letter}"`,
		async act(actor) {
			const link = await linkIn(actor, letter, '/form/saas-more-time');
			const { status, text } = await walkForm(link, answering());
			if (status !== 'redirect') throw new Error(`got no more time: ${text}`);
		},
	};
}

export function answersSurvey(
	{ by: letter }: { readonly by: string },
	answers: { readonly choose: string; readonly comment: string },
): Deed {
	return {
		says: `answers "${letter}"`,
		async act(actor) {
			const link = await linkIn(actor, letter, '/form/saas-feedback');
			const { status, text } = await walkForm(link, answering(answers));
			if (status === 'failed') throw new Error(`could not answer: ${text}`);
		},
	};
}

export function optsOut({ by: letter }: { readonly by: string }): Deed {
	return {
		says: `wants no more mail, by "${letter}"`,
		async act(actor) {
			const link = await linkIn(actor, letter, '/form/saas-opt-out');
			const { status, text } = await walkForm(link, answering());
			if (status === 'failed') throw new Error(`could not opt out: ${text}`);
		},
	};
}

/** With Intercom's own link, which stands under every mail. */
export const unsubscribes: Deed = {
	says: 'unsubscribes',
	async act(actor) {
		const { contact } = await lookAt(actor);
		await actor.world.services.unsubscribe(contact?.id ?? '');
	},
};

export function replies(text: string): Deed {
	return {
		says: 'writes back',
		async act(actor) {
			const { contact } = await lookAt(actor);
			await actor.world.services.answerMessage(contact?.id ?? '', null, text);
		},
	};
}

/** A teammate moves the end of the trial in Stripe's dashboard. */
export function isGivenDays(days: number): Deed {
	return {
		says: `is given ${days} days more`,
		async act(actor) {
			const { id, trial_end: end } = await subscriptionOf(actor);
			await actor.world.services.stripe('POST', `/subscriptions/${id}`, {
				trial_end: String((end ?? 0) + days * 86_400),
				proration_behavior: 'none',
			});
		},
	};
}

/** The page on which Stripe asks for what it could not collect by itself. */
export const paysTheInvoice: Deed = {
	says: 'pays the open invoice',
	async act(actor) {
		const { customers } = await lookAt(actor);
		const { invoices } = actor.world.standIns.stripe.account;
		const open = invoices
			.where('customer', customers[0]?.id ?? '')
			.find(({ status }) => status === 'open');
		if (!open) throw new Error('has no open invoice');
		await submit(open.hosted_invoice_url ?? '', {});
	},
};

async function lookAt({ email, world }: Actor): Promise<Standing> {
	return await world.look(email);
}

async function subscriptionOf(actor: Actor) {
	const subscription = (await lookAt(actor)).subscriptions.at(-1);
	if (!subscription) throw new Error('has no subscription');
	return subscription;
}

/** The newest letter of this name has the link. */
async function linkIn(actor: Actor, letter: string, path: string): Promise<string> {
	const { letters } = await lookAt(actor);
	const found = letters.findLast(({ name }) => name === letter);
	if (!found) throw new Error(`has no letter "${letter}"`);
	const link = found.links.find((one) => new URL(one).pathname === path);
	if (link === undefined) throw new Error(`finds no link to ${path} in "${letter}"`);
	return link;
}

function answering(answers: { readonly choose?: string; readonly comment?: string } = {}): FillIn {
	const { choose = '', comment = '' } = answers;
	return (fields) =>
		Object.fromEntries(
			fields.flatMap(({ name, kind, options }) => {
				if (kind === 'hidden') return [];
				const wanted = options.find((one) => one.toLowerCase().includes(choose.toLowerCase()));
				return [[name, options.length > 0 ? (wanted ?? options[0] ?? '') : comment]];
			}),
		);
}

interface Page {
	readonly url: string;
	readonly html: string;
}

async function openPortal(actor: Actor): Promise<Page> {
	const { customers } = await lookAt(actor);
	const { url } = await actor.world.services.stripe('POST', '/billing_portal/sessions', {
		customer: customers[0]?.id ?? '',
	});
	return await openPage(url ?? '');
}

async function openPage(url: string): Promise<Page> {
	// An n8n that was restarted has closed the connections that are kept for the next request.
	const response = await fetch(url).catch(async () => await fetch(url));
	const html = await response.text();
	if (!response.ok) throw new Error(`opened ${new URL(url).pathname} and saw ${response.status}`);
	return { url: response.url, html };
}

/** The form that asks for a card says where it is sent to, or else to its own page. Resolves to where that leads. */
async function enterCard({ url, html }: Page, kind: CardKind): Promise<string> {
	const form = html.split('<form').find((part) => part.includes('name="card"'));
	if (form === undefined) throw new Error(`was asked for no card at ${url}`);
	const action = /^[^>]*\baction="([^"]+)"/.exec(form)?.[1];
	return await submit(action === undefined ? url : new URL(action, url).href, {
		card: CARD_OF_KIND[kind],
	});
}

async function submit(url: string, fields: Readonly<Record<string, string>>): Promise<string> {
	const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
	await response.arrayBuffer();
	// The product that a page leads back to is one of the operator's, outside of the sandbox.
	if (!response.ok) throw new Error(`sent a form to ${new URL(url).pathname}: ${response.status}`);
	return response.url;
}
