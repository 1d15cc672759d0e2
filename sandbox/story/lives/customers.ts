import type { Biography } from '../days/biography.ts';
import { addsCard, addsCardInProduct, paysTheInvoice, reaches } from '../days/deeds.ts';

/** Lives of those who pay, or whose card should. */
export const customers: readonly Biography[] = [
	{
		person: 'Rui, whose card is declined',
		should: 'is told, gives another card by the link, pays, and loses no access',
		arrives: 0,
		does: {
			0: [reaches('created_project')],
			6: [addsCardInProduct('declined')],
			17: [addsCard('good', { by: 'Payment failed' })],
		},
		gets: {
			0: ['Welcome message'],
			1: ['Welcome'],
			7: ['Card trial: 7 days left'],
			15: ['Payment failed'],
			17: ['Thanks, all is back'],
		},
		access: { 0: 'full', 15: 'grace', 17: 'full' },
		ends: ['active'],
		told: [
			'trial_started',
			'payment_method_added',
			'trial_ending',
			'payment_failed',
			'payment_recovered',
			'trial_converted',
		],
	},
	{
		person: 'Sam, whose card stays broken',
		should:
			'keeps access for a week of grace, then may only read, then loses it when Stripe gives up',
		arrives: 1,
		does: { 0: [reaches('created_project')], 6: [addsCardInProduct('declined')] },
		gets: { 0: ['Welcome message'], 1: ['Welcome'], 7: ['Card trial: 7 days left'] },
		access: { 0: 'full', 15: 'grace', 22: 'read_only', 29: 'suspended' },
		ends: ['canceled'],
		told: ['trial_started', 'payment_method_added', 'trial_ending', 'payment_failed'],
	},
	{
		person: 'Tea, whose bank asks',
		should: 'confirms the payment at her bank, and stays',
		arrives: 2,
		does: {
			0: [reaches('created_project')],
			8: [addsCardInProduct('authentication_required')],
			16: [paysTheInvoice],
		},
		gets: {
			0: ['Welcome message'],
			1: ['Welcome'],
			7: ['7 days left'],
			15: ['Bank asks you'],
			16: ['Thanks, all is back'],
		},
		access: { 0: 'full', 15: 'grace', 16: 'full' },
		ends: ['active'],
		told: ['trial_started', 'payment_method_added', 'trial_ending', 'payment_action_required'],
	},
	{
		person: 'Uma, whose card ends while n8n is down',
		should: 'hears of it when n8n is back, and pays',
		arrives: 16,
		does: {
			0: [reaches('created_project')],
			3: [addsCardInProduct('declined')],
			18: [addsCard('good', { by: 'Payment failed' })],
		},
		gets: { 0: ['Welcome message'], 1: ['Welcome'], 7: ['Card trial: 7 days left'] },
		access: { 0: 'full' },
		ends: ['active'],
		told: [
			'trial_started',
			'payment_method_added',
			'trial_ending',
			'payment_failed',
			'payment_recovered',
			'trial_converted',
		],
	},
];
