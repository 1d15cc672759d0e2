import { readAccountId } from '../../../input.ts';
import { accountIdField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';
import { toAbsentRow, toInstanceRow } from '../../rows.ts';

export const get = defineOperation({
	value: 'get',
	name: 'Get',
	action: 'Get the access of an account',
	description:
		'Get the instance of an account in your product: its address, state and access level',
	fields: [accountIdField],
	async run(params, { access }) {
		const accountId = readAccountId(params.accountId);
		const answer = await access.get(accountId);
		return answer ? toInstanceRow(answer.instance) : toAbsentRow(accountId);
	},
});
