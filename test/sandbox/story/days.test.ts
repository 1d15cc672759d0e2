import { emailOf, nameOf } from '../../../sandbox/story/days/biography.ts';
import { firstDay } from '../../../sandbox/story/days/calendar.ts';
import { createReader } from '../../../sandbox/story/days/letters.ts';
import { differencesOf } from '../../../sandbox/story/days/verdict.ts';
import { biographies } from '../../../sandbox/story/lives/index.ts';

describe('the first day of the story', () => {
	it.each([
		['2026-11-22T20:00Z', '2026-11-23T15:00Z'],
		['2026-11-23T14:00Z', '2026-11-23T15:00Z'],
		['2026-11-23T16:00Z', '2026-11-30T15:00Z'],
		['2027-01-20T10:00Z', '2027-02-15T15:00Z'],
		['2027-03-17T10:00Z', '2027-04-19T15:00Z'],
	])('of %s is the Monday %s', (now, first) => {
		expect(firstDay(Date.parse(now) / 1000)).toBe(Date.parse(first) / 1000);
	});
});

describe('the people of the story', () => {
	it('are told apart by their names', () => {
		const names = biographies.map(nameOf);
		expect(new Set(names).size).toBe(names.length);
		expect(emailOf({ person: 'Éva, who is new' })).toBe('éva@example.com');
	});

	it('do and get nothing before they come', () => {
		for (const { does, gets, access } of biographies) {
			for (const day of [does, gets, access].flatMap(Object.keys)) {
				expect(Number(day)).toBeGreaterThanOrEqual(0);
			}
		}
	});
});

describe('a letter', () => {
	const read = createReader([
		{
			id: 'one',
			name: 'One',
			nodes: [
				{
					name: '3 days left',
					type: 'n8n-nodes-saas-lifecycle.intercomMessage',
					parameters: {
						texts: {
							text: [
								{
									language: 'en',
									subject: '[[ days_left ]] days left (really)',
									body: 'Hi [[ first_name | there ]],\n\n<a href="[[ card_url ]]">Add a card</a>\n\n<a href="[[ article_url | ]]">Read why</a>',
								},
								{ language: 'hu', subject: 'Még [[ days_left ]] nap', body: 'Szia!' },
							],
						},
					},
				},
			],
		},
	]);
	const letter = (subject: string, body: string) => read({ subject, body, createdAt: 86_400 });

	it('is known by the words of its template, in every language', () => {
		const body = 'Hi Ada,\n\n<a href="https://n8n.example.com/card?a=1&amp;b=2">Add a card</a>';
		expect(letter('3 days left (really)', body)).toEqual({
			name: '3 days left',
			at: new Date('1970-01-02'),
			text: 'Hi Ada, Add a card',
			links: ['https://n8n.example.com/card?a=1&b=2'],
		});
		expect(
			letter('3 days left (really)', `${body}\n\n<a href="https://a.com">Read why</a>`).name,
		).toBe('3 days left');
		expect(letter('Még 3 nap', '<p>Szia!</p>').name).toBe('3 days left');
	});

	it.each([
		['3 days left', 'Hi Ada, Add a card'],
		['3 days left (really)', 'Hi Ada, Add another card'],
	])('has its subject for a name when no template writes so: %s, %s', (subject, body) => {
		expect(letter(subject, body).name).toBe(`"${subject}"`);
	});
});

describe('the verdict on a life', () => {
	const course = {
		gets: { 0: ['Welcome'], 7: ['7 days left'] },
		access: { 0: 'full' },
		ends: ['active'],
		told: ['trial_started'],
	};

	it('is good when everything is as it should be', () => {
		expect(differencesOf(course, structuredClone(course))).toEqual([]);
	});

	it.each([
		[{ gets: { 0: ['Welcome'] } }, 'messages on day 7: 7 days left instead of nothing'],
		[{ gets: { ...course.gets, 9: ['Bye'] } }, 'messages on day 9: nothing instead of Bye'],
		[{ access: { 0: 'full', 14: 'read_only' } }, 'access on day 14: nothing instead of read_only'],
		[{ ends: ['paused'] }, 'at Stripe: active instead of paused'],
		[{ told: [] }, 'told: trial_started instead of nothing'],
	])('says what differs: %j', (expected, sentence) => {
		expect(differencesOf(course, { ...course, ...expected })).toEqual([sentence]);
	});
});
