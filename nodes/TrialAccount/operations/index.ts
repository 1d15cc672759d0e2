import type { Resource } from '../../../services/n8n/operation.ts';
import type { TrialAccountServices } from '../operation.ts';
import { createOrUpdate } from './account/create-or-update.operation.ts';
import { erase } from './account/erase.operation.ts';
import { get } from './account/get.operation.ts';
import { getMany } from './account/get-many.operation.ts';
import { getTimeline } from './account/get-timeline.operation.ts';
import { importFromStripe } from './account/import-from-stripe.operation.ts';
import { record } from './milestone/record.operation.ts';
import { funnel } from './report/funnel.operation.ts';

/** Everything this node can do: one line per operation, in the order of the panel. */
export const resources: ReadonlyArray<Resource<TrialAccountServices>> = [
	{
		name: 'Account',
		value: 'account',
		operations: [createOrUpdate, erase, get, getMany, getTimeline, importFromStripe],
	},
	{ name: 'Milestone', value: 'milestone', operations: [record] },
	{ name: 'Report', value: 'report', operations: [funnel] },
];
