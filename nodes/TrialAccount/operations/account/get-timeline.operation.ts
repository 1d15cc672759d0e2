import type { IDataObject } from 'n8n-workflow';
import type { Timeline } from '../../../../services/store/index.ts';
import { limitField, returnAllField } from '../../../list-fields.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { accountField } from '../../fields.ts';
import { lookUp } from '../../find-account.ts';
import { defineOperation } from '../../operation.ts';
import { toTimelineRow } from '../../rows.ts';

const PAGE_SIZE = 500;

export const getTimeline = defineOperation({
	value: 'getTimeline',
	name: 'Get Timeline',
	action: 'Get the timeline of an account',
	description: 'Get everything that happened to a customer, newest first, one row each',
	fields: [
		accountField,
		returnAllField,
		limitField,
		{
			displayName: 'Kinds',
			name: 'kinds',
			type: 'string',
			default: '',
			placeholder: 'e.g. trial_started, message_sent',
			description: 'Only entries of these kinds, separated by commas. Empty: all.',
		},
		modeField,
		workspaceField,
	],
	async run(params, { store }) {
		const { accounts, timeline } = store.partition(params);
		const known = await lookUp(accounts, params.account);
		const kinds = params.kinds
			.split(',')
			.map((kind) => kind.trim())
			.filter((kind) => kind !== '');
		return await entriesOf(timeline, {
			// A contact without an account has a timeline too, under its own id.
			accountId: known?.accountId ?? params.account,
			...(kinds.length > 0 ? { kinds } : {}),
			atMost: params.returnAll ? Infinity : params.limit,
		});
	},
});

async function entriesOf(
	timeline: Timeline,
	query: { accountId: string; kinds?: readonly string[]; atMost: number },
): Promise<IDataObject[]> {
	const { atMost, ...wanted } = query;
	const rows: IDataObject[] = [];
	let cursor: string | null = null;
	do {
		const page: Awaited<ReturnType<Timeline['list']>> = await timeline.list({
			...wanted,
			limit: Math.min(PAGE_SIZE, atMost - rows.length),
			...(cursor === null ? {} : { cursor }),
		});
		rows.push(...page.entries.map(toTimelineRow));
		cursor = page.nextCursor;
	} while (cursor !== null && rows.length < atMost);
	return rows;
}
