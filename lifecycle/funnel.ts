import { DateTime } from 'luxon';
import { LAPSE_REASONS, type LapseReason } from './lapse-reason.ts';
import { toMoney } from './money.ts';

/** What the funnel wants to know of one account. */
export interface CohortMember {
	/** The sign-up or the start of the trial, whichever the cohorts go by. */
	readonly joinedAt: Date;
	readonly hadTrial: boolean;
	/** When the milestone that stands for "activated" was reached. */
	readonly activatedAt: Date | null;
	/** When the first message that counts as a reminder went out. */
	readonly remindedAt: Date | null;
	readonly firstPaidAt: Date | null;
	readonly lapse: { readonly at: Date; readonly reason: LapseReason } | null;
	/** Payments whose amount is known, as far as they may have been brought back. */
	readonly payments: readonly KnownPayment[];
	readonly sends: readonly SendCount[];
}

export interface KnownPayment {
	readonly invoiceId: string;
	readonly at: Date;
	/** In the currency's minor unit. */
	readonly amountPaid: number;
	readonly currency: string;
	/** Paid after an attempt that had failed. */
	readonly hadFailed: boolean;
}

export interface SendCount {
	readonly state: string;
	/** Why it was suppressed or failed. */
	readonly reason: string | null;
	readonly count: number;
}

/** Everybody who joined in one week, and how far they came. */
export interface Cohort {
	/** ISO week with its year: `2026-W01` may begin in December. */
	readonly week: string;
	readonly startsAt: Date;
	readonly joined: number;
	readonly started: number;
	readonly activated: number;
	/** Reminded before they paid, or without ever paying. */
	readonly reminded: number;
	readonly converted: number;
	/** Days from joining to the first payment; null while nobody has converted. */
	readonly medianDaysToConvert: number | null;
	/** Whose trial ended without payment, whatever came later. */
	readonly lapsed: number;
	readonly lapsedBy: Readonly<Record<LapseReason, number>>;
	/** Lapsed first and paid later; also among the converted. */
	readonly recovered: number;
	/** By currency: payments that followed a failed attempt or a lapse, as far as they are known. */
	readonly revenueRecovered: Readonly<Record<string, number>>;
	readonly sends: Readonly<Record<string, number>>;
	readonly suppressedBy: Readonly<Record<string, number>>;
}

/** From its first instant up to that of the next one. */
export interface Week {
	readonly startsAt: Date;
	readonly endsAt: Date;
}

export interface Funnel {
	/** Members who joined outside the weeks of the funnel count nowhere. */
	add(member: CohortMember): void;
	/** One per week, oldest first, empty weeks included. */
	cohorts(): readonly Cohort[];
}

const HOUR_MS = 3_600_000;

/** Calendar weeks up to the one that holds `until`, oldest first, each from Monday to Monday in that zone. */
export function lastWeeks(count: number, until: Date, timeZone: string): readonly Week[] {
	const last = weekOf(until, timeZone);
	return Array.from({ length: count }, (_, index) => {
		const start = last.minus({ weeks: count - 1 - index });
		return { startsAt: start.toJSDate(), endsAt: start.plus({ weeks: 1 }).toJSDate() };
	});
}

/** Counts members into weekly cohorts, in any order, in memory that grows with the weeks alone. */
export function createFunnel(weeks: readonly Week[], timeZone: string): Funnel {
	const cohorts = weeks.map((week) => ({ ...week, tally: createTally() }));
	return {
		add(member) {
			const isOf = ({ startsAt, endsAt }: Week) =>
				startsAt <= member.joinedAt && member.joinedAt < endsAt;
			cohorts.find(isOf)?.tally.count(member);
		},
		cohorts: () =>
			cohorts.map(({ startsAt, tally }) => ({
				week: DateTime.fromJSDate(startsAt, { zone: timeZone }).toFormat("kkkk-'W'WW"),
				startsAt,
				...tally.result(),
			})),
	};
}

function createTally() {
	const counts = { joined: 0, started: 0, activated: 0, reminded: 0, converted: 0, lapsed: 0 };
	let recovered = 0;
	const revenue = new Map<string, number>();
	const lapsedBy = new Map<string, number>(LAPSE_REASONS.map((reason) => [reason, 0]));
	const sends = new Map<string, number>();
	const suppressedBy = new Map<string, number>();
	// By whole hours, so that a week of a million accounts keeps a few thousand numbers.
	const hoursToConvert = new Map<number, number>();

	return {
		count(member: CohortMember): void {
			const { joinedAt, activatedAt, lapse } = member;
			const paidAt = paidSinceJoining(member);
			counts.joined++;
			if (member.hadTrial) counts.started++;
			if (activatedAt) counts.activated++;
			if (wasReminded(member)) counts.reminded++;
			if (paidAt) {
				counts.converted++;
				increase(hoursToConvert, Math.round((paidAt.getTime() - joinedAt.getTime()) / HOUR_MS));
			}
			if (lapse) {
				counts.lapsed++;
				increase(lapsedBy, lapse.reason);
				if (paidAt && paidAt > lapse.at) recovered++;
			}
			for (const { amountPaid, currency } of paymentsBroughtBack(member)) {
				increase(revenue, currency, amountPaid);
			}
			for (const { state, reason, count } of member.sends) {
				increase(sends, state, count);
				if (state === 'suppressed') increase(suppressedBy, reason ?? 'unknown', count);
			}
		},
		result: () => ({
			...counts,
			recovered,
			revenueRecovered: Object.fromEntries([...revenue].map(inMajorUnits).sort()),
			medianDaysToConvert: inDays(medianOf(hoursToConvert)),
			lapsedBy: Object.fromEntries(lapsedBy) as Record<LapseReason, number>,
			sends: sorted(sends),
			suppressedBy: sorted(suppressedBy),
		}),
	};
}

/** Somebody who had paid before, and then joined by a trial, has not been converted by it. */
function paidSinceJoining({ joinedAt, firstPaidAt }: CohortMember): Date | null {
	return firstPaidAt && firstPaidAt >= joinedAt ? firstPaidAt : null;
}

/** An invoice that two events tell of counts once. */
function paymentsBroughtBack({ lapse, payments }: CohortMember): Iterable<KnownPayment> {
	const back = payments.filter(
		({ at, hadFailed }) => hadFailed || (lapse !== null && at > lapse.at),
	);
	return new Map(back.map((payment) => [payment.invoiceId, payment])).values();
}

function inMajorUnits([currency, minorUnits]: [string, number]): [string, number] {
	const money = toMoney(minorUnits, currency);
	return [money.currency, money.amount];
}

/** A message after the first payment reminded nobody of paying. */
function wasReminded(member: CohortMember): boolean {
	const paidAt = paidSinceJoining(member);
	return member.remindedAt !== null && (paidAt === null || member.remindedAt <= paidAt);
}

function increase<Key>(counts: Map<Key, number>, key: Key, by = 1): void {
	counts.set(key, (counts.get(key) ?? 0) + by);
}

/** The lower one of the two in the middle, so that it is a duration that somebody had. */
function medianOf(counts: ReadonlyMap<number, number>): number | null {
	const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
	let passed = 0;
	for (const [value, count] of [...counts].sort(([one], [other]) => one - other)) {
		passed += count;
		if (passed * 2 >= total) return value;
	}
	return null;
}

function inDays(hours: number | null): number | null {
	return hours === null ? null : Math.round(hours / 2.4) / 10;
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
	return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function weekOf(instant: Date, timeZone: string): DateTime<true> {
	const week = DateTime.fromJSDate(instant, { zone: timeZone }).startOf('week');
	if (week.isValid) return week;
	throw new RangeError(`Not a date, or not a time zone: "${timeZone}"`);
}
