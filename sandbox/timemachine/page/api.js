async function call(method, path, body) {
	const response = await fetch(`/api${path}`, {
		method,
		...(body === undefined
			? {}
			: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
	});
	const answer = await response.json();
	if (!response.ok) throw new Error(answer.error ?? `The time machine answered ${response.status}`);
	return answer;
}

const personPath = (id) => `/people/${encodeURIComponent(id)}`;

export const api = {
	/** Waits on the other side until something is different from the given version. */
	overview: (since) => call('GET', `/overview?since=${since}`),
	person: (id) => call('GET', personPath(id)),
	signUp: (person) => call('POST', '/people', person),
	signUpCrowd: (count) => call('POST', '/crowd', { count }),
	moveAll: (hours) => call('POST', '/clock', { hours }),
	move: (id, step) => call('POST', `${personPath(id)}/clock`, step),
	reset: () => call('POST', '/reset', {}),
	act: (id, action) => call('POST', `${personPath(id)}/actions`, { action }),
};
