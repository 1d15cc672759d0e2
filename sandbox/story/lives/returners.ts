import type { Biography } from '../days/biography.ts';
import {
	addsCard,
	addsCardInProduct,
	answersSurvey,
	comesBack,
	reaches,
	takesMoreTime,
} from '../days/deeds.ts';
import { afterLapse, before, converts, countdown, post, welcome } from './usual-courses.ts';

/** Lives of those who were gone, and of those whom the outage met. */
export const returners: readonly Biography[] = [
	{
		person: 'Yan, comes back by a mail',
		should: 'finds the same board a week after the trial, pays, and is written to no more',
		arrives: 0,
		does: { 0: [reaches('created_project')], 21: [comesBack({ by: 'What is new' })] },
		gets: post(welcome, countdown, afterLapse, {
			21: ['What is new', 'Welcome back'],
		}),
		access: { 0: 'full', 14: 'read_only', 21: 'full' },
		ends: ['active'],
		told: [
			'trial_started',
			'trial_lapsed',
			'payment_failed',
			'subscription_resumed',
			'trial_converted',
		],
	},
	{
		person: 'Zoe, had no time',
		should:
			'says so, takes the week that is offered, hears its countdown as far as n8n is up, and pays',
		arrives: 0,
		does: {
			0: [reaches('created_project')],
			18: [
				answersSurvey(
					{ by: 'What was missing?' },
					{ choose: 'no time', comment: 'It was a busy month' },
				),
			],
			28: [takesMoreTime({ by: 'Offer: more time' })],
			34: [addsCard('good', { by: '1 day left' })],
		},
		gets: post(welcome, countdown, afterLapse, {
			21: ['What is new'],
			28: ['Offer: more time'],
			33: ['Talk to us?'],
			34: ['1 day left'],
			35: ['Thank you'],
		}),
		access: { 0: 'full', 14: 'read_only', 28: 'full' },
		ends: ['active'],
		told: ['trial_started', 'trial_lapsed', 'trial_extended', 'trial_converted'],
	},
	{
		person: 'Abe, whose trial ends while n8n is down',
		should: 'reads what is late and still true, and none of the reminders that are not',
		arrives: 17,
		does: { 0: [reaches('created_project')] },
		gets: post(welcome, before(13, countdown), {
			15: ['Your data is safe'],
			18: ['What was missing?'],
			21: ['What is new'],
			42: ['Last word'],
		}),
		access: { 0: 'full', 15: 'read_only', 29: 'suspended' },
		ends: ['paused'],
		told: ['trial_started', 'trial_lapsed'],
	},
	{
		person: 'Bea, pays while n8n is down',
		should: 'is not reminded when it is back, but thanked',
		arrives: 18,
		does: { 0: [reaches('created_project')], 13: [addsCardInProduct('good')] },
		gets: post(welcome, before(12, countdown), { 15: ['Thank you'] }),
		...converts,
	},
];
