import type { IDataObject } from 'n8n-workflow';
import { isContactEvent, type ContactEventName } from '../../lifecycle/contact-events.ts';
import { Failure } from '../../services/failure.ts';
import { topicsOf } from '../../services/intercom/topics.ts';
import type { Partition } from '../../services/store/index.ts';
import { readList } from '../input.ts';
import { readHandingOn, type HandingOn, type ParameterSource } from '../trigger-options.ts';

/** What the operator chose, read once when the trigger starts. */
export interface TriggerSettings extends HandingOn {
	readonly partition: Partition;
	/** One output each, in this order. */
	readonly events: readonly ContactEventName[];
	/** Intercom's own topics, on one more output. */
	readonly topics: readonly string[];
}

export function readSettings(context: ParameterSource): TriggerSettings {
	const events = context.getNodeParameter('events', []) as string[];
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const settings: TriggerSettings = {
		partition: {
			workspace: String(context.getNodeParameter('workspace', 'default')),
			mode: context.getNodeParameter('mode', 'live') === 'test' ? 'test' : 'live',
		},
		events: events.filter(isContactEvent),
		topics: readList(options['topics']),
		...readHandingOn(options),
	};
	if (settings.events.length + settings.topics.length > 0) return settings;
	throw new Failure('No event is chosen', {
		hint: 'Choose at least one event, or name a topic in the options.',
	});
}

/** Replies and consent are taken in whether or not the flow wants to hear of them: journeys end by them. */
export function wantedTopics({ events, topics }: TriggerSettings): string[] {
	return [...new Set([...topicsOf([...DECISIVE, ...events]), ...topics])].sort();
}

const DECISIVE = [
	'replied',
	'unsubscribed',
	'resubscribed',
	'bounced',
	'spam_reported',
] as const satisfies readonly ContactEventName[];
