import { isTimeZone } from '../../../../lifecycle/trial.ts';
import { Failure } from '../../../../services/failure.ts';
import { readAccountId, readEmail, readInstant } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { identify } from '../../find-account.ts';
import { defineOperation } from '../../operation.ts';
import { toAccountRow } from '../../rows.ts';

export const createOrUpdate = defineOperation({
	value: 'createOrUpdate',
	name: 'Create or Update',
	action: 'Create or update an account',
	description:
		'Tell the store what you know of a customer. What is left out stays as it was; nothing changes in Stripe or Intercom.',
	fields: [
		{
			displayName: 'Account ID',
			name: 'accountId',
			type: 'string',
			default: '',
			placeholder: 'e.g. acct_42',
			description:
				"Your product's own ID. Leave empty to find the account by e-mail, or to give a new one an ID made from the e-mail.",
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			placeholder: 'e.g. ada@example.com',
			description: 'Not needed where the account ID is given',
		},
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Language',
					name: 'language',
					type: 'string',
					default: '',
					placeholder: 'e.g. hu',
				},
				{
					displayName: 'Last Active At',
					name: 'lastActiveAt',
					type: 'dateTime',
					default: '',
					description: 'When the customer last used your product; the latest one stays',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. Ada Lovelace',
				},
				{
					displayName: 'Signed Up At',
					name: 'signedUpAt',
					type: 'dateTime',
					default: '',
					description: 'The earliest one stays',
				},
				{
					displayName: 'Time Zone',
					name: 'timeZone',
					type: 'string',
					default: '',
					placeholder: 'e.g. Europe/Budapest',
					description: 'In which mornings and quiet hours are meant for this customer',
				},
			],
		},
		modeField,
		workspaceField,
	],
	lane: ({ accountId, email }) => accountId || email.toLowerCase(),
	async run(params, { store, now, timeZone, executionId }) {
		const { accounts, timeline } = store.partition(params);
		const facts = readFacts(params, timeZone);
		const { accountId } =
			params.accountId === '' && params.email !== ''
				? await identify(accounts, params.email)
				: { accountId: readAccountId(params.accountId) };
		const at = now();
		const { outcome, account, changes } = await accounts.upsert({ accountId, at, ...facts }, at);
		if (outcome === 'erased') return { accountId, isNew: false, isErased: true, changed: [] };

		const isNew = outcome === 'created';
		const changed = changes.map(({ field }) => field);
		// Who uses a product every day need not have it told every day.
		if (isNew || changed.some((field) => field !== 'lastActiveAt')) {
			await timeline.append({
				accountId,
				at,
				kind: isNew ? 'account_created' : 'account_updated',
				source: 'trialAccount',
				data: { changed },
				...(executionId === undefined ? {} : { executionId }),
			});
		}
		return { ...toAccountRow(account, { now: at, timeZone }), isNew, isErased: false, changed };
	},
});

interface Told {
	readonly email: string;
	readonly additionalFields: Readonly<
		Partial<Record<'name' | 'language' | 'timeZone' | 'signedUpAt' | 'lastActiveAt', string>>
	>;
}

/** What was left empty is no fact. */
function readFacts({ email, additionalFields }: Told, workflowZone: string) {
	const { name, language, timeZone, signedUpAt, lastActiveAt } = additionalFields;
	const instant = (value: string, field: string) => readInstant(value, field, workflowZone);
	return {
		...(email ? { email: readEmail(email) } : {}),
		...(name ? { name } : {}),
		...(language ? { language } : {}),
		...(timeZone ? { timeZone: readTimeZone(timeZone) } : {}),
		...(signedUpAt ? { signedUpAt: instant(signedUpAt, 'Signed Up At') } : {}),
		...(lastActiveAt ? { lastActiveAt: instant(lastActiveAt, 'Last Active At') } : {}),
	};
}

function readTimeZone(value: string): string {
	if (isTimeZone(value)) return value;
	throw new Failure('"Time Zone" is not a time zone', {
		hint: 'Give an IANA name such as Europe/Budapest.',
	});
}
