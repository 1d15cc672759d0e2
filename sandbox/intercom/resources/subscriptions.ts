import type { Route } from '../../kernel/http.ts';
import { oneOf, readBody, text } from '../api/body.ts';
import { invalid, resourceNotFound } from '../api/failure.ts';
import { ok, param, route } from '../api/route.ts';
import type { Contact } from '../state/contacts.ts';
import type { SubscriptionType, Workspace } from '../state/workspace.ts';
import { toContactItem } from './contact-answer.ts';
import { contactIn } from './contacts.ts';

/**
 * A contact's list holds explicit choices only: opt-out types opted out of, opt-in types opted in to.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/subscription-types
 */
export function subscriptionRoutes(workspace: Workspace): Route[] {
	const { subscriptionTypes, contacts } = workspace;
	const answerList = (types: readonly SubscriptionType[]) =>
		ok({ type: 'list', data: types.map(toSubscriptionType) });
	return [
		route('GET', '/subscription_types', () =>
			answerList([...subscriptionTypes.newestFirst()].reverse()),
		),
		route('GET', '/contacts/:id/subscriptions', (request) => {
			const { chosenSubscriptionIds: chosen } = contactIn(workspace, request);
			return answerList(chosen.flatMap((id) => subscriptionTypes.get(id) ?? []));
		}),
		route('POST', '/contacts/:id/subscriptions', (request) => {
			const contact = contactIn(workspace, request);
			const { id, consent_type: consentType } = readBody(request, {
				id: text(),
				consent_type: oneOf('opt_out', 'opt_in'),
			});
			const type = typeIn(workspace, id);
			if (type.consentType !== consentType) {
				throw invalid(`consent_type of this subscription type is ${type.consentType}`);
			}
			const others = contact.chosenSubscriptionIds.filter((chosen) => chosen !== id);
			const changed = contacts.change(contact, { chosenSubscriptionIds: [...others, id] });
			notifyChoice(workspace, changed, type, consentType === 'opt_in');
			return ok(toSubscriptionType(type));
		}),
		route('DELETE', '/contacts/:id/subscriptions/:typeId', (request) => {
			const contact = contactIn(workspace, request);
			const type = typeIn(workspace, param(request, 'typeId'));
			if (!contact.chosenSubscriptionIds.includes(type.id)) throw resourceNotFound();
			const others = contact.chosenSubscriptionIds.filter((chosen) => chosen !== type.id);
			const changed = contacts.change(contact, { chosenSubscriptionIds: others });
			notifyChoice(workspace, changed, type, type.consentType === 'opt_out');
			return ok(toSubscriptionType(type));
		}),
	];
}

function typeIn({ subscriptionTypes }: Workspace, id: string): SubscriptionType {
	const type = subscriptionTypes.get(id);
	if (!type) throw resourceNotFound();
	return type;
}

function notifyChoice(
	workspace: Workspace,
	contact: Contact,
	type: SubscriptionType,
	isSubscribed: boolean,
) {
	const item = { ...toSubscriptionType(type), contact: toContactItem(workspace, contact) };
	workspace.notify(`granular.${isSubscribed ? 'subscribe' : 'unsubscribe'}`, item, contact);
}

function toSubscriptionType(type: SubscriptionType) {
	const translation = { name: type.name, description: type.description, locale: 'en' };
	return {
		type: 'subscription',
		id: type.id,
		state: type.state,
		default_translation: translation,
		translations: [translation],
		consent_type: type.consentType,
		content_types: type.contentTypes,
	};
}
