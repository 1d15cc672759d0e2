import { oneOf, parseBody, text, wholeNumber } from './body.ts';
import { problem } from './problem.ts';
import type { Instances, Outcome } from './instances.ts';
import type { MilestoneReporter } from './milestones.ts';
import type { Reply, Route } from '../kernel/http.ts';

const outcomes: readonly Outcome[] = ['ready', 'never', 'fail'];

/** What a test or the time machine may do to the product that no customer can. */
export function acmeControlRoutes(options: {
	readonly instances: Instances;
	readonly reporter: MilestoneReporter;
	readonly reachMilestone: (accountId: string, name: string) => void;
}): Route[] {
	const { instances, reporter } = options;
	const done: Reply = { status: 200, json: { ok: true } };
	return [
		{
			method: 'PUT',
			path: '/_control/behaviour',
			handle: ({ rawBody }) => {
				const body = parseBody(
					rawBody,
					{},
					{ readyAfterMs: wholeNumber, outcome: oneOf(outcomes), accountId: text(255) },
				);
				if ('refusal' in body) return body.refusal;
				const { accountId, ...behaviour } = body.value;
				instances.behave(behaviour, accountId);
				return done;
			},
		},
		{
			method: 'PUT',
			path: '/_control/milestone-url',
			handle: ({ rawBody }) => {
				const body = parseBody(rawBody, {}, { url: text(2000) });
				if ('refusal' in body) return body.refusal;
				reporter.sendTo(body.value.url);
				return done;
			},
		},
		{
			method: 'POST',
			path: '/_control/instances/:accountId/milestones',
			handle: ({ params, rawBody }) => {
				const body = parseBody(rawBody, { name: text(100) }, {});
				if ('refusal' in body) return body.refusal;
				const accountId = params['accountId'] ?? '';
				if (!instances.find(accountId)) {
					return problem(404, `Account ${accountId} has no instance`);
				}
				options.reachMilestone(accountId, body.value.name);
				return done;
			},
		},
	];
}
