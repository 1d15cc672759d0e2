import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { emitAndWait } from '../../services/n8n/inbox/emit.ts';
import { toNodeError } from '../../services/n8n/node-error.ts';
import { takeExample } from './example.ts';
import { toFailure } from './failures.ts';
import { connect } from './n8n.ts';
import { enrol, run } from './run.ts';

/** Tells the flow what comes in, until n8n stops it; in the editor, the one thing that was listened for. */
export async function start(context: ITriggerFunctions): Promise<ITriggerResponse> {
	const node = context.getNode();
	try {
		if (context.getMode() === 'manual') {
			const { consumer } = await connect(context);
			return { manualTriggerFunction: async () => context.emit(await takeExample(consumer)) };
		}
		const { consumer } = await connect(context, (failure) =>
			context.saveFailedExecution(toNodeError(node, failure)),
		);
		await enrol(consumer);
		const running = run(consumer, async (outputs, key) => await emitAndWait(context, outputs, key));
		return { closeFunction: async () => running.stop() };
	} catch (error) {
		throw toNodeError(node, toFailure(error));
	}
}
