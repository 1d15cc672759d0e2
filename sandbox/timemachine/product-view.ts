import { milestones } from '../acme/milestones.ts';
import type { Instance } from '../acme/instances.ts';
import type { ProductView } from './people.ts';
import type { TimelineEntry, Tone } from './timeline.ts';

/** The state of Acme Boards as its control API tells it. */
export interface AcmeState {
	readonly instances: ReadonlyArray<Instance & { readonly url: string }>;
}

const levels: Readonly<Record<string, { readonly title: string; readonly tone: Tone }>> = {
	full: { title: 'Full access', tone: 'good' },
	grace: { title: 'Grace period', tone: 'warn' },
	read_only: { title: 'Read only', tone: 'warn' },
	suspended: { title: 'Suspended', tone: 'bad' },
	none: { title: 'Instance closed', tone: 'bad' },
	provisioning: { title: 'Instance is being made', tone: 'neutral' },
	failed: { title: 'Instance could not be made', tone: 'bad' },
	revoked: { title: 'Instance closed', tone: 'bad' },
};

/** A level, or the status of an instance that has none in force. */
export function levelName(level: string): { readonly title: string; readonly tone: Tone } {
	return levels[level] ?? { title: level, tone: 'neutral' };
}

export function productViews({ instances }: AcmeState): readonly ProductView[] {
	return instances.map((instance) => ({
		accountId: instance.accountId,
		email: instance.profile.email,
		name: instance.profile.name ?? null,
		status: instance.status,
		level: instance.access.level,
		url: instance.url,
		milestones: instance.milestones.map(({ name }) => name),
		entries: [...accessEntries(instance), ...milestoneEntries(instance)],
	}));
}

function accessEntries({ id, history }: Instance): TimelineEntry[] {
	return history.map(({ level, reason, at }, index) => {
		const { title, tone } = levelName(level);
		const because = reason === undefined ? '' : ` (${reason.replaceAll('_', ' ')})`;
		return {
			id: `${id} access ${index}`,
			at,
			kind: 'access',
			title: index === 0 ? `Instance made: ${title.toLowerCase()}` : `${title}${because}`,
			tone,
			isMinor: false,
			source: level,
		};
	});
}

function milestoneEntries({ id, milestones: reached }: Instance): TimelineEntry[] {
	return reached.map(({ name, at }) => ({
		id: `${id} milestone ${name}`,
		at,
		kind: 'product',
		title: milestones.find((milestone) => milestone.name === name)?.done ?? name,
		tone: 'good',
		isMinor: false,
		source: name,
	}));
}
