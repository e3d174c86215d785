import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Each test file and each host that a test starts is a process of its own: Node compiles the same
// files once, not in each of them.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node');

const common = {
  setupFiles: ['test/helpers/fixed-seed.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // A condition that comes late on a busy machine is no failure; the default gives it a second.
  expect: { poll: { timeout: 20_000 } },
};

/** End-to-end tests wait more than they work: two at once even on two cores, which is not the default. */
const WORKERS = 2;

/** Clones install, and random runs are long. */
const SLOW_MS = 20 * 60_000;
/** Some files of the other projects have more cases here. */
const SLOW = { testTimeout: SLOW_MS, hookTimeout: SLOW_MS, env: { HEDDLE_TEST_SLOW: 'on' } };

/** End-to-end tests that run on Service Bus and Cosmos DB too, because the app must do the same there. */
const ON_EITHER_BACKEND = [
  'github',
  'github-triggers',
  'numbers',
  'sources',
  'crash',
  'replay',
  'schedules',
  'trigger-api',
  'fairness',
];

export default defineConfig({
  test: {
    maxWorkers: WORKERS,
    projects: [
      { test: { ...common, name: 'all', include: ['test/{unit,contract,e2e}/**/*.test.ts'] } },
      // The user's own: `npm run test:app` runs these alone.
      { test: { name: 'app', include: ['test/app/**/*.test.ts'] } },
      {
        test: {
          ...{ ...common, ...SLOW, name: 'slow' },
          include: [
            ...['test/slow/**/*.test.ts', 'test/e2e/killer.test.ts'],
            'test/unit/schedules/schedule-year*.test.ts',
          ],
        },
      },
      {
        test: {
          ...{ ...common, ...SLOW, name: 'slow-azure', include: ['test/e2e/killer.test.ts'] },
          env: { ...SLOW.env, HEDDLE_TEST_BACKEND: 'azure' },
        },
      },
      {
        test: {
          ...common,
          name: 'azure',
          include: ON_EITHER_BACKEND.map((name) => `test/e2e/${name}.test.ts`),
          env: { HEDDLE_TEST_BACKEND: 'azure' },
        },
      },
    ],
  },
});
