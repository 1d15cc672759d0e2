import type { Route } from '../../kernel/http.ts';
import { failure } from '../api/failure.ts';
import { ok, param, route } from '../api/route.ts';
import type { Admin, Workspace } from '../state/workspace.ts';

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/admins */
export function adminRoutes(workspace: Workspace): Route[] {
	return [
		route('GET', '/me', () => {
			const admin = owner(workspace);
			return ok({
				type: 'admin',
				id: admin.id,
				email: admin.email,
				name: admin.name,
				email_verified: true,
				app: {
					type: 'app',
					id_code: workspace.id,
					name: workspace.name,
					created_at: FOUNDED_AT,
					identity_verification: true,
					timezone: workspace.settings.timeZone,
					region: workspace.region.toUpperCase(),
				},
				avatar: { type: 'avatar', image_url: null },
				has_inbox_seat: true,
			});
		}),
		route('GET', '/admins', () =>
			ok({ type: 'admin.list', admins: allAdmins(workspace).map(toAdmin) }),
		),
		route('GET', '/admins/:id', (request) => {
			const admin = workspace.admins.get(param(request, 'id'));
			if (!admin) throw failure(404, 'admin_not_found', 'Admin not found');
			return ok(toAdmin(admin));
		}),
	];
}

/** The teammate whose token the caller holds. */
export function owner(workspace: Workspace): Admin {
	const [first] = allAdmins(workspace);
	if (!first) throw new Error('The workspace has no admin');
	return first;
}

export function toAdmin({ id, name, email, jobTitle }: Admin) {
	return {
		type: 'admin',
		id,
		name,
		email,
		job_title: jobTitle,
		away_mode_enabled: false,
		away_mode_reassign: false,
		away_status_reason_id: null,
		has_inbox_seat: true,
		team_ids: [],
	};
}

function allAdmins(workspace: Workspace): Admin[] {
	return [...workspace.admins.newestFirst()].reverse();
}

const FOUNDED_AT = 1_700_000_000;
