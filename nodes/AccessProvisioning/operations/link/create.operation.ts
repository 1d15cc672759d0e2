import { linkUrl, MAX_LINK_TOKEN_LENGTH, signLink } from '../../../../lifecycle/signed-link.ts';
import { Failure } from '../../../../services/failure.ts';
import { readAccountId, readPairs, readUrl } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { linkDataField, pageUrlField, purposeField, validDaysField } from '../../fields-link.ts';
import { accountIdField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';

const DAY_MS = 86_400_000;

export const create = defineOperation({
	value: 'create',
	name: 'Create',
	action: 'Create a signed link',
	description:
		'Make a link for a message that lets its reader do one thing, without a password, for some days',
	fields: [
		purposeField,
		accountIdField,
		pageUrlField,
		validDaysField,
		linkDataField,
		modeField,
		workspaceField,
	],
	async run(params, { signingSecret, now }) {
		const { purpose, mode, workspace, validDays } = params;
		const accountId = readAccountId(params.accountId);
		const pageUrl = readUrl(params.pageUrl, 'Page');
		if (validDays <= 0) throw new Failure('A link must be valid for some time');
		const expiresAt = new Date(+now() + validDays * DAY_MS);
		const data = readPairs(params.data.entry);
		const token = signLink(
			{ purpose, accountId, expiresAt, data, mode, workspace },
			signingSecret(),
		);
		if (token.length > MAX_LINK_TOKEN_LENGTH) {
			throw new Failure('The link would be too long for some mail programs', {
				hint: 'Put less into Data; keep long texts where the page can look them up.',
			});
		}
		return {
			url: linkUrl(pageUrl, token),
			token,
			purpose,
			accountId,
			expiresAt: expiresAt.toISOString(),
		};
	},
});
