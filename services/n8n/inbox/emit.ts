import type { IRun, ITriggerFunctions } from 'n8n-workflow';
import type { Outcome, Outputs } from './drain.ts';

/** One execution with all items; resolves when it has ended. */
export async function emitAndWait(
	context: ITriggerFunctions,
	outputs: Outputs,
	key: string,
): Promise<Outcome> {
	const done = context.helpers.createDeferredPromise<IRun | undefined>();
	context.emit(outputs, undefined, done as Parameters<typeof context.emit>[2], key);
	return await done.promise.then(outcomeOf, (error: unknown): Outcome => {
		if (!isRefusedByEngine2(error))
			return { kind: 'failed', error: error instanceof Error ? error.message : String(error) };
		// n8n's Engine 2.0 tells nobody how a run ends, so handing it over is all that can be done.
		context.emit(outputs, undefined, undefined, key);
		return { kind: 'done' };
	});
}

function outcomeOf(run: IRun | undefined): Outcome {
	if (!run) return { kind: 'taken' };
	switch (run.status) {
		case 'error':
		case 'crashed':
		case 'canceled':
			return { kind: 'failed', error: wordsFor(run) };
		default:
			return { kind: 'done' };
	}
}

/** Where it stopped; why may hold somebody's data, and the execution itself shows it. */
function wordsFor({ status, data }: IRun): string {
	const node = data.resultData.lastNodeExecuted;
	const at = node === undefined ? '' : ` at "${node}"`;
	return status === 'canceled' ? `The execution was stopped${at}` : `The execution failed${at}`;
}

function isRefusedByEngine2(error: unknown): boolean {
	return error instanceof Error && error.message.includes('Engine 2.0');
}
