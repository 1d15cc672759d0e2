import type { IDataObject, INodeProperties } from 'n8n-workflow';

/** How a trigger hands on what it was told. */

export const attemptsField = {
	displayName: 'Attempts',
	name: 'maxAttempts',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 10,
	description:
		'How often a failed execution is repeated before its events are put aside. The pauses double from 30 seconds up to 6 hours: 10 attempts take about 4 hours.',
} as const satisfies INodeProperties;

/** Whoever takes it says of what. */
export const batchSizeField = {
	displayName: 'Batch Size',
	name: 'batchSize',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 500 },
	default: 100,
} as const satisfies INodeProperties;

export interface HandingOn {
	readonly dropsStale: boolean;
	readonly batchSize: number;
	readonly maxAttempts: number;
}

export function readHandingOn(options: IDataObject): HandingOn {
	return {
		dropsStale: options['dropStale'] === true,
		batchSize: readPositive(options['batchSize'], batchSizeField.default),
		maxAttempts: readPositive(options['maxAttempts'], attemptsField.default),
	};
}

export function readPositive(value: unknown, fallback: number): number {
	return typeof value === 'number' && value > 0 ? value : fallback;
}

/** The part of n8n's contexts that every method of a trigger node has. */
export interface ParameterSource {
	getNodeParameter(name: string, fallback?: unknown): unknown;
}
