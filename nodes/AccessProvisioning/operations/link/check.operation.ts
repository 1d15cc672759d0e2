import { checkLink } from '../../../../lifecycle/signed-link.ts';
import { Failure } from '../../../../services/failure.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { purposesField, tokenField } from '../../fields-link.ts';
import { defineOperation } from '../../operation.ts';

export const check = defineOperation({
	value: 'check',
	name: 'Check',
	action: 'Check a signed link',
	description:
		'Tell whether a link was made here, for this purpose, and still holds. One that does not is a row, not an error.',
	fields: [tokenField, purposesField, modeField, workspaceField],
	async run({ token, purposes, mode, workspace }, { signingSecret, now }) {
		if (purposes.length === 0) {
			throw new Failure('No purpose is chosen', {
				hint: 'Choose under Purposes what this page serves.',
			});
		}
		const verdict = checkLink(token, { purposes, mode, workspace }, signingSecret(), now());
		if (!verdict.valid) {
			const { valid, reason } = verdict;
			return { valid, reason, purpose: null, accountId: null, data: {}, expiresAt: null };
		}
		const { valid, purpose, accountId, data, expiresAt } = verdict;
		return {
			valid,
			reason: null,
			purpose,
			accountId,
			data: { ...data },
			expiresAt: expiresAt.toISOString(),
		};
	},
});
