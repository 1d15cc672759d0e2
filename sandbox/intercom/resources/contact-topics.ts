import type { Contact } from '../state/contacts.ts';
import type { Workspace } from '../state/workspace.ts';
import { toContactItem } from './contact-answer.ts';

/** https://developers.intercom.com/docs/references/webhooks/webhook-models */
export function notifyContactCreated(workspace: Workspace, contact: Contact) {
	workspace.notify(`contact.${contact.role}.created`, toContactItem(workspace, contact), contact);
}

export function notifyContactChange(workspace: Workspace, before: Contact, after: Contact) {
	const item = toContactItem(workspace, after);
	const tell = (topic: string) => workspace.notify(topic, item, after);
	if (before.role !== after.role) tell('contact.lead.signed_up');
	if (before.email !== after.email) {
		tell(
			before.email === null && after.role === 'lead'
				? 'contact.lead.added_email'
				: 'contact.email.updated',
		);
	}
	if (before.unsubscribed_from_emails !== after.unsubscribed_from_emails) {
		notifySubscription(workspace, after);
	}
	tell(`contact.${after.role}.updated`);
}

/** Unlike other topics about contacts, the contact is not the item itself but lies in it. */
export function notifySubscription(workspace: Workspace, contact: Contact) {
	const verb = contact.unsubscribed_from_emails ? 'unsubscribe' : 'subscribe';
	const item = {
		type: `contact_${verb}`,
		contact: toContactItem(workspace, contact),
		created_at: workspace.now(contact),
	};
	workspace.notify(`contact.${verb}d`, item, contact);
}
