import type { VendorContract } from '../support/contract-exchange.ts';

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io */
export const INTERCOM: VendorContract = {
	encoding: 'json',
	error: 'IntercomError',
	isApiPath: () => true,
	answerFor: (type, { headers }) =>
		type === 'IntercomContact' && headers['intercom-version'] === '2.16'
			? 'IntercomContact216'
			: type,
	routes: {
		'GET /me': [null, 'IntercomMe'],
		'GET /admins': [null, 'IntercomAdminList'],
		'GET /admins/:': [null, 'IntercomAdmin'],

		'POST /contacts': ['IntercomContactCreate', 'IntercomContact'],
		'GET /contacts': ['IntercomPaging', 'IntercomContactList'],
		'POST /contacts/search': ['IntercomSearch', 'IntercomContactList'],
		'POST /contacts/merge': ['IntercomContactMerge', 'IntercomContact'],
		'GET /contacts/find_by_external_id/:': [null, 'IntercomContact'],
		'GET /contacts/:': [null, 'IntercomContact'],
		'PUT /contacts/:': ['IntercomContactUpdate', 'IntercomContact'],
		'DELETE /contacts/:': [null, 'IntercomContactDeleted'],
		'POST /contacts/:/archive': [null, 'IntercomContactArchived'],
		'POST /contacts/:/unarchive': [null, 'IntercomContactUnarchived'],
		'POST /contacts/:/block': [null, 'IntercomContactBlocked'],
		'GET /contacts/:/tags': [null, 'IntercomTagList'],
		'POST /contacts/:/tags': ['IntercomContactTag', 'IntercomTag'],
		'DELETE /contacts/:/tags/:': [null, 'IntercomTag'],
		'GET /contacts/:/notes': ['IntercomPaging', 'IntercomNoteList'],
		'POST /contacts/:/notes': ['IntercomNoteCreate', 'IntercomNote'],
		'GET /contacts/:/companies': ['IntercomPaging', 'IntercomContactCompanies'],
		'POST /contacts/:/companies': ['IntercomCompanyAttach', 'IntercomCompany'],
		'DELETE /contacts/:/companies/:': [null, 'IntercomCompany'],
		'GET /contacts/:/subscriptions': [null, 'IntercomSubscriptionTypeList'],
		'POST /contacts/:/subscriptions': ['IntercomSubscriptionAttach', 'IntercomSubscriptionType'],
		'DELETE /contacts/:/subscriptions/:': [null, 'IntercomSubscriptionType'],

		'POST /visitors/convert': ['IntercomVisitorConvert', 'IntercomContact'],
		'POST /messages': ['IntercomMessageCreate', 'IntercomMessage'],

		'GET /conversations': ['IntercomPaging', 'IntercomConversationList'],
		'POST /conversations': ['IntercomConversationCreate', 'IntercomMessage'],
		'POST /conversations/search': ['IntercomSearch', 'IntercomConversationList'],
		'GET /conversations/:': ['IntercomConversationQuery', 'IntercomConversation'],
		'PUT /conversations/:': ['IntercomConversationUpdate', 'IntercomConversation'],
		'POST /conversations/:/reply': ['IntercomConversationReply', 'IntercomConversation'],
		'POST /conversations/:/parts': ['IntercomConversationManage', 'IntercomConversation'],
		'POST /conversations/:/tags': ['IntercomConversationTag', 'IntercomTag'],
		'DELETE /conversations/:/tags/:': ['IntercomConversationUntag', 'IntercomTag'],

		'GET /tags': [null, 'IntercomTagList'],
		'POST /tags': ['IntercomTagCreate', 'IntercomTag'],
		'GET /tags/:': [null, 'IntercomTag'],
		'DELETE /tags/:': [null, null],

		'GET /notes/:': [null, 'IntercomNote'],

		'GET /companies': ['IntercomCompanyQuery', 'IntercomCompaniesRetrieved'],
		'POST /companies': ['IntercomCompanyCreate', 'IntercomCompany'],
		'POST /companies/list': [null, 'IntercomCompanyList', 'IntercomCompanyPaging'],
		'GET /companies/:': [null, 'IntercomCompany'],
		'PUT /companies/:': ['IntercomCompanyUpdate', 'IntercomCompany'],
		'DELETE /companies/:': [null, 'IntercomCompanyDeleted'],
		'GET /companies/:/contacts': ['IntercomPaging', 'IntercomCompanyContacts'],

		'GET /events': ['IntercomEventQuery', 'IntercomEventPage'],
		'POST /events': ['IntercomEventCreate', null],

		'GET /data_attributes': ['IntercomDataAttributeQuery', 'IntercomDataAttributeList'],
		'POST /data_attributes': ['IntercomDataAttributeCreate', 'IntercomDataAttribute'],
		'PUT /data_attributes/:': ['IntercomDataAttributeUpdate', 'IntercomDataAttribute'],

		'GET /subscription_types': [null, 'IntercomSubscriptionTypeList'],
	},
};
