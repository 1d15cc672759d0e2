import type { INodeProperties } from 'n8n-workflow';
import { modeField, workspaceField } from '../store-fields.ts';
import { attemptsField, batchSizeField } from '../trigger-options.ts';

export const properties: INodeProperties[] = [
	{
		displayName:
			'Intercom has to be told of this trigger by hand, once. In its <a href="https://app.intercom.com/a/apps/_/developer-hub" target="_blank">Developer Hub</a> open your app, then <b>Webhooks</b>: enter the <b>Production URL</b> from above as endpoint URL and choose the topics: <code>conversation.user.replied</code> and <code>conversation.user.created</code> for replies, <code>contact.unsubscribed</code>, <code>contact.subscribed</code>, <code>content_stat.email</code> for bounces and spam reports, <code>contact.user.created</code>, <code>contact.lead.created</code>, <code>contact.user.updated</code>, <code>contact.lead.updated</code>. Publish this workflow first. An app has one URL: with several workflows, enter that of any one of them; all get what it receives.',
		name: 'developerHub',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		noDataExpression: true,
		default: ['replied', 'unsubscribed'],
		description: 'What to react to. Each chosen event gets an output of its own, in this order.',
		options: [
			{
				name: 'Bounced',
				value: 'bounced',
				description: 'A mailbox does not exist: it gets no e-mail any more',
			},
			{
				name: 'Contact Created',
				value: 'contact_created',
				description: 'A new user or lead; "role" says which',
			},
			{
				name: 'Contact Updated',
				value: 'contact_updated',
				description:
					'Something about a user or lead changed, by whomever: your own flows change contacts too',
			},
			{
				name: 'Replied',
				value: 'replied',
				description: 'Somebody answered a message or began a conversation',
			},
			{
				name: 'Resubscribed',
				value: 'resubscribed',
				description: 'Somebody who had unsubscribed wants e-mail again',
			},
			{
				name: 'Spam Reported',
				value: 'spam_reported',
				description: 'Somebody marked an e-mail as spam: they get no e-mail any more',
			},
			{
				name: 'Unsubscribed',
				value: 'unsubscribed',
				description: 'Somebody wants no more marketing e-mail',
			},
		],
	},
	modeField,
	workspaceField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			attemptsField,
			{
				...batchSizeField,
				description: 'How many notifications one execution handles at most',
			},
			{
				displayName: 'Drop Overtaken Events',
				name: 'dropStale',
				type: 'boolean',
				default: false,
				description:
					'Whether to leave out what the present state has overtaken, such as an unsubscription that was taken back. Otherwise it comes with "stale" set to true.',
			},
			{
				displayName: 'Further Topics',
				name: 'topics',
				type: 'string',
				default: '',
				placeholder: 'e.g. contact.merged, conversation.admin.closed',
				description:
					'Topics of Intercom, separated by commas, that have no event above. They come on one more output, as Intercom sent them. Choose them in the Developer Hub too.',
			},
		],
	},
];
