import fc from 'fast-check';

/**
 * Runs before each test file. Random cases are the same every time, so that a failure comes from a
 * change. `FAST_CHECK_SEED=random npm test` tries others; a number repeats those of a report.
 */
const { FAST_CHECK_SEED = '20261121' } = process.env;
if (FAST_CHECK_SEED !== 'random') fc.configureGlobal({ seed: Number(FAST_CHECK_SEED) });
