import type { IntercomClient } from 'intercom-client';
import { Failure } from '../failure.ts';
import { ifPresent } from './if-present.ts';

/** Stops all e-mail that is not about the account itself. */
export async function unsubscribeFromAll(intercom: IntercomClient, contactId: string) {
	return await intercom.contacts.update({ contact_id: contactId, unsubscribed_from_emails: true });
}

/**
 * Stops one kind of message. A list of explicit choices: an opt-out type is attached to opt out of it, an opt-in
 * type is detached. https://developers.intercom.com/docs/references/rest-api/api.intercom.io/subscription-types
 */
export async function unsubscribeFrom(
	intercom: IntercomClient,
	contactId: string,
	typeId: string,
): Promise<void> {
	const { data = [] } = await intercom.subscriptionTypes.list();
	const type = data.find(({ id }) => id === typeId);
	if (!type) {
		throw new Failure(`Intercom has no subscription type "${typeId}"`, {
			hint: 'Choose one from the list.',
		});
	}
	const choice = { contact_id: contactId, id: typeId };
	if (type.consent_type === 'opt_out') {
		await intercom.contacts.attachSubscription({ ...choice, consent_type: 'opt_out' });
	} else {
		await ifPresent(
			intercom.contacts.detachSubscription({ contact_id: contactId, subscription_id: typeId }),
		);
	}
}
