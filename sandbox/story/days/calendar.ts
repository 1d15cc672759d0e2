import type { N8nClient } from '../../n8n/client.ts';
import type { Instance } from '../../n8n/instance.ts';
import type { WorkflowTemplate } from '../../n8n/equipment.ts';
import type { Narrator, Outcome } from '../life.ts';
import { emailOf, nameOf, type Biography } from './biography.ts';
import { signsUp, type Deed } from './deeds.ts';
import type { Inbox } from './inbox.ts';
import { settle } from './settling.ts';
import { runSchedules } from '../../n8n/schedules.ts';
import { judge } from './verdict.ts';
import type { World } from './world.ts';

export interface CalendarOptions {
	readonly biographies: readonly Biography[];
	readonly days: number;
	/** The days on which n8n is down: from the morning of the first to the morning after the last. */
	readonly outage: { readonly from: number; readonly days: number };
	readonly world: World;
	readonly inbox: Inbox;
	readonly n8n: Instance;
	readonly client: N8nClient;
	readonly workflows: readonly WorkflowTemplate[];
	readonly narrator: Narrator;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** When people come, and when one looks again on the days after. A trial ends at the hour at which it began. */
const AFTERNOON = 15 * HOUR;
const TO_MORNING = 20.5 * HOUR;
const TO_AFTERNOON = DAY - TO_MORNING;

/**
 * Lets everybody live side by side, day by day. In the morning the scheduled flows run and people do what their
 * lives say; in the afternoon new ones come, and the flows run once more for them. Whatever was set off comes to rest before time goes on.
 */
export async function playDays(options: CalendarOptions): Promise<readonly Outcome[]> {
	const { biographies, world, inbox, n8n, narrator } = options;
	const troubles = new Map<Biography, string[]>(biographies.map((one) => [one, []]));
	const general: string[] = [];
	const byEmail = new Map(biographies.map((one) => [emailOf(one), nameOf(one)]));
	let lettersSoFar = (await world.post()).length;
	let client: N8nClient | undefined = options.client;
	const failedBefore = new Set((await client.failed()).map(({ id }) => id));

	const rest = async () => {
		try {
			await settle({ standIns: world.standIns, inbox, n8n: () => client });
		} catch (error) {
			general.push((error as Error).message);
		}
	};

	const pass = async (seconds: number) => {
		await world.moveClocks(seconds);
		await rest();
	};

	/** What n8n's schedules do, in the time of the story. */
	const sweep = async () => {
		if (!client) return;
		general.push(...(await runSchedules(client, options.workflows)));
		await rest();
	};

	async function perform(biography: Biography, deeds: readonly Deed[]) {
		const actor = { name: nameOf(biography), email: emailOf(biography), world };
		for (const { says, act } of deeds) {
			try {
				await act(actor);
			} catch (error) {
				troubles.get(biography)?.push(`${says}: ${(error as Error).message}`);
			}
		}
	}

	async function together(
		plans: ReadonlyArray<readonly [Biography, readonly Deed[]]>,
	): Promise<void> {
		await Promise.all(plans.map(async ([biography, deeds]) => await perform(biography, deeds)));
		if (plans.length > 0) await rest();
	}

	const now = world.standIns.stripe.account.now(null);
	await pass(firstDay(now) - now);
	for (let day = 0; day <= options.days; day += 1) {
		const doing = biographies.flatMap((biography) => {
			const deeds = biography.does[day - biography.arrives];
			return deeds && day > biography.arrives ? [[biography, deeds] as const] : [];
		});
		const coming = biographies.filter(({ arrives }) => arrives === day);
		narrator.begin(headline(day, doing, coming));
		if (day === options.outage.from) {
			await n8n.stop();
			client = undefined;
		}
		if (day === options.outage.from + options.outage.days) {
			client = await n8n.start();
			await rest();
		}
		if (day > 0) {
			await pass(TO_MORNING);
			await sweep();
			await together(doing);
			await pass(TO_AFTERNOON);
		}
		await together(coming.map((one) => [one, [signsUp(), ...(one.does[0] ?? [])]]));
		if (coming.length > 0) await sweep();
		const letters = await world.post();
		const fresh = letters
			.slice(lettersSoFar)
			.flatMap(({ name, email }) => (byEmail.has(email) ? `${byEmail.get(email)} "${name}"` : []));
		lettersSoFar = letters.length;
		narrator.done([client ? '' : 'n8n is down', ...fresh].filter(Boolean).join(', '));
	}

	const outcomes = await Promise.all(
		biographies.map(
			async (biography) => await judge(biography, troubles.get(biography) ?? [], { world, inbox }),
		),
	);
	return [...outcomes, await judgeFlows(general, failedBefore, client)];
}

/**
 * The afternoon on which the story begins, in Unix seconds: a Monday from which a trial ends in a month of 31 days.
 * Weekends keep messages back and months are of different length, and what is expected must not depend on today.
 */
export function firstDay(now: number): number {
	let at = now - (now % DAY) + AFTERNOON;
	while (at < now || !isMonday(at) || daysOfMonth(at + 14 * DAY) !== 31) at += DAY;
	return at;
}

function isMonday(seconds: number): boolean {
	return new Date(seconds * 1000).getUTCDay() === 1;
}

function daysOfMonth(seconds: number): number {
	const date = new Date(seconds * 1000);
	return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function headline(
	day: number,
	doing: ReadonlyArray<readonly [Biography, readonly Deed[]]>,
	coming: readonly Biography[],
): string {
	const sentences = [
		...doing.map(([one, deeds]) => `${nameOf(one)} ${deeds.map(({ says }) => says).join(', ')}`),
		...(coming.length > 0 ? [`${coming.map(nameOf).join(', ')} come`] : []),
	];
	return [`Day ${day}`, ...(sentences.length > 0 ? [sentences.join('; ')] : [])].join(': ');
}

/** The flows themselves have a row too: none of them may have failed. */
async function judgeFlows(
	troubles: readonly string[],
	failedBefore: ReadonlySet<string>,
	client: N8nClient | undefined,
): Promise<Outcome> {
	const failures = new Map<string, number>();
	for (const { id, workflowId } of (await client?.failed()) ?? []) {
		if (failedBefore.has(id)) continue;
		const { error } = (await client?.execution(id))?.data.resultData ?? {};
		const text = `${workflowId}: ${error?.message ?? 'failed'}`;
		failures.set(text, (failures.get(text) ?? 0) + 1);
	}
	const all = [
		...new Set(troubles),
		...[...failures].map(([text, count]) => `${count} times ${text}`),
	];
	return {
		person: 'The flows',
		should: 'run without a failure',
		happened: all.length === 0 ? 'None failed' : all.join('. '),
		isGood: all.length === 0,
	};
}
