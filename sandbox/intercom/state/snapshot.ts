import { toContactItem } from '../resources/contact-answer.ts';
import { toConversation } from '../resources/conversation-answer.ts';
import type { Workspace } from './workspace.ts';

/** The whole workspace as plain JSON, oldest first, for assertions and the time machine. */
export function workspaceState(workspace: Workspace) {
	const oldestFirst = <T>(records: Iterable<T>) => [...records].reverse();
	return {
		region: workspace.region,
		settings: workspace.settings,
		admins: oldestFirst(workspace.admins.newestFirst()),
		contacts: oldestFirst(workspace.contacts.table.newestFirst()).map((contact) => ({
			...toContactItem(workspace, contact),
			state: contact.state,
			merged_into: contact.mergedInto,
		})),
		visitors: oldestFirst(workspace.visitors.newestFirst()),
		messages: oldestFirst(workspace.messages.newestFirst()),
		conversations: oldestFirst(workspace.conversations.newestFirst()).map((conversation) =>
			toConversation(workspace, conversation),
		),
		tags: oldestFirst(workspace.tags.newestFirst()),
		notes: oldestFirst(workspace.notes.newestFirst()),
		companies: oldestFirst(workspace.companies.newestFirst()),
		events: oldestFirst(workspace.events.newestFirst()),
		attributes: oldestFirst(workspace.attributes.newestFirst()),
		subscriptionTypes: oldestFirst(workspace.subscriptionTypes.newestFirst()),
	};
}
