const zone = { timeZone: 'UTC' };
const dateAndTime = new Intl.DateTimeFormat('en-GB', {
	...zone,
	weekday: 'short',
	day: 'numeric',
	month: 'short',
	year: 'numeric',
	hour: '2-digit',
	minute: '2-digit',
});
const shortDate = new Intl.DateTimeFormat('en-GB', {
	...zone,
	day: 'numeric',
	month: 'short',
	hour: '2-digit',
	minute: '2-digit',
});

export function fullDate(iso) {
	return dateAndTime.format(new Date(iso));
}

export function axisDate(iso) {
	return shortDate.format(new Date(iso));
}

/** "in 3 days", "in 5 hours": how far something is from the person's now. */
export function distance(from, to) {
	const hours = (new Date(to) - new Date(from)) / 3_600_000;
	if (hours < 1) return 'in less than an hour';
	if (hours < 48) return `in ${count(Math.round(hours), 'hour')}`;
	return `in ${count(Math.round(hours / 24), 'day')}`;
}

function count(number, unit) {
	return `${number} ${unit}${number === 1 ? '' : 's'}`;
}
