import type { Biography } from '../days/biography.ts';
import { addsCard, addsCardInProduct, paysTheInvoice, reaches } from '../days/deeds.ts';
import { cardNotice, post, welcome } from './usual-courses.ts';

/** Gives a card that is declined, and another one when told so. */
const repairsCard = {
	does: {
		0: [reaches('created_project')],
		4: [addsCardInProduct('declined')],
		17: [addsCard('good', { by: 'Payment failed' })],
	},
	ends: ['active'],
	told: ['trial_started', 'payment_failed', 'payment_recovered', 'trial_converted'],
} satisfies Partial<Biography>;

/** Lives of those who pay, or whose card should. */
export const customers: readonly Biography[] = [
	{
		person: 'Rui, whose card is declined',
		should: 'is told, gives another card by the link, pays, and loses nothing but a word',
		arrives: 0,
		...repairsCard,
		gets: post(welcome, cardNotice, {
			15: ['Payment failed'],
			18: ['Thanks, all is back', 'Thank you'],
		}),
		access: { 0: 'full', 15: 'grace', 18: 'full' },
	},
	{
		person: 'Sam, whose card stays broken',
		should:
			'has a week of grace, then may only read; when Stripe gives up the trial has lapsed, and all that follows counts from then, as far as n8n is up',
		arrives: 1,
		does: { 0: [reaches('created_project')], 4: [addsCardInProduct('declined')] },
		gets: post(welcome, cardNotice, {
			15: ['Payment failed'],
			18: ['Payment failed'],
			20: ['Last chance'],
			22: ['Access is limited'],
			31: ['Your data is safe'],
			35: ['What is new'],
			56: ['Last word'],
		}),
		access: { 0: 'full', 15: 'grace', 22: 'read_only', 43: 'suspended' },
		ends: ['canceled'],
		told: ['trial_started', 'payment_failed', 'trial_lapsed'],
	},
	{
		person: 'Tea, whose bank asks',
		should: 'confirms every payment at her bank, and stays',
		arrives: 2,
		does: {
			0: [reaches('created_project')],
			4: [addsCardInProduct('authentication_required')],
			16: [paysTheInvoice],
			46: [paysTheInvoice],
		},
		gets: post(welcome, cardNotice, {
			15: ['Bank asks you'],
			16: ['Thanks, all is back', 'Thank you'],
			46: ['Bank asks you', 'Thanks, all is back'],
		}),
		access: { 0: 'full', 15: 'grace', 16: 'full', 46: 'full' },
		ends: ['active'],
		told: [
			'trial_started',
			'payment_action_required',
			'payment_failed',
			'payment_recovered',
			'trial_converted',
		],
	},
	{
		person: 'Uma, whose payment fails while n8n is down',
		should: 'hears of it when n8n is back, gives another card, and stays',
		arrives: 16,
		...repairsCard,
		gets: post(welcome, cardNotice, {
			16: ['Payment failed'],
			18: ['Thanks, all is back', 'Thank you'],
		}),
		access: { 0: 'full', 16: 'grace', 18: 'full' },
	},
];
