/**
 * What property tests start from: another one in each run, and the same for all suites of a run of `npm test`, which
 * prints it. `TEST_SEED=7 npx jest test/lifecycle` repeats a failure of another machine here.
 */
export const SEED = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31);
