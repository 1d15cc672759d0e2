'use strict';

/** `--require`d into a process that is to live in the past: by as many milliseconds as the file says. */
const { readFileSync } = require('node:fs');

const behindMs = Number(readFileSync(process.env.CLOCK_BEHIND_FILE, 'utf8'));
const RealDate = Date;
// Taken before anybody else puts a clock of their own in its place.
const realNow = RealDate.now;
const now = () => realNow() - behindMs;

globalThis.Date = new Proxy(RealDate, {
	apply: () => new RealDate(now()).toString(),
	construct: (target, args, newTarget) =>
		Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
	get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
