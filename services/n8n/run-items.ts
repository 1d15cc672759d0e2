import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { explainFailure, Failure, type Explain } from '../failure.ts';
import { runInLanes } from './lanes.ts';
import { findOperation, type Operation, type Resource } from './operation.ts';
import { readParams } from './read-params.ts';

/** Enough to keep a vendor's API busy, few enough that one execution does not crowd out all others. */
const CONCURRENT_ITEMS = 10;

export interface NodeWork<Services> {
	readonly resources: ReadonlyArray<Resource<Services>>;
	/** Opens the node's services once for all items. */
	readonly connect: (context: IExecuteFunctions) => Promise<Services>;
	/** The vendors' readings of their own errors, asked in turn. */
	readonly explain: readonly Explain[];
	/** How many items run side by side, where a rate budget keeps them from crowding out others. */
	readonly concurrentItems?: (services: Services) => number;
}

/**
 * The body of every action node's `execute`: the only loop over items, the only catch and the only place
 * that pairs rows with items. Resource and operation are read at each item's own index. Rows come out in
 * the order of the items, however the work overlapped. With "continue on fail" a failing item becomes one
 * row `{error: {message, hint?, httpCode?, requestId?, code?}}`; otherwise the first failing item in input order stops the node.
 */
export async function runItems<Services>(
	context: IExecuteFunctions,
	work: NodeWork<Services>,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const continues = context.continueOnFail();
	let services: Promise<Services> | undefined;
	const connect = async () => await (services ??= work.connect(context));

	const concurrentItems = async () => {
		try {
			return work.concurrentItems?.(await connect()) ?? CONCURRENT_ITEMS;
		} catch {
			// Without services every item fails, and says why.
			return CONCURRENT_ITEMS;
		}
	};

	const rows = await runInLanes(
		prepareAll(context, work.resources, items.length),
		async (task, item): Promise<INodeExecutionData[]> => {
			try {
				if (task instanceof Failure) throw task;
				const result = await task.operation.run(task.params, await connect());
				return (Array.isArray(result) ? result : [result]).map((json) => ({
					json,
					pairedItem: { item },
				}));
			} catch (error) {
				const failure = explainFailure(error, work.explain);
				if (!continues) throw toNodeError(context, failure, item);
				return [{ json: { error: describeFailure(failure) }, pairedItem: { item } }];
			}
		},
		await concurrentItems(),
	);
	return [rows.flat()];
}

interface Task<Services> {
	readonly operation: Operation<Services>;
	readonly params: never;
	readonly lane: string | undefined;
}

/** One by one, because n8n takes a millisecond to evaluate an item's expressions, and nothing else moves meanwhile. */
function* prepareAll<Services>(
	context: IExecuteFunctions,
	resources: ReadonlyArray<Resource<Services>>,
	count: number,
): Generator<Task<Services> | Failure> {
	for (let item = 0; item < count; item++) yield prepare(context, resources, item);
}

/** Reading parameters can fail by itself (a broken expression): such an item fails like any other. */
function prepare<Services>(
	context: IExecuteFunctions,
	resources: ReadonlyArray<Resource<Services>>,
	item: number,
): Task<Services> | Failure {
	try {
		const resource = context.getNodeParameter('resource', item) as string;
		const name = context.getNodeParameter('operation', item) as string;
		const operation = findOperation(resources, resource, name);
		if (!operation) {
			return new Failure(`This node has no operation "${name}" for "${resource}"`, {
				hint: 'Choose one of the listed operations. For other calls of the same API use the HTTP Request node with this credential.',
			});
		}
		const params = readParams(context, operation.fields, item) as never;
		return { operation, params, lane: operation.lane?.(params) };
	} catch (error) {
		return explainFailure(error, []);
	}
}

/** What a failing item becomes with "continue on fail". */
export function describeFailure({ message, details }: Failure): Record<string, string | number> {
	const { hint, httpCode, requestId, code } = details;
	return {
		message,
		...(hint === undefined ? {} : { hint }),
		...(httpCode === undefined ? {} : { httpCode }),
		...(requestId === undefined ? {} : { requestId }),
		...(code === undefined ? {} : { code }),
	};
}

/** What stops the node. */
export function toNodeError(context: IExecuteFunctions, failure: Failure, item: number) {
	const { hint, httpCode, requestId, cause } = failure.details;
	const message = `${failure.message} [item ${item}]`;
	const description = [hint, requestId && `Request id: ${requestId}`].filter(Boolean).join(' ');
	if (httpCode === undefined) {
		return new NodeOperationError(context.getNode(), cause ?? message, {
			message,
			description,
			itemIndex: item,
		});
	}
	return new NodeApiError(context.getNode(), describeFailure(failure), {
		message,
		description,
		httpCode: String(httpCode),
		itemIndex: item,
	});
}
