import type { Scope } from './database.ts';

/** Where long work stands, so that it resumes after a kill: an import's page, the last event pulled. */
export interface Bookmarks {
	get(name: string): Promise<string | null>;
	set(name: string, value: string, now: Date): Promise<void>;
	remove(name: string): Promise<void>;
}

export function createBookmarks({ db, partition }: Scope): Bookmarks {
	return {
		async get(name) {
			const row = await db
				.selectFrom('bookmarks')
				.select('value')
				.where('partition_key', '=', partition)
				.where('name', '=', name)
				.executeTakeFirst();
			return row?.value ?? null;
		},
		async set(name, value, now) {
			const news = { value, updated_at: now.getTime() };
			await db
				.insertInto('bookmarks')
				.values({ partition_key: partition, name, ...news })
				.onConflict((conflict) => conflict.columns(['partition_key', 'name']).doUpdateSet(news))
				.execute();
		},
		async remove(name) {
			await db
				.deleteFrom('bookmarks')
				.where('partition_key', '=', partition)
				.where('name', '=', name)
				.execute();
		},
	};
}
