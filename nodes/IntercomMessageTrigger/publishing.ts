import type { IHookFunctions } from 'n8n-workflow';
import { toNodeError } from '../../services/n8n/node-error.ts';
import { presencesOf } from './presences.ts';
import type { Consumer } from './consumer.ts';
import { messageOf, toFailure } from './failures.ts';
import { connect } from './n8n.ts';

/**
 * What n8n asks of a webhook trigger when a workflow is published, unpublished or tried in the editor. Intercom has
 * no API to register an address, so all there is to do is to refuse what could never work, and to note when it ends.
 */

export async function wouldReceive(context: IHookFunctions): Promise<boolean> {
	const { consumer } = await connected(context);
	return (await consumer.store.bookmarks.get(nameOf(consumer))) === urlOf(context);
}

export async function publish(context: IHookFunctions): Promise<boolean> {
	const { consumer } = await connected(context);
	if (context.getActivationMode() === 'manual') return true;
	await consumer.store.bookmarks.set(nameOf(consumer), urlOf(context), consumer.now());
	return true;
}

/** What hinders it must not keep a workflow published. */
export async function unpublish(context: IHookFunctions): Promise<boolean> {
	try {
		const { consumer } = await connect(context);
		const { bookmarks } = consumer.store;
		// The editor stops listening by the same call, at another address.
		if ((await bookmarks.get(nameOf(consumer))) !== urlOf(context)) return true;
		await bookmarks.remove(nameOf(consumer));
		await presencesOf(consumer).leave(consumer.id);
		return true;
	} catch (error) {
		context.logger.warn(`The trigger may still count as published: ${messageOf(error)}`);
		return false;
	}
}

async function connected(context: IHookFunctions) {
	try {
		return await connect(context);
	} catch (error) {
		throw toNodeError(context.getNode(), toFailure(error));
	}
}

function urlOf(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

function nameOf({ id }: Consumer): string {
	return `intercom-trigger-url/${id}`;
}
