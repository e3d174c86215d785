import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FeatureApp, type Line, prepareFeatureApp, push } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';

const PROCESSES = 4;
const EVENTS = 200;
const MAX = 3;
/** Runs that each end only when all have begun, so each needs a slot. */
const TOGETHER = ['one', 'two', 'three'];

const triggers = `
triggers:
  - name: limited
    source: github
    eventType: push
    actor: step
    maxConcurrent: ${MAX}
`;

const hosts: HeddleHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map(({ process }) => process.kill()));
});

/** Starts processes that share one embedded database. */
async function startAll(env: Readonly<Record<string, string>> = {}): Promise<FeatureApp> {
  const app = prepareFeatureApp({ triggers, env: { HEDDLE_LOCK_SECONDS: '2', ...env } });
  hosts.push(await HeddleHost.start(app));
  const others = Array.from({ length: PROCESSES - 1 }, () => HeddleHost.start(app));
  hosts.push(...(await Promise.all(others)));
  return app;
}

async function sendAll(): Promise<void> {
  const sent = Array.from({ length: EVENTS }, (_, number) => {
    const payload = { repository: { full_name: `r${number}` }, number };
    return push(hosts[number % PROCESSES] as HeddleHost, `e${number}`, payload);
  });
  for (const response of await Promise.all(sent)) expect(response.status).toBe(202);
}

async function sendOne(key: string, meets: readonly string[] = []): Promise<void> {
  const payload = { repository: { full_name: key }, number: 0, meets };
  const response = await push(hosts[0] as HeddleHost, key, payload);
  expect(response.status).toBe(202);
}

/** Finds the most concurrent executions. Attempts of a killed process ended with it. */
function findMost(lines: readonly Line[], killed?: { readonly pid: number; readonly at: number }) {
  const running = new Map<string, number>();
  let most = 0;
  for (const [index, { phase, key = '', pid }] of lines.entries()) {
    if (phase === 'start') running.set(key, pid);
    else running.delete(key);
    if (killed && index >= killed.at) {
      for (const [open, owner] of running) if (owner === killed.pid) running.delete(open);
    }
    most = Math.max(most, running.size);
  }
  return most;
}

async function allSucceeded(count = EVENTS): Promise<void> {
  await vi.waitUntil(
    async () => {
      const runs = await hosts[0]?.runs('limit=200&status=succeeded');
      return runs?.length === count;
    },
    { timeout: 60_000, interval: 200 },
  );
}

describe(`${EVENTS} events for ${MAX} at once, in ${PROCESSES} processes on one database`, () => {
  it('are never more than that at once, and all done at the end', { timeout: 90_000 }, async () => {
    // Each process handles one message at a time, so that as many processes take part as runs
    // execute.
    const app = await startAll({ HEDDLE_CONCURRENCY: '1' });
    for (const key of TOGETHER) await sendOne(key, TOGETHER);
    await sendAll();
    await allSucceeded(EVENTS + MAX);
    const lines = app.lines();
    expect(lines.filter(({ phase }) => phase === 'end')).toHaveLength(EVENTS + MAX);
    expect(new Set(lines.map(({ pid }) => pid)).size).toBeGreaterThanOrEqual(MAX);
    expect(findMost(lines)).toBe(MAX);
  });

  it('are all done although a process is killed: its slots are freed', {
    timeout: 90_000,
  }, async () => {
    const app = await startAll();
    // Runs until another has begun, so that there is something to kill.
    await sendOne('waits', ['go']);
    const victim = await vi.waitUntil(
      () => {
        const begun = app.lines().find(({ key }) => key === 'waits');
        return hosts.find(({ process }) => process.pid === begun?.pid);
      },
      { timeout: 10_000 },
    );
    await sendAll();
    hosts.splice(hosts.indexOf(victim), 1);
    await victim.process.kill();
    const at = app.lines().length;
    await sendOne('go');
    await allSucceeded(EVENTS + 2);
    // If a slot were lost, these runs would wait for ever.
    for (const key of TOGETHER) await sendOne(key, TOGETHER);
    await allSucceeded(EVENTS + 2 + MAX);
    expect(findMost(app.lines(), { pid: victim.process.pid, at })).toBeLessThanOrEqual(MAX);
  });
});
