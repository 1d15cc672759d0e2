import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { emitAndWait } from '../../services/n8n/inbox/emit.ts';
import { toNodeError } from '../../services/n8n/node-error.ts';
import { toFailure } from './failures.ts';
import { connect } from './n8n.ts';
import { enrol, run } from './run.ts';

/** Tells the flow what comes in, until n8n stops it. In the editor the webhook does. */
export async function start(context: ITriggerFunctions): Promise<ITriggerResponse> {
	if (context.getMode() === 'manual') return {};
	const node = context.getNode();
	try {
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
