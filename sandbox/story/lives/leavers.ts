import type { Biography } from '../days/biography.ts';
import { addsCardInProduct, cancels, comesBack, reaches } from '../days/deeds.ts';

/** Lives of those who go, and of those who only nearly do. */
export const leavers: readonly Biography[] = [
	{
		person: 'Vic, cancels in the trial',
		should:
			'is offered a lower price once, keeps access to the end, and is asked for nothing after',
		arrives: 0,
		does: {
			0: [reaches('created_project')],
			5: [cancels('too_expensive', 'A bit too much for me')],
		},
		gets: {
			0: ['Welcome message'],
			1: ['Welcome'],
			5: ['Sorry to see you go', 'Offer: too expensive'],
		},
		access: { 0: 'full', 14: 'suspended' },
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
		gets: {
			0: ['Welcome message'],
			1: ['Welcome'],
			7: ['Card trial: 7 days left'],
			8: ['Sorry to see you go'],
			9: ['Good that you stay'],
			15: ['Thank you'],
		},
		access: { 0: 'full' },
		ends: ['active'],
		told: [
			'trial_started',
			'payment_method_added',
			'cancellation_scheduled',
			'cancellation_undone',
			'trial_ending',
			'trial_converted',
		],
	},
	{
		person: 'Xia, leaves after paying',
		should: 'has what she paid for to the last day, and a farewell',
		arrives: 1,
		does: {
			0: [reaches('created_project')],
			4: [addsCardInProduct('good')],
			29: [cancels('switched_service')],
		},
		gets: {
			0: ['Welcome message'],
			1: ['Welcome'],
			7: ['Card trial: 7 days left'],
			15: ['Thank you'],
			32: ['Sorry to see you go'],
			45: ['Farewell'],
		},
		access: { 0: 'full', 45: 'suspended' },
		ends: ['canceled'],
		told: [
			'trial_started',
			'payment_method_added',
			'trial_ending',
			'trial_converted',
			'cancellation_scheduled',
			'subscription_canceled',
		],
	},
];
