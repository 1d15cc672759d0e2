import { Failure } from '../../../../services/failure.ts';
import { missedEvents } from '../../../../services/stripe/events.ts';
import type { ParkedDelivery } from '../../../../services/store/index.ts';
import { limitField, returnAllField } from '../../../list-fields.ts';
import { simplifyField } from '../../fields.ts';
import { defineGuarded, type Result } from '../../operation.ts';
import { toEventRow, toParkedRow } from '../../event-rows.ts';
import { take } from '../../take.ts';

const DAY_MS = 86_400_000;
const FROM_STRIPE = { show: { source: ['undelivered', 'all'] } };

export const getMissed = defineGuarded({
	value: 'getMissed',
	name: 'Get Missed',
	action: 'Get missed events',
	description:
		'List events that did not get through: those that Stripe could not deliver, all of chosen types since a time, or those on which flows of the Stripe Trial Trigger failed for good (parked). The oldest come first, also with a limit. Parked ones can be handed to their flows again.',
	fields: [
		{
			displayName: 'Which',
			name: 'source',
			type: 'options',
			default: 'undelivered',
			options: [
				{
					name: 'All of a Time',
					value: 'all',
					description: 'Delivered or not, to go through them again',
				},
				{
					name: 'Parked by the Trigger',
					value: 'parked',
					description: 'Received, but the flow failed on them again and again',
				},
				{
					name: 'Undelivered',
					value: 'undelivered',
					description: 'Some webhook endpoint of your Stripe account has not taken them',
				},
			],
		},
		{
			displayName: 'Of the Last (Days)',
			name: 'sinceDays',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 30 },
			default: 3,
			displayOptions: FROM_STRIPE,
			description: 'How far back, 30 days at most: Stripe keeps them no longer',
		},
		{
			displayName: 'Types',
			name: 'types',
			type: 'string',
			default: '',
			placeholder: 'e.g. invoice.paid, customer.subscription.updated',
			displayOptions: FROM_STRIPE,
			description:
				"Stripe's names of the events, separated by commas, 20 at most. Leave empty for all.",
		},
		{
			displayName: 'Consumer',
			name: 'consumer',
			type: 'string',
			default: '',
			displayOptions: { show: { source: ['parked'] } },
			description:
				'Only what is parked for this trigger, as the output names it. Leave empty for all.',
		},
		{
			displayName: 'Replay',
			name: 'replay',
			type: 'boolean',
			default: false,
			displayOptions: { show: { source: ['parked'] } },
			description: 'Whether to hand the listed events to their flows again',
		},
		returnAllField,
		limitField,
		simplifyField,
	],
	async run(params, { stripe, now, openLedger, mode }) {
		const { source, returnAll, limit, workspace, consumer, replay } = params;
		if (source !== 'parked') return await fromStripe();

		const { store } = await openLedger();
		const { inbox } = store.partition({ workspace, mode });
		const parked = await inbox.parked({
			...(consumer === '' ? {} : { consumer }),
			...(returnAll ? {} : { limit }),
		});
		if (replay) {
			for (const [name, events] of groupByConsumer(parked)) {
				await inbox.replay(name, events, now());
			}
		}
		return parked.map((delivery) => ({
			row: toParkedRow(delivery, replay),
			raw: delivery.payload as object,
		}));

		async function fromStripe(): Promise<Result[]> {
			const events = missedEvents(stripe, {
				since: new Date(now().getTime() - params.sinceDays * DAY_MS),
				now: now(),
				types: readTypes(params.types),
				onlyUndelivered: source === 'undelivered',
			});
			return await take(events, returnAll ? Number.POSITIVE_INFINITY : limit, (event) => ({
				row: toEventRow(event),
				raw: event,
			}));
		}
	},
});

function readTypes(text: string): string[] {
	const types = text
		.split(',')
		.map((type) => type.trim())
		.filter((type) => type !== '');
	if (types.length <= 20) return types;
	throw new Failure(`Stripe looks for 20 types at a time, not ${types.length}`, {
		hint: 'Leave "Types" empty for all, or use several items.',
	});
}

function groupByConsumer(parked: readonly ParkedDelivery[]): Map<string, string[]> {
	const groups = new Map<string, string[]>();
	for (const { consumer, eventId } of parked) {
		groups.set(consumer, [...(groups.get(consumer) ?? []), eventId]);
	}
	return groups;
}
