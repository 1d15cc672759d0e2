import { PRESETS } from '../../lifecycle/journey/presets.ts';
import type { Journey, Step } from '../../lifecycle/journey/step.ts';
import { isTimeZone } from '../../lifecycle/trial.ts';
import { Failure } from '../../services/failure.ts';
import type { ParamsOf } from '../../services/n8n/operation.ts';
import { ACCOUNTS_PER_RUN, type fields } from './fields.ts';
import type { stepValues } from './step-fields.ts';

export type JourneyParams = ParamsOf<typeof fields>;
type StepParams = ParamsOf<typeof stepValues>;

const MOST_PERCENT = 100;

export interface RunOptions {
	readonly isDryRun: boolean;
	/** Accounts that come out of one run. */
	readonly maxAccounts: number;
	/** Requests per second to Stripe; null for the whole budget. */
	readonly maxRate: number | null;
}

/** The journey that the panel describes. Throws what the operator has to mend. */
export function readJourney(params: JourneyParams, workflowTimeZone: string): Journey {
	if (params.journey === '') throw new Failure('The journey has no name');
	const steps = params.stepsFrom === 'own' ? readSteps(params) : PRESETS[params.stepsFrom];
	if (steps.length === 0) throw new Failure('The journey has no steps');
	return {
		name: params.journey,
		audience: params.audience,
		steps,
		pacing: readPacing(params, workflowTimeZone),
		exits: {
			converted: params.exits.converted ?? true,
			replied: params.exits.replied ?? true,
			unsubscribed: params.exits.unsubscribed ?? true,
			milestones: listOf(params.exits.milestones),
			afterDays: params.exits.afterDays || null,
		},
		variants: readVariants(params),
	};
}

export function readOptions({ options }: JourneyParams): RunOptions {
	return {
		isDryRun: options.dryRun ?? false,
		maxAccounts: options.maxAccounts ?? ACCOUNTS_PER_RUN,
		maxRate: options.maxRate ?? null,
	};
}

function readSteps({ steps }: JourneyParams): Step[] {
	const read = (steps.step ?? []).map(readStep);
	const twice = read.find((step, index) => read.findIndex(({ key }) => key === step.key) !== index);
	if (twice) {
		throw new Failure(`Two steps have the key "${twice.key}"`, {
			hint: 'The ledger tells steps apart by their keys: give each its own.',
		});
	}
	return read;
}

function readStep(step: StepParams): Step {
	const { key, usefulForHours, amount, unit } = step;
	const name = step.name || key;
	if (!/^\w[\w-]*$/.test(key)) {
		throw new Failure(`The step "${name}" has ${key === '' ? 'no key' : 'a malformed key'}`, {
			hint: 'Give it a short word such as three_days_left: letters, digits, - and _.',
		});
	}
	if (amount < 0 || usefulForHours <= 0) {
		throw new Failure(`The step "${name}" counts backwards`, {
			hint: 'Its amount is 0 or more, and it is useful for more than 0 hours.',
		});
	}
	return {
		name,
		key,
		anchor: step.anchor,
		direction: step.direction,
		amount,
		unit,
		timeOfDay: step.timeOfDay === '' ? null : readTimeOfDay(step.timeOfDay, name),
		conditions: {
			cardOnFile: step.cardOnFile,
			milestonesDone: listOf(step.milestonesDone),
			milestonesMissing: listOf(step.milestonesMissing),
			reasons: listOf(step.reasons),
			plans: listOf(step.plans),
			languages: listOf(step.languages),
		},
		category: step.category,
		usefulForHours,
		settledBy: step.settledBy,
	};
}

function readPacing({ pacing }: JourneyParams, workflowTimeZone: string): Journey['pacing'] {
	const { quietFrom = '', quietTo = '', timeZone = '' } = pacing;
	if (timeZone !== '' && !isTimeZone(timeZone)) {
		throw new Failure(`"${timeZone}" is not a time zone`, {
			hint: 'Give its name, such as Europe/Budapest.',
		});
	}
	if ((quietFrom === '') !== (quietTo === '')) {
		throw new Failure('The quiet hours have only one end', {
			hint: 'Give both Quiet From and Quiet To.',
		});
	}
	const from = quietFrom === '' ? 0 : readTimeOfDay(quietFrom, 'Quiet From');
	const to = quietTo === '' ? 0 : readTimeOfDay(quietTo, 'Quiet To');
	return {
		quiet: from === to ? null : { from, to },
		weekdays: pacing.weekdays ?? [],
		gapHours: pacing.gapHours ?? 0,
		timeZone: timeZone || workflowTimeZone,
	};
}

function readVariants({ variants }: JourneyParams): Journey['variants'] {
	const read = variants.variant ?? [];
	const sum = read.reduce((total, { percent }) => total + percent, 0);
	if (sum <= MOST_PERCENT && read.every(({ percent }) => percent >= 0)) return read;
	throw new Failure(`The variants make ${sum} percent`, {
		hint: 'Together they make 100 at most; the rest is held out.',
	});
}

/** Minutes since midnight. */
function readTimeOfDay(value: string, name: string): number {
	const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(value) ?? [];
	const time = Number(hours) * 60 + Number(minutes);
	if (Number(minutes) < 60 && time < 24 * 60) return time;
	throw new Failure(`"${name}" has a malformed time of day: "${value}"`, {
		hint: 'Give hours and minutes, such as 09:00.',
	});
}

/** Names separated by commas, spaces or lines. */
function listOf(value = ''): string[] {
	return value.split(/[\s,;]+/).filter((part) => part !== '');
}
