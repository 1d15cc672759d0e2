import { createPresences, type Presences } from '../../services/n8n/inbox/presence.ts';
import type { Consumer } from './consumer.ts';

/** The triggers that read the notifications of one partition. */
export function presencesOf({ store, now }: Consumer): Presences<object> {
	const { notifications, bookmarks } = store;
	return createPresences({ inbox: notifications, bookmarks, prefix: 'intercom-trigger', now });
}
