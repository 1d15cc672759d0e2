import type { Reply } from '../kernel/http.ts';

const titles: Readonly<Record<number, string>> = {
	400: 'Bad request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not found',
	409: 'Conflict',
	422: 'Unprocessable request',
	429: 'Too many requests',
	500: 'Internal error',
	503: 'Unavailable',
};

/** An error in the shape of RFC 9457. */
export function problem(status: number, detail: string): Reply {
	return {
		status,
		headers: { 'content-type': 'application/problem+json' },
		json: { title: titles[status] ?? 'Error', status, detail },
	};
}
