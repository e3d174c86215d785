import fc from 'fast-check';

/**
 * Before each test file: random cases are the same ones every time, so that a change fails by what it
 * has changed. `FAST_CHECK_SEED=random npm test` looks for others, a number for those of a report.
 */
const { FAST_CHECK_SEED = '20261121' } = process.env;
if (FAST_CHECK_SEED !== 'random') fc.configureGlobal({ seed: Number(FAST_CHECK_SEED) });
