import { recordSuite } from '../support/branches.ts';

/** Runs in every e2e suite. */
afterAll(() => recordSuite(expect.getState().testPath ?? ''));
