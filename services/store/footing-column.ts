import type { Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** On what billing a journey gave its step out, for a last look when the message goes out. */
export async function addFootingColumn({ schema }: Transaction<Tables>): Promise<void> {
	await schema.alterTable('sends').addColumn('footing', 'text').execute();
}
