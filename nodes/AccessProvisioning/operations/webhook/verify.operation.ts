import type { IDataObject } from 'n8n-workflow';
import { verifyRequest } from '../../../../services/access/verify-request.ts';
import { Failure } from '../../../../services/failure.ts';
import { defineOperation } from '../../operation.ts';

export const verify = defineOperation({
	value: 'verify',
	name: 'Verify',
	action: 'Verify what your product sent',
	description:
		'Tell whether a request to a Webhook node came from your product, by its Standard Webhooks signature. One that did not is a row, not an error.',
	fields: [
		{
			displayName: 'Raw Body (Base64)',
			name: 'body',
			type: 'string',
			default: '={{ $input.item.binary.data.data }}',
			description:
				'The body byte by byte: switch on Raw Body among the options of the Webhook node. The value as it is here fits when this node follows it.',
		},
		{
			displayName: 'Headers',
			name: 'headers',
			type: 'json',
			default: '={{ $json.headers }}',
			description: 'All headers of the request',
		},
	],
	async run({ body, headers }, { signingSecret }) {
		const secret = signingSecret();
		const request = { body: Buffer.from(body, 'base64'), headers: readHeaders(headers) };
		const verdict = await verifyRequest(request, secret);
		return verdict.valid
			? { valid: true, reason: null, id: verdict.id, payload: verdict.payload as IDataObject }
			: { valid: false, reason: verdict.reason, id: null, payload: null };
	},
});

function readHeaders(value: string): Record<string, unknown> {
	try {
		const headers: unknown = JSON.parse(value === '' ? '{}' : value);
		if (typeof headers === 'object' && headers !== null) return { ...headers };
	} catch {
		// Said below.
	}
	throw new Failure('"Headers" is not an object', {
		hint: 'Give the headers of the Webhook node: {{ $json.headers }}.',
	});
}
