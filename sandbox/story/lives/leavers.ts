import type { Biography } from '../days/biography.ts';
import { addsCardInProduct, cancels, comesBack, reaches } from '../days/deeds.ts';
import { afterLapse, cardNotice, post, welcome } from './usual-courses.ts';

/** Lives of those who go, and of those who only nearly do. */
export const leavers: readonly Biography[] = [
	{
		person: 'Vic, cancels in the trial',
		should: 'is offered a lower price, keeps access to the end, and is reminded of no card',
		arrives: 0,
		does: {
			0: [reaches('created_project')],
			5: [cancels('too_expensive', 'A bit too much for me')],
		},
		gets: post(welcome, { 5: ['Offer: too expensive'] }, afterLapse, {
			21: ['What is new'],
			28: ['Offer: discount'],
			42: ['Last word'],
		}),
		access: { 0: 'full', 14: 'read_only', 29: 'suspended' },
		ends: ['canceled'],
		told: ['trial_started', 'cancellation_scheduled', 'trial_lapsed'],
	},
	{
		person: 'Wes, thinks again',
		should: 'cancels, takes it back by the link, and pays',
		arrives: 1,
		does: {
			0: [reaches('created_project')],
			4: [addsCardInProduct('good')],
			8: [cancels('unused')],
			9: [comesBack({ by: 'Sorry to see you go' })],
		},
		gets: post(welcome, cardNotice, {
			8: ['Sorry to see you go'],
			9: ['Good that you stay'],
			15: ['Thank you'],
		}),
		access: { 0: 'full' },
		ends: ['active'],
		told: ['trial_started', 'cancellation_scheduled', 'cancellation_undone', 'trial_converted'],
	},
	{
		person: 'Xia, leaves after paying, while n8n is down',
		should: 'has what she paid for to the last day, a farewell, and a way back',
		arrives: 1,
		does: {
			0: [reaches('created_project')],
			4: [addsCardInProduct('good')],
			29: [cancels('switched_service')],
		},
		gets: post(welcome, cardNotice, {
			15: ['Thank you'],
			31: ['Sorry to see you go'],
			45: ['Farewell'],
			48: ['What was missing?'],
			52: ['What is new'],
		}),
		access: { 0: 'full', 45: 'suspended' },
		ends: ['canceled'],
		told: ['trial_started', 'trial_converted', 'cancellation_scheduled', 'subscription_canceled'],
	},
];
