import { afterEach, describe, expect, it, vi } from 'vitest';
import { startBackend } from '../helpers/backend.ts';
import { type FeatureApp, prepareFeatureApp, push } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';

const SLEEPERS = 150;
const EVENTS = 40;

const triggers = `
triggers:
  - name: sleeper
    source: github
    eventType: push
    actor: step
    conditions: { repository.full_name: { startsWith: sleeper } }
  - name: quick
    source: github
    eventType: push
    actor: step
    conditions: { repository.full_name: { startsWith: quick } }
  - name: ordered
    source: github
    eventType: push
    actor: step
    orderingKey: "{{ event.repository.full_name }}"
    conditions: { repository.full_name: { startsWith: ordered } }
`;

let host: HeddleHost;
afterEach(() => host.process.kill());

async function start(): Promise<FeatureApp> {
  const env = { ...(await startBackend()), HEDDLE_LOCK_SECONDS: '3' };
  const app = prepareFeatureApp({ triggers, env });
  host = await HeddleHost.start(app);
  return app;
}

async function send(key: string, meets: readonly string[] = []): Promise<void> {
  const payload = { repository: { full_name: key }, number: 0, meets };
  expect((await push(host, key, payload)).status).toBe(202);
}

async function sendSleepers(kind: string): Promise<void> {
  const all = Array.from({ length: SLEEPERS }, (_, n) => send(`${kind}-${n}`, ['quick-last']));
  await Promise.all(all);
}

function countEnded(app: FeatureApp, prefix: string): number {
  return app.lines().filter(({ phase, key }) => phase === 'end' && key?.startsWith(prefix)).length;
}

async function ended(app: FeatureApp, prefix: string, count: number): Promise<void> {
  await vi.waitUntil(() => countEnded(app, prefix) === count, { timeout: 60_000, interval: 50 });
}

describe(`${SLEEPERS} runs that do not end`, () => {
  it.each(['sleeper', 'ordered'])('of trigger %s delay no run of another', async (kind) => {
    const app = await start();
    await sendSleepers(kind);
    for (let n = 0; n < EVENTS; n++) await send(`quick-${n}`);
    await ended(app, 'quick', EVENTS);
    expect(countEnded(app, kind)).toBe(0);
    // The sleepers go on when this has begun.
    await send('quick-last');
    await ended(app, kind, SLEEPERS);
    const starts = app.lines().filter(({ phase }) => phase === 'start');
    expect(starts).toHaveLength(SLEEPERS + EVENTS + 1);
  });
});
