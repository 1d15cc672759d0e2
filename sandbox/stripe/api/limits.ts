/** https://docs.stripe.com/rate-limits: per second, per account and mode. */
export const LIMITS = { live: 100, test: 25, endpoint: 25, search: 20 };

/** Counts requests in a sliding second under any number of names. */
export interface RateCounter {
	/** False when this request is one too many under the name; else it is counted. */
	admit(name: string, limit: number, nowMs: number): boolean;
	clear(): void;
}

export function createRateCounter(): RateCounter {
	const recent = new Map<string, number[]>();
	return {
		admit(name, limit, nowMs) {
			const times = (recent.get(name) ?? []).filter((time) => time > nowMs - 1000);
			const isAdmitted = times.length < limit;
			if (isAdmitted) times.push(nowMs);
			recent.set(name, times);
			return isAdmitted;
		},
		clear: () => recent.clear(),
	};
}
