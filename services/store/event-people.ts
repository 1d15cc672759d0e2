import type { Transaction } from 'kysely';
import { canonicalEmail, isEmail } from '../../lifecycle/email.ts';
import { chunksOf } from './chunks.ts';
import type { Scope } from './database.ts';
import { fromJson } from './json.ts';
import type { Tables } from './tables.ts';
import { hashing } from './trial-hashes.ts';

/** Whom an event of a vendor tells of, beyond its account key: what an erasure finds it by. */
export interface PersonSign {
	readonly kind: 'email' | 'account';
	readonly value: string;
}

interface SortedEvent {
	readonly accountKey: string;
	readonly payload: unknown;
}

/** Intercom's side of a conversation. */
const TEAM: ReadonlySet<unknown> = new Set(['admin', 'bot', 'team']);
/** What an operator writes there is about others, too: the colleague in charge is in the events of many. */
const FREE_FORM: ReadonlySet<string> = new Set(['metadata', 'custom_attributes']);
/** The account's id as this package writes it: in Stripe's metadata, on Stripe's pages, in Intercom's contacts. */
const ACCOUNT_FIELDS: ReadonlySet<string> = new Set([
	...['account_id', 'client_reference_id', 'external_id'],
]);

/**
 * Every e-mail and every account id in what a vendor sent, wherever it lies: an invoice, a payment page and a
 * conversation hold them in places of their own.
 */
export function peopleIn(payload: unknown): readonly PersonSign[] {
	const signs = new Map<string, PersonSign>();
	const waiting = [{ value: payload, isFreeForm: false }];
	for (let next = waiting.pop(); next; next = waiting.pop()) {
		const { value, isFreeForm } = next;
		if (typeof value !== 'object' || value === null) continue;
		if ('type' in value && TEAM.has(value.type)) continue;
		for (const [field, inner] of Object.entries(value) as Array<[string, unknown]>) {
			const sign = signIn(field, inner, isFreeForm);
			if (sign) signs.set(`${sign.kind}/${sign.value}`, sign);
			else waiting.push({ value: inner, isFreeForm: isFreeForm || FREE_FORM.has(field) });
		}
	}
	return [...signs.values()];
}

function signIn(field: string, value: unknown, isFreeForm: boolean): PersonSign | undefined {
	if (typeof value !== 'string' || value === '') return undefined;
	if (ACCOUNT_FIELDS.has(field)) return { kind: 'account', value };
	if (isFreeForm || !field.endsWith('email') || !isEmail(value.trim())) return undefined;
	return { kind: 'email', value: canonicalEmail(value) };
}

/**
 * Makes events findable by the people in them, together with the events themselves: whom any event under an account
 * key names, all under that key tell of. The events of one customer name the same people again and again.
 */
export async function rememberPeople(
	{ db, partition }: Pick<Scope, 'db' | 'partition'>,
	events: readonly SortedEvent[],
): Promise<void> {
	if (events.length === 0) return;
	const hash = await hashingOf({ db });
	const rows = new Map(
		events.flatMap(({ accountKey, payload }) =>
			peopleIn(payload).map((sign) => [
				`${sign.kind}/${sign.value}/${accountKey}`,
				{ sign, account_key: accountKey },
			]),
		),
	);
	const found = [...rows.values()].map(({ sign, account_key }) => ({
		partition_key: partition,
		person: hash(sign),
		account_key,
	}));
	for (const chunk of chunksOf(found)) {
		await db
			.insertInto('event_people')
			.values(chunk)
			.onConflict((conflict) => conflict.doNothing())
			.execute();
	}
}

/** The keys of the events that hold any of these signs. */
export async function accountKeysWith(
	{ db, partition }: Pick<Scope, 'db' | 'partition'>,
	signs: readonly PersonSign[],
): Promise<readonly string[]> {
	if (signs.length === 0) return [];
	const rows = await db
		.selectFrom('event_people')
		.select('account_key')
		.where('partition_key', '=', partition)
		.where('person', 'in', signs.map(await hashingOf({ db })))
		.execute();
	return rows.map(({ account_key }) => account_key);
}

/** Whom the keys of events that are gone named, unless there are other events under the same key. */
export async function forgetPeople(
	{ db, partition }: Pick<Scope, 'db' | 'partition'>,
	accountKeys: readonly string[],
): Promise<void> {
	for (const chunk of chunksOf([...new Set(accountKeys)])) {
		await db
			.deleteFrom('event_people')
			.where('partition_key', '=', partition)
			.where('account_key', 'in', chunk)
			.where((eb) =>
				eb.not(
					eb.exists(
						eb
							.selectFrom('stripe_events')
							.select('stripe_events.event_id')
							.whereRef('stripe_events.partition_key', '=', 'event_people.partition_key')
							.whereRef('stripe_events.account_key', '=', 'event_people.account_key'),
					),
				),
			)
			.execute();
	}
}

async function hashingOf(scope: Pick<Scope, 'db'>): Promise<(sign: PersonSign) => string> {
	const email = await hashing(scope, 'email');
	const account = await hashing(scope, 'account');
	return ({ kind, value }) => (kind === 'email' ? email(value) : account(value));
}

/** Events of one page while older ones are read again. */
const PAGE = 500;

/** Of what lies in the inbox already, too, people are to be found. */
export async function createEventPeople(transaction: Transaction<Tables>): Promise<void> {
	const { schema } = transaction;
	await schema
		.createTable('event_people')
		.addColumn('partition_key', 'text', (column) => column.notNull())
		.addColumn('person', 'text', (column) => column.notNull())
		.addColumn('account_key', 'text', (column) => column.notNull())
		.addPrimaryKeyConstraint('event_people_key', ['partition_key', 'person', 'account_key'])
		.execute();
	await schema
		.createIndex('event_people_by_account')
		.on('event_people')
		.columns(['partition_key', 'account_key'])
		.execute();
	for (let after = 0; ;) {
		const page = await transaction
			.selectFrom('stripe_events')
			.select(['seq', 'partition_key', 'account_key', 'payload'])
			.where('seq', '>', after)
			.orderBy('seq')
			.limit(PAGE)
			.execute();
		for (const { partition_key: partition, account_key: accountKey, payload } of page) {
			const event = { accountKey, payload: fromJson(payload) };
			await rememberPeople({ db: transaction, partition }, [event]);
		}
		const last = page.at(-1);
		if (!last) return;
		after = last.seq;
	}
}
