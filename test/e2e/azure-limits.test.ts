import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TriggerDetail } from '../../shared/heddle/api/triggers.ts';
import { type AzureBackend, startAzureBackend } from '../helpers/backend.ts';
import { type FeatureApp, prepareFeatureApp } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';

/** `step` fails its first attempt where the event says so. */
const triggers = `limits:
  api: { maxConcurrent: 1 }
triggers:
  - { name: once, source: emit, eventType: once, actor: step, allowConcurrent: false, retry: { delay: 8s, jitter: none } }
  - { name: paced, source: emit, eventType: paced, actor: step, throttle: { limit: 2, period: 2s } }
  - { name: first, source: emit, eventType: shared, actor: step, limit: api }
  - { name: second, source: emit, eventType: shared, actor: step, limit: api }
  - { name: items, source: emit, eventType: items, actor: log, forEach: { path: $.lines, key: "{{ item.sku }}" } }
  - { name: keyless, source: emit, eventType: keyless, actor: log, dedupe: { key: "{{ event.order }}", window: 1h } }
  - { name: released, source: emit, eventType: released, actor: step, dedupe: { key: "{{ event.order }}", window: 1h }, releaseOnFailure: true, retry: { maxAttempts: 1 } }
  - { name: planned, source: emit, eventType: planned, actor: step, retry: { delay: 1h, maxDelay: 1h } }
  - { name: nightly, source: schedule, schedule: { at: "02:00", misfire: skip }, actor: log }
  - { name: large, source: emit, eventType: large, actor: log, maxConcurrent: 1 }
`;

let backend: AzureBackend;
let app: FeatureApp;
let host: HeddleHost;

beforeAll(async () => {
  backend = await startAzureBackend();
  // Polls and fires would come in between.
  const env = { ...backend.env, HEDDLE_SCHEDULING: 'off' };
  app = prepareFeatureApp({ triggers, env });
  host = await HeddleHost.start(app);
  await beginBefore();
  // The process dies while runs wait for a retry and for places, and another goes on.
  await host.process.kill();
  host = await HeddleHost.start(app);
});
afterAll(() => backend[Symbol.asyncDispose]());

async function post(path: string, body: object): Promise<{ readonly id: string }> {
  const headers = { 'content-type': 'application/json' };
  const url = `${host.process.url}/api/v1/${path}`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect([202, 200], await answer.clone().text()).toContain(answer.status);
  return answer.json() as Promise<{ readonly id: string }>;
}

function emit(endpoint: string, data: object, id?: string) {
  return post('emit', { endpoint, data, ...(id === undefined ? {} : { id }) });
}

function toStep(name: string, more: object = {}) {
  return { repository: { full_name: name }, number: 1, ...more };
}

function statusesOf(trigger: string): Promise<readonly string[]> {
  return host
    .runs(`trigger=${trigger}&limit=100`)
    .then((runs) => runs.map(({ status }) => status).toSorted());
}

const settled = (trigger: string, statuses: readonly string[]) =>
  expect.poll(() => statusesOf(trigger)).toEqual(statuses);

const paced = Array.from({ length: 6 }, (_, n) => `paced-${n}`);

/** Polls where no test runs yet. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await isSo()).toBe(true), { timeout: 20_000 });
}

async function beginBefore(): Promise<void> {
  await emit('once', toStep('once', { isFailingFirst: true }), 'once-1');
  await Promise.all(paced.map((name) => emit('paced', toStep(name), name)));
  await until(async () => app.lines().some(({ phase }) => phase === 'fail'));
  await until(async () => (await statusesOf('once'))[0] === 'queued');
  await until(async () => (await statusesOf('paced')).length === paced.length);
  await until(() => app.lines().filter(({ key }) => key?.startsWith('paced')).length >= 4);
}

describe('limits on Service Bus and Cosmos DB', () => {
  it('keep a twin out while a run waits for its retry, although the process has died meanwhile', async () => {
    const step = toStep('once', { isFailingFirst: true });
    await emit('once', step, 'once-2');
    await settled('once', ['queued', 'skipped']);
    const view = await host.get<TriggerDetail>('api/v1/triggers/once');
    expect(view.backlog).toEqual({ waiting: 0 });
  });

  it('let no more begin in any period, and all at last, although the process dies', async () => {
    await settled('paced', Array(6).fill('succeeded'));
    const runs = await host.runs('trigger=paced&limit=100');
    const times = runs
      .map(({ attempts: [first] }) => Date.parse(first?.startedAt ?? ''))
      .toSorted();
    for (const [n, at] of times.slice(2).entries()) {
      // The place is taken a moment before the attempt begins.
      expect(at - (times[n] ?? 0)).toBeGreaterThanOrEqual(1900);
    }
  });

  it('are shared by triggers', async () => {
    for (const n of [1, 2, 3]) await emit('shared', toStep(`shared-${n}`), `shared-${n}`);
    await Promise.all(['first', 'second'].map((name) => settled(name, Array(3).fill('succeeded'))));
    const phases = app
      .lines()
      .flatMap(({ key, phase }) => (key?.startsWith('shared') ? phase : []));
    expect(phases).toEqual(Array(6).fill(['start', 'end']).flat());
  });

  it('leave events without a key alone', async () => {
    for (const id of ['k1', 'k2']) await emit('keyless', {}, id);
    await settled('keyless', ['succeeded', 'succeeded']);
  });

  it('give a key back when its run has failed for good', async () => {
    const send = (id: string, more: object) =>
      emit('released', toStep('released', { order: 7, ...more }), id);
    await send('r1', { isFailingFirst: true });
    await settled('released', ['failed']);
    await send('r2', {});
    await settled('released', ['failed', 'succeeded']);
    await send('r3', {});
    await settled('released', ['failed', 'skipped', 'succeeded']);
  });
});

describe('what is queued on Service Bus', () => {
  it('is what is due, and not a retry that is planned', async () => {
    await emit('planned', toStep('planned', { isFailingFirst: true }), 'planned-1');
    await expect.poll(() => app.lines().filter(({ key }) => key === 'planned').length).toBe(2);
    await settled('planned', ['queued']);
    const scheduled = () => backend.serviceBus.depth('events');
    expect(scheduled()).toBeGreaterThan(0);
    await expect.poll(async () => (await host.health()).queued).toBe(0);
    expect(scheduled()).toBeGreaterThan(0);
  });
});

describe('other ways to make runs, on Service Bus and Cosmos DB', () => {
  it('are one for each item, with ids of its key, which a repeated event makes once', async () => {
    const lines = [{ sku: 'b/1?#' }, { sku: 'ä' }, { sku: '' }];
    for (const _ of [1, 2]) await emit('items', { lines }, 'order-1');
    await settled('items', Array(3).fill('succeeded'));
    const runs = await host.runs('trigger=items&limit=100');
    expect(new Set(runs.map(({ id }) => id)).size).toBe(3);
  });

  it('are a schedule that is run now, although schedules stand still', async () => {
    await post('schedules/nightly/run', {});
    await settled('nightly', ['succeeded']);
    expect(await host.get('api/v1/schedules/nightly')).toMatchObject({
      ...{ state: 'disabled', message: 'HEDDLE_SCHEDULING is off', backlog: { waiting: 0 } },
    });
    expect(await host.health()).toMatchObject({ timed: { scheduling: 'off' } });
  });

  it('keep inputs near the bound, whatever is in them', async () => {
    const texts = ['x'.repeat(200_000), 'ü€😀'.repeat(20_000), '\u0000\\"\n'.repeat(20_000)];
    for (const [n, text] of texts.entries()) await emit('large', { text }, `large-${n}`);
    await settled('large', Array(3).fill('succeeded'));
    const stats = await host.get<{ triggers: readonly object[] }>('api/v1/triggers/stats');
    expect(stats.triggers).toContainEqual(expect.objectContaining({ name: 'large', waiting: 0 }));
  });

  it('go on to their ends', async () => {
    await settled('once', ['skipped', 'succeeded']);
  });
});
