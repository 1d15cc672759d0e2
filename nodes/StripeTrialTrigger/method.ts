import type { INodeParameters } from 'n8n-workflow';

/** Without a method n8n registers nothing: a trigger that only polls needs no address. */
const template = '={{ $parameter["pollingOnly"] ? "" : "POST" }}';

/** By name: an older n8n has neither this symbol nor a use for it. */
const RESOLVERS = Symbol.for('n8n.webhookDescriptionResolvers');

/**
 * The HTTP method of the webhook, as an expression and as the function that n8n calls in its place: evaluating the
 * expression for every delivery would cost more than taking the delivery in.
 */
export const METHOD = {
	httpMethod: template,
	[RESOLVERS]: {
		httpMethod: {
			template,
			resolve: ({ pollingOnly }: INodeParameters) => (pollingOnly ? '' : 'POST'),
		},
	},
};
