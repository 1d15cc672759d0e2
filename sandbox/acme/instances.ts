import { randomBytes, randomInt, randomUUID } from 'node:crypto';

export const accessLevels = ['full', 'grace', 'read_only', 'suspended'] as const;
export type AccessLevel = (typeof accessLevels)[number];
export type InstanceStatus = 'provisioning' | 'ready' | 'failed' | 'revoked';

/** What becomes of a new instance: `never` stays in the making, `fail` ends as failed. */
export type Outcome = 'ready' | 'never' | 'fail';

/** What the provisioning side tells about an account. */
export interface Profile {
	readonly email: string;
	readonly name?: string;
	readonly plan?: string;
	readonly trialEndsAt?: string;
	readonly language?: string;
	readonly metadata?: Readonly<Record<string, string>>;
}

export interface AccessChange {
	readonly level: AccessLevel | 'none';
	readonly reason?: string;
	readonly until?: string;
	readonly at: string;
}

export interface Milestone {
	readonly name: string;
	readonly at: string;
}

export interface Card {
	readonly title: string;
	readonly column: number;
}

export interface Instance {
	readonly id: string;
	readonly accountId: string;
	/** The secret part of the instance's address: who knows it is in. */
	readonly slug: string;
	readonly profile: Profile;
	readonly status: InstanceStatus;
	readonly access: AccessChange;
	/** Every level that was ever in force, oldest first; the last one is `access`. */
	readonly history: readonly AccessChange[];
	readonly milestones: readonly Milestone[];
	readonly cards: readonly Card[];
	readonly updatedAt: string;
}

export interface Behaviour {
	readonly readyAfterMs: number;
	readonly outcome: Outcome;
}

export interface Instances {
	find(accountId: string): Instance | undefined;
	findById(id: string): Instance | undefined;
	findBySlug(slug: string): Instance | undefined;
	all(): readonly Instance[];
	/** Creates, or updates the profile; undefined when the account was revoked. */
	provision(
		accountId: string,
		profile: Profile,
		level: AccessLevel,
	): { readonly instance: Instance; readonly created: boolean } | undefined;
	setAccess(
		accountId: string,
		change: { level: AccessLevel; reason?: string; until?: string },
	): Instance;
	revoke(accountId: string): Instance;
	/** Recorded once per name; undefined when it was reached before. */
	reachMilestone(accountId: string, name: string): Milestone | undefined;
	addCard(accountId: string, title: string): void;
	/** Without an account it holds for instances made from now on; with one also for its present instance. */
	behave(behaviour: Partial<Behaviour>, accountId?: string): void;
	clear(): void;
}

type Entry = Omit<Instance, 'status' | 'access'> & {
	readonly outcome: Outcome;
	readonly readyAtMs: number;
};

const starterCards: readonly Card[] = [
	{ title: 'Say hello to your new board', column: 0 },
	{ title: 'Collect what the team has to do', column: 0 },
	{ title: 'Try to add a card of your own', column: 1 },
	{ title: 'Open Acme Boards', column: 2 },
];

const importedCards: readonly Card[] = [
	{ title: 'Interview three customers', column: 0 },
	{ title: 'Draft the spring newsletter', column: 1 },
	{ title: 'Renew the certificates', column: 2 },
];

/**
 * The instances of the product and the rules of their lives.
 * Two clocks: instances get ready in real time, while everything that is recorded carries the time in which the
 * account lives, which a time machine may have moved.
 */
export function createInstances(options: {
	readonly behaviour: Behaviour;
	readonly timeOf: (accountId: string) => Date;
}): Instances {
	const entries = new Map<string, Entry>();
	const accountBySlug = new Map<string, string>();
	const accountById = new Map<string, string>();
	const exceptions = new Map<string, Partial<Behaviour>>();
	let behaviour = options.behaviour;

	const timeOf = (accountId: string) => options.timeOf(accountId).toISOString();
	const behaviourOf = (accountId: string) => ({ ...behaviour, ...exceptions.get(accountId) });

	function find(accountId: string | undefined): Instance | undefined {
		const entry = accountId === undefined ? undefined : entries.get(accountId);
		return entry && toInstance(entry);
	}

	function update(accountId: string, change: Partial<Entry>): Instance {
		const entry = entries.get(accountId);
		if (!entry) throw new Error(`No instance of account ${accountId}`);
		const updated = { ...entry, ...change, updatedAt: timeOf(accountId) };
		entries.set(accountId, updated);
		return toInstance(updated);
	}

	function startMaking(accountId: string) {
		const { outcome, readyAfterMs } = behaviourOf(accountId);
		return { outcome, readyAtMs: Date.now() + readyAfterMs };
	}

	function create(accountId: string, profile: Profile, level: AccessLevel): Instance {
		const at = timeOf(accountId);
		const entry: Entry = {
			id: randomUUID(),
			accountId,
			slug: createSlug(),
			profile,
			history: [{ level, at }],
			milestones: [],
			cards: starterCards,
			updatedAt: at,
			...startMaking(accountId),
		};
		entries.set(accountId, entry);
		accountBySlug.set(entry.slug, accountId);
		accountById.set(entry.id, accountId);
		return toInstance(entry);
	}

	return {
		find,
		findById: (id) => find(accountById.get(id)),
		findBySlug: (slug) => find(accountBySlug.get(slug)),
		all: () => [...entries.values()].map(toInstance),
		provision(accountId, profile, level) {
			const existing = find(accountId);
			if (!existing) return { instance: create(accountId, profile, level), created: true };
			if (existing.status === 'revoked') return undefined;
			const restart = existing.status === 'failed' ? startMaking(accountId) : {};
			return { instance: update(accountId, { profile, ...restart }), created: false };
		},
		setAccess(accountId, change) {
			const instance = find(accountId);
			const { level, reason, until } = instance?.access ?? {};
			if (
				instance &&
				level === change.level &&
				reason === change.reason &&
				until === change.until
			) {
				return instance;
			}
			return update(accountId, {
				history: [...(instance?.history ?? []), { ...change, at: timeOf(accountId) }],
			});
		},
		revoke(accountId) {
			const instance = find(accountId);
			if (instance?.status === 'revoked') return instance;
			return update(accountId, {
				history: [...(instance?.history ?? []), { level: 'none', at: timeOf(accountId) }],
			});
		},
		reachMilestone(accountId, name) {
			const instance = find(accountId);
			if (!instance || instance.milestones.some((milestone) => milestone.name === name)) {
				return undefined;
			}
			const milestone = { name, at: timeOf(accountId) };
			update(accountId, {
				milestones: [...instance.milestones, milestone],
				cards: name === 'imported_data' ? [...instance.cards, ...importedCards] : instance.cards,
			});
			return milestone;
		},
		addCard(accountId, title) {
			update(accountId, { cards: [...(find(accountId)?.cards ?? []), { title, column: 0 }] });
		},
		behave(change, accountId) {
			if (accountId === undefined) {
				behaviour = { ...behaviour, ...change };
				return;
			}
			exceptions.set(accountId, { ...exceptions.get(accountId), ...change });
			if (entries.has(accountId)) update(accountId, startMaking(accountId));
		},
		clear() {
			for (const map of [entries, accountBySlug, accountById, exceptions]) map.clear();
			behaviour = options.behaviour;
		},
	};
}

function toInstance({ outcome, readyAtMs, ...entry }: Entry): Instance {
	const access = entry.history.at(-1) ?? { level: 'none', at: entry.updatedAt };
	return { ...entry, access, status: statusOf(access, outcome, readyAtMs) };
}

function statusOf(access: AccessChange, outcome: Outcome, readyAtMs: number): InstanceStatus {
	if (access.level === 'none') return 'revoked';
	if (outcome === 'never' || Date.now() < readyAtMs) return 'provisioning';
	return outcome === 'fail' ? 'failed' : 'ready';
}

const colours = ['amber', 'coral', 'indigo', 'jade', 'pearl', 'ruby', 'silver', 'teal'];
const animals = ['badger', 'falcon', 'heron', 'lynx', 'marten', 'otter', 'swift', 'wren'];

/** Pleasant to read, without anything personal in it, and with 64 bits that nobody guesses. */
function createSlug(): string {
	const pick = (words: readonly string[]) => words[randomInt(words.length)];
	return `${pick(colours)}-${pick(animals)}-${randomBytes(8).toString('hex')}`;
}
