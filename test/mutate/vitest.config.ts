import { defineConfig } from 'vitest/config';

const tests = (process.env.MUTATE_TESTS ?? '').split(',');

// Unit tests alone: end-to-end tests start processes, which do not know of a mutant.
export default defineConfig({
  test: {
    setupFiles: ['test/helpers/fixed-seed.ts'],
    include: tests.map((room) => `test/unit/${room}/**/*.test.ts`),
    // They repeat a run for each of its writes, and a mutant that survives runs them to their end.
    exclude: ['**/*-crash.test.ts'],
    testTimeout: 60_000,
  },
});
