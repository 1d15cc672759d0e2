import { statusOf } from './explain.ts';

/** 410 stands for a contact that was merged into another, from API version 2.16 on. */
const GONE: ReadonlySet<number | undefined> = new Set([404, 410]);

/** Undefined where Intercom has no such object. */
export async function ifPresent<Answer>(answer: PromiseLike<Answer>): Promise<Answer | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (GONE.has(statusOf(error))) return undefined;
		throw error;
	}
}
