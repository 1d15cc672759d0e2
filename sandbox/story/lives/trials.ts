import type { Biography } from '../days/biography.ts';
import {
	addsCard,
	addsCardInProduct,
	isGivenDays,
	optsOut,
	reaches,
	replies,
	signsUp,
	unsubscribes,
	upgradesNow,
} from '../days/deeds.ts';
import {
	afterLapse,
	before,
	converts,
	countdown,
	firstHelp,
	lapses,
	post,
	welcome,
} from './usual-courses.ts';

/** Lives that are decided in the trial, or at its end. */
export const trials: readonly Biography[] = [
	{
		person: 'Ida, sure from the start',
		should: 'pays on day 5, is thanked, and is reminded of nothing',
		arrives: 0,
		does: {
			0: [reaches('created_project')],
			5: [addsCardInProduct('good'), upgradesNow],
		},
		gets: post(welcome, { 5: ['Thank you'] }),
		...converts,
	},
	{
		person: 'Jon, waits until the last day',
		should: 'is reminded, adds a card by the last reminder, and pays when the trial ends',
		arrives: 0,
		does: {
			0: [reaches('created_project')],
			14: [addsCard('good', { by: 'Last day' })],
		},
		gets: post(welcome, countdown, { 15: ['Thank you'] }),
		...converts,
	},
	{
		person: 'Kim, does nothing at all',
		should:
			'is helped, reminded, and told that her data is safe; after four weeks we leave her in peace',
		arrives: 0,
		does: {},
		gets: post(firstHelp, { 5: ['Need a hand?'] }, countdown, afterLapse, {
			21: ['Start again with one step'],
			42: ['Last word'],
		}),
		...lapses,
	},
	{
		person: 'Lia, does everything',
		should:
			'gets no advice on what she has done already; adds a card by the first reminder, and pays',
		arrives: 1,
		does: {
			0: [reaches('created_project', 'invited_teammate', 'imported_data', 'shared_board')],
			10: [addsCard('good', { by: '7 days left' })],
		},
		gets: { 0: ['Welcome message'], 7: ['7 days left'], 15: ['Thank you'] },
		...converts,
	},
	{
		person: 'Max, signs up twice',
		should: 'has one trial, one board and one of each message',
		arrives: 0,
		does: {
			0: [reaches('created_project'), signsUp()],
			5: [signsUp({ email: 'Max+work@Example.com' })],
		},
		gets: post(welcome, countdown, afterLapse, {
			21: ['What is new'],
			42: ['Last word'],
		}),
		...lapses,
	},
	{
		person: 'Nia, opts out by a link',
		should: 'gets no marketing from then on; that her data is safe she reads all the same',
		arrives: 4,
		does: { 2: [optsOut({ by: 'First project' })] },
		gets: post(firstHelp, { 14: ['Your data is safe'] }),
		...lapses,
	},
	{
		person: 'Ole, unsubscribes at the foot of a mail',
		should: 'gets no marketing from then on, although only Intercom was told',
		arrives: 5,
		does: { 0: [reaches('created_project')], 8: [unsubscribes] },
		gets: post(welcome, {
			7: ['7 days left'],
			14: ['Your data is safe'],
		}),
		...lapses,
	},
	{
		person: 'Oto, is given a week more',
		should: 'hears the countdown again for the new end, and pays then',
		arrives: 2,
		does: {
			0: [reaches('created_project')],
			12: [isGivenDays(7)],
			19: [addsCard('good', { by: '3 days left' })],
		},
		gets: post(welcome, before(13, countdown), {
			14: ['7 days left'],
			18: ['3 days left'],
			19: ['Talk to us?'],
			22: ['Thank you'],
		}),
		access: { 0: 'full' },
		ends: ['active'],
		told: ['trial_started', 'trial_extended', 'trial_converted'],
	},
	{
		person: 'Pia, writes back',
		should: 'talks to a person from then on, and hears no more from the journeys',
		arrives: 5,
		does: { 4: [replies('How do I import from a spreadsheet?')] },
		gets: post(firstHelp, { 14: ['Your data is safe'] }),
		...lapses,
	},
];
