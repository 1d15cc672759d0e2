import { recordSuite } from '../support/branches.ts';

/** Runs in every e2e suite; one of which only some tests are run does not count as run. */
afterAll(() => {
	if (!process.env['TEST_NAMES']) recordSuite(expect.getState().testPath ?? '');
});
