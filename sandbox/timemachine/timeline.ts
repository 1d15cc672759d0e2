/** One thing that happened to a person, in the order in which it happened. */
export interface TimelineEntry {
	readonly id: string;
	/** In the time in which the person lives. */
	readonly at: string;
	readonly kind: 'billing' | 'message' | 'access' | 'product';
	readonly title: string;
	readonly tone: Tone;
	/** Of interest only to who looks closely. */
	readonly isMinor: boolean;
	/** What the vendor calls it. */
	readonly source?: string;
	readonly message?: MessageView;
}

export type Tone = 'neutral' | 'good' | 'warn' | 'bad';

/** A message as the person reads it. */
export interface MessageView {
	readonly from: string;
	readonly subject?: string;
	readonly text: string;
}

export function money(amount: number, currency: string): string {
	const format = new Intl.NumberFormat('en', {
		style: 'currency',
		currency: currency.toUpperCase(),
	});
	const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
	return format.format(amount / 10 ** digits);
}

export function day(unixSeconds: number): string {
	return new Date(unixSeconds * 1000).toLocaleDateString('en-GB', {
		day: 'numeric',
		month: 'long',
		timeZone: 'UTC',
	});
}
