import { requireAllBranches } from '../support/branches.ts';

/** Run by Node itself: what all e2e suites walked together, those that were run again included. */
try {
	requireAllBranches();
} catch (error) {
	console.error((error as Error).message);
	process.exitCode = 1;
}
