import { assembleApp, type LoadedApp } from '../composition/assemble-app.ts';
import { openApp } from '../composition/open-app.ts';
import { loadAllKinds } from '../composition/source-kinds.ts';
import { loadConfig } from '../config/config.ts';
import { createRecordedLog } from './recorded-log.ts';
import { TestApp, type TestAppParts } from './test-app.ts';
import { createTestBackend } from './test-backend.ts';
import { TestClock } from './test-clock.ts';
import { readTestDefinitions, type TestTriggers } from './test-definitions.ts';
import { refuseToFetch, type TestHttp, toTestHttp } from './test-http.ts';
import { createTestIds } from './test-ids.ts';
import { withTestSecrets } from './test-secrets.ts';

export interface TestAppOptions {
  /** The app's own code: all of it, by `loadApp`, or parts as `defineApp` takes them. */
  readonly app?: LoadedApp;
  /** Default: none but those in the app's code. */
  readonly triggers?: TestTriggers;
  /** The time at which the clock starts, ISO 8601. Default: 2026-01-01T00:00:00Z. */
  readonly now?: string;
  /** App settings. Secrets of sources that are not given are made up. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Answers the app's HTTP client. Default: a test has no network. */
  readonly http?: TestHttp;
  /** How much may become due in one call that moves the clock. Default: 50,000. */
  readonly maxSteps?: number;
}

const START = '2026-01-01T00:00:00Z';

const MAX_STEPS = 50_000;

/** Retries have no jitter in a test. */
const RANDOM = 0.5;

/**
 * Opens the whole app in memory, on a clock that the test moves: real verification, matching,
 * limits, retries and schedules, without a server, a timer or a file.
 * @example
 * await using app = await createTestApp({ app: myApp, triggers: 'infra/triggers.yaml' });
 * const { runs } = await app.deliver('github', 'pull_request.opened');
 * @throws {ConfigError} the triggers or settings have faults
 */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { test } = await openTestApp(options);
  return test;
}

/** Opens the app with its parts, for the rest of the kit. */
export async function openTestApp(
  options: TestAppOptions,
): Promise<TestAppParts & { readonly test: TestApp }> {
  const { app: definition = {}, triggers = [], now = START, settings: known = {} } = options;
  const kinds = await loadAllKinds(assembleApp(definition));
  const { origin, sources } = readTestDefinitions(triggers, kinds);
  const settings = withTestSecrets(sources, known);
  const clock = new TestClock(toTime(now));
  const backend = createTestBackend(clock);
  const { logger, lines: logs } = createRecordedLog();
  const replaced = { backend, logger, clock, origin, http: toTestHttp(options.http) };
  try {
    const fixed = { fetchText: refuseToFetch, random: () => RANDOM };
    const app = await openApp(loadConfig(settings), { ...definition, ...replaced, ...fixed });
    await loadLater();
    const { maxSteps = MAX_STEPS } = options;
    const given = { sources, settings, maxSteps, createId: createTestIds() };
    const parts = { app, clock, backend, logs, ...given };
    const test = new TestApp(parts);
    await test.advance(0);
    return { ...parts, test };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function toTime(now: string): number {
  const ms = Date.parse(now);
  if (!Number.isNaN(ms)) return ms;
  throw new RangeError(`now: expected a time such as ${START}, found ${JSON.stringify(now)}`);
}

/** Loads the modules that the engine loads at first use: while they load, the app seems idle. */
async function loadLater(): Promise<void> {
  await import('../triggers/inputs/group-keys.ts');
  await import('../triggers/inputs/inputs.ts');
  await import('../triggers/inputs/mapping.ts');
  await import('../triggers/items/items.ts');
  await import('../triggers/schedules/fires.ts');
}
