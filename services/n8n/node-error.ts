import { NodeOperationError, type INode } from 'n8n-workflow';
import type { Failure } from '../failure.ts';

/** n8n's own kind of error: what went wrong, and below it what to do. */
export function toNodeError(node: INode, failure: Failure): NodeOperationError {
	const { hint, requestId, cause } = failure.details;
	const description = [hint, requestId && `Request id: ${requestId}`].filter(Boolean).join(' ');
	return new NodeOperationError(node, cause ?? failure.message, {
		message: failure.message,
		description,
	});
}
