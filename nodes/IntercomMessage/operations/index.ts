import type { Resource } from '../../../services/n8n/operation.ts';
import type { IntercomMessageServices } from '../operation.ts';
import { createOrUpdate as createOrUpdateCompany } from './company/create-or-update.operation.ts';
import { addTag } from './contact/add-tag.operation.ts';
import { archive } from './contact/archive.operation.ts';
import { convertLead } from './contact/convert-lead.operation.ts';
import { createOrUpdate } from './contact/create-or-update.operation.ts';
import { get } from './contact/get.operation.ts';
import { removeTag } from './contact/remove-tag.operation.ts';
import { unsubscribe } from './contact/unsubscribe.operation.ts';
import { assign } from './conversation/assign.operation.ts';
import { reply } from './conversation/reply.operation.ts';
import { track } from './event/track.operation.ts';
import { send } from './message/send.operation.ts';
import { create as createNote } from './note/create.operation.ts';

/** Everything this node can do: one line per operation, in the order of the panel. */
export const resources: ReadonlyArray<Resource<IntercomMessageServices>> = [
	{ name: 'Company', value: 'company', operations: [createOrUpdateCompany] },
	{
		name: 'Contact',
		value: 'contact',
		isDefault: true,
		defaultOperation: 'createOrUpdate',
		operations: [addTag, archive, convertLead, createOrUpdate, get, removeTag, unsubscribe],
	},
	{ name: 'Conversation', value: 'conversation', operations: [assign, reply] },
	{ name: 'Event', value: 'event', operations: [track] },
	{ name: 'Message', value: 'message', operations: [send] },
	{ name: 'Note', value: 'note', operations: [createNote] },
];
