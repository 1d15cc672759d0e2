import { frontPage, instancePage, unknownPage } from './pages.ts';
import { style } from './style.ts';
import { milestones } from './milestones.ts';
import type { Instance, Instances } from './instances.ts';
import type { Reply, Route, StandInRequest } from '../kernel/http.ts';

const MAX_TITLE_LENGTH = 120;

/** What a customer of the product sees and clicks. Nobody signs in: the address is the key. */
export function boardRoutes(options: {
	readonly instances: Instances;
	readonly timeOf: (accountId: string) => Date;
	readonly reachMilestone: (accountId: string, name: string) => void;
}): Route[] {
	const { instances } = options;

	const show = (instance: Instance) => instancePage(instance, options.timeOf(instance.accountId));

	/** A change from the page: refused by the state that the instance is in, else done and shown. */
	function change(
		request: StandInRequest,
		apply: (instance: Instance, form: URLSearchParams) => void,
	): Reply {
		const instance = instances.findBySlug(request.params['slug'] ?? '');
		if (!instance) return unknownPage();
		if (instance.status !== 'ready' || instance.access.level === 'suspended') return show(instance);
		if (instance.access.level === 'read_only') return { ...show(instance), status: 403 };
		apply(instance, new URLSearchParams(request.rawBody));
		return { status: 303, headers: { location: `/boards/${instance.slug}` } };
	}

	return [
		{ method: 'GET', path: '/', handle: frontPage },
		{
			method: 'GET',
			path: '/assets/acme.css',
			handle: () => ({
				status: 200,
				headers: { 'content-type': 'text/css; charset=utf-8' },
				html: style,
			}),
		},
		{
			method: 'GET',
			path: '/boards/:slug',
			handle: (request) => {
				const instance = instances.findBySlug(request.params['slug'] ?? '');
				return instance ? show(instance) : unknownPage();
			},
		},
		{
			method: 'POST',
			path: '/boards/:slug/cards',
			handle: (request) =>
				change(request, ({ accountId }, form) => {
					const title = (form.get('title') ?? '').trim().slice(0, MAX_TITLE_LENGTH);
					if (title !== '') instances.addCard(accountId, title);
				}),
		},
		{
			method: 'POST',
			path: '/boards/:slug/milestones',
			handle: (request) =>
				change(request, ({ accountId }, form) => {
					const name = form.get('name');
					if (milestones.some((milestone) => milestone.name === name)) {
						options.reachMilestone(accountId, name ?? '');
					}
				}),
		},
	];
}
