import type { Resource } from '../../../services/n8n/operation.ts';
import type { IntercomMessageServices } from '../operation.ts';
import { createOrUpdate } from './contact/create-or-update.operation.ts';
import { send } from './message/send.operation.ts';

/** Everything this node can do: one line per operation, in the order of the panel. */
export const resources: ReadonlyArray<Resource<IntercomMessageServices>> = [
	{ name: 'Contact', value: 'contact', operations: [createOrUpdate] },
	{ name: 'Message', value: 'message', operations: [send] },
];
