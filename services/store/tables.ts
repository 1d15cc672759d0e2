/**
 * The rows as both databases keep them. Instants are milliseconds since 1970, structures are JSON text: types
 * that SQLite and Postgres read and compare alike.
 */
import type { Generated } from 'kysely';
import type { AccessLevel } from '../../lifecycle/access-level.ts';
import type { MessageCategory } from '../../lifecycle/consent.ts';
import type { TrialElsewhere } from '../../lifecycle/eligibility.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import type { DeliveryState } from './inbox.ts';
import type { SendState } from './sends.ts';

export interface Tables {
	accounts: AccountsTable;
	sends: SendsTable;
	stripe_events: StripeEventsTable;
	event_consumers: EventConsumersTable;
	event_deliveries: EventDeliveriesTable;
	told_facts: ToldFactsTable;
	event_people: EventPeopleTable;
	access_changes: AccessChangesTable;
	milestones: MilestonesTable;
	timeline: TimelineTable;
	trial_hashes: TrialHashesTable;
	erasures: ErasuresTable;
	bookmarks: BookmarksTable;
	leases: LeasesTable;
	settings: SettingsTable;
	migrations: MigrationsTable;
}

/** `live/acme` or `test/acme`: no statement runs without it. */
interface Partitioned {
	partition_key: string;
}

export interface AccountsTable extends Partitioned {
	account_id: string;
	canonical_email: string | null;
	customer_id: string | null;
	subscription_id: string | null;
	contact_id: string | null;
	stage: Stage;
	/** The price of the subscription's first item. */
	plan: string | null;
	signed_up_at: number | null;
	last_active_at: number | null;
	trial_started_at: number | null;
	trial_ends_at: number | null;
	lapsed_at: number | null;
	/** When they asked to leave. */
	canceled_at: number | null;
	/** When they left, or will. */
	subscription_ends_at: number | null;
	failing_since: number | null;
	/** Whose time counts for this account; null for the real one. */
	test_clock_id: string | null;
	/** The whole account; the columns above are what is searched by. */
	account: string;
	created_at: number;
	updated_at: number;
}

export interface SendsTable extends Partitioned {
	send_key: string;
	account_id: string;
	channel: string;
	category: MessageCategory;
	journey: string | null;
	step: string | null;
	/** The instant that the step counts from: a moved trial end makes the step due again. */
	anchor_at: number | null;
	state: SendState;
	/** Counts the claims that were won; the number is the winner's right to settle. */
	attempt: number;
	/** How often the outcome was unknown and the send was repeated all the same. */
	doubts: number;
	claimed_at: number;
	lease_until: number;
	/** How often a journey gave the step out. */
	emissions: Generated<number>;
	/** The arm of the journey's split. */
	variant: string | null;
	/** On what billing a journey gave the step out; null where it made no difference. */
	footing: string | null;
	settled_at: number | null;
	reason: string | null;
	message_id: string | null;
	execution_id: string | null;
}

export interface StripeEventsTable extends Partitioned {
	event_id: string;
	seq: Generated<number>;
	type: string;
	account_key: string;
	created_at: number;
	received_at: number;
	via: string;
	payload: string;
}

export interface EventConsumersTable extends Partitioned {
	consumer: string;
	/** JSON list of event types. */
	types: string;
}

export interface EventDeliveriesTable extends Partitioned {
	consumer: string;
	event_id: string;
	seq: number;
	account_key: string;
	created_at: number;
	state: DeliveryState;
	/** Counts the claims; the number is the latest claimer's right to settle, so it never goes back. */
	attempts: number;
	/** How often its execution failed: what parks it. */
	failures: Generated<number>;
	/** From when it may be claimed: the end of the backoff, or of the lease while it runs. */
	due_at: number;
	error: string | null;
	settled_at: number | null;
}

export interface ToldFactsTable extends Partitioned {
	consumer: string;
	fact_key: string;
	/** The event that it belongs to. */
	event_id: string;
	told_at: number;
}

/** Under which key of the inbox there are events that tell of whom: what an erasure looks for. */
export interface EventPeopleTable extends Partitioned {
	/** Keyed hash of a canonical e-mail or an account id. */
	person: string;
	account_key: string;
}

export interface AccessChangesTable extends Partitioned {
	id: Generated<number>;
	account_id: string;
	level: AccessLevel;
	reason: string;
	/** The instant of the billing fact that demands the change. */
	billing_at: number;
	state: 'pending' | 'applied' | 'failed';
	started_at: number;
	lease_until: number;
	settled_at: number | null;
	cause: string | null;
	execution_id: string | null;
	error: string | null;
}

export interface MilestonesTable extends Partitioned {
	account_id: string;
	milestone: string;
	reached_at: number;
}

export interface TimelineTable extends Partitioned {
	id: Generated<number>;
	account_id: string;
	at: number;
	kind: string;
	source: string;
	entry_key: string | null;
	cause: string | null;
	execution_id: string | null;
	data: string | null;
}

export interface TrialHashesTable extends Partitioned {
	hash: string;
	sign: TrialElsewhere['sharedBy'];
	ended_at: number;
}

export interface ErasuresTable extends Partitioned {
	account_hash: string;
	erased_at: number;
}

export interface BookmarksTable extends Partitioned {
	name: string;
	value: string;
	updated_at: number;
}

export interface LeasesTable extends Partitioned {
	name: string;
	holder: string;
	lease_until: number;
}

/** Of the whole store. */
export interface SettingsTable {
	name: string;
	value: string;
}

export interface MigrationsTable {
	version: number;
	applied_at: number;
}
