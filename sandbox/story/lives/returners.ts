import type { Biography } from '../days/biography.ts';
import { addsCardInProduct, answersSurvey, comesBack, reaches } from '../days/deeds.ts';

/** Lives of those who were gone, and of those whom the outage met. */
export const returners: readonly Biography[] = [
	{
		person: 'Yan, comes back by a mail',
		should: 'finds the same board a week after the trial, pays, and is written to no more',
		arrives: 2,
		does: { 0: [reaches('created_project')], 21: [comesBack({ by: 'What is new' })] },
		gets: {
			0: ['Welcome message'],
			1: ['Welcome'],
			14: ['Your data is safe'],
			21: ['What is new', 'Welcome back'],
		},
		access: { 0: 'full', 14: 'read_only', 21: 'full' },
		ends: ['active'],
		told: ['trial_started', 'trial_ending', 'trial_lapsed'],
	},
	{
		person: 'Zoe, says what was missing',
		should: 'answers the question, is offered what fits the answer, and takes it',
		arrives: 3,
		does: {
			0: [reaches('created_project')],
			18: [
				answersSurvey(
					{ by: 'What was missing?' },
					{ choose: 'time', comment: 'We had no time to try it' },
				),
			],
			29: [comesBack({ by: 'Offer: more time' })],
		},
		gets: {
			0: ['Welcome message'],
			1: ['Welcome'],
			14: ['Your data is safe'],
			17: ['What was missing?'],
		},
		access: { 0: 'full', 14: 'read_only' },
		ends: ['active'],
		told: ['trial_started', 'trial_ending', 'trial_lapsed'],
	},
	{
		person: 'Abe, whose trial ends while n8n is down',
		should: 'loses nothing by it: what is late and still true comes, what is not does not',
		arrives: 17,
		does: { 0: [reaches('created_project')] },
		gets: { 0: ['Welcome message'], 1: ['Welcome'], 7: ['7 days left'] },
		access: { 0: 'full' },
		ends: ['paused'],
		told: ['trial_started', 'trial_ending', 'trial_lapsed'],
	},
	{
		person: 'Bea, pays while n8n is down',
		should: 'is not reminded when it is back, but thanked',
		arrives: 18,
		does: { 0: [reaches('created_project')], 13: [addsCardInProduct('good')] },
		gets: {
			0: ['Welcome message'],
			1: ['Welcome'],
			7: ['7 days left'],
			11: ['3 days left'],
			15: ['Thank you'],
		},
		access: { 0: 'full' },
		ends: ['active'],
		told: ['trial_started', 'trial_ending', 'payment_method_added', 'trial_converted'],
	},
];
