import { afterEach, describe, expect, it } from 'vitest';
import type { EventSummary } from '../../shared/heddle/api/events.ts';
import type { EventExplanation } from '../../shared/heddle/api/explain.ts';
import type { TriggersStats } from '../../shared/heddle/api/stats.ts';
import type { TriggerDetail } from '../../shared/heddle/api/triggers.ts';
import type { Page } from '../../shared/heddle/ports/document-store.ts';
import { prepareFeatureApp, push } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';

const TRIGGERS = `triggers:
  - { name: held, source: github, eventType: push, actor: log, conditions: { to: all } }
  - { name: dropped, source: github, eventType: push, actor: log, whilePaused: drop, conditions: { to: all } }
  - { name: last, source: github, eventType: push, actor: log, whilePaused: keepLast, conditions: { to: all } }
  - { name: slow, source: github, eventType: push, actor: answer, conditions: { choice: wait } }
`;
const NAMES = ['held', 'dropped', 'last'];

let host: HeddleHost;
afterEach(async () => {
  await host.process.stop();
});

const JSON_TYPE = { 'content-type': 'application/json' };

async function post<T>(path: string, body: unknown = {}): Promise<T> {
  const url = `${host.process.url}/api/v1/${path}`;
  const request = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) };
  const response = await fetch(url, request);
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}`);
  return (await response.json()) as T;
}

/** Pushes in sequence, each after all runs of the one before are recorded. */
async function pushAll(...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    expect((await push(host, id, { to: 'all' })).status).toBe(202);
    const countRuns = async () =>
      (await host.runs()).filter(({ eventId }) => eventId === id).length;
    await expect.poll(countRuns).toBe(NAMES.length);
  }
}

async function statuses(trigger: string): Promise<Record<string, string>> {
  const runs = await host.runs(`trigger=${trigger}&limit=200`);
  return Object.fromEntries(runs.map(({ eventId, status }) => [eventId, status]));
}

describe('triggers over HTTP', () => {
  it('are paused, hold or drop what comes, and run each event once when they are resumed', async () => {
    const prepared = prepareFeatureApp({ triggers: TRIGGERS });
    host = await HeddleHost.start(prepared);
    for (const name of NAMES) {
      expect(await post(`triggers/${name}/pause`, { message: 'a freeze' })).toMatchObject({
        ...{ name, status: 'paused', message: 'a freeze', by: 'operator' },
      });
    }
    await pushAll('a', 'b');
    await host.drained();
    expect(await statuses('held')).toEqual({ a: 'queued', b: 'queued' });
    expect(await statuses('dropped')).toEqual({ a: 'skipped', b: 'skipped' });
    expect(await statuses('last')).toEqual({ a: 'skipped', b: 'queued' });
    expect(await host.health()).toMatchObject({ status: 'healthy' });
    // A paused trigger stays paused.
    await host.process.stop();
    host = await HeddleHost.start(prepared);
    expect(await host.get<TriggerDetail>('api/v1/triggers/held')).toMatchObject({
      status: 'paused',
    });
    const released = await Promise.all(NAMES.map((name) => post(`triggers/${name}/resume`)));
    expect(released).toMatchObject([{ released: 2 }, { released: 0 }, { released: 1 }]);
    await host.drained();
    await pushAll('c');
    await host.drained();
    expect(await statuses('held')).toEqual({ a: 'succeeded', b: 'succeeded', c: 'succeeded' });
    expect(await statuses('dropped')).toEqual({ a: 'skipped', b: 'skipped', c: 'succeeded' });
    expect(await statuses('last')).toEqual({ a: 'skipped', b: 'succeeded', c: 'succeeded' });
    const all = await host.runs();
    expect(all.filter(({ attempts }) => attempts.length > 1)).toEqual([]);
    const stats = await host.get<TriggersStats>('api/v1/triggers/stats');
    expect(stats).toMatchObject({
      ...{ total_triggers: 4, active_triggers: 4, paused_triggers: 0, error_triggers: 0 },
      // Each of the three ran three triggers.
      ...{ total_events_24h: 3, successful_events_24h: 3, failed_events_24h: 0 },
      ...{ skipped_events_24h: 0, triggers_by_type: { github: 4 } },
    });
  });

  it('explain an event, to a program and in a terminal', async () => {
    host = await HeddleHost.start(prepareFeatureApp({ triggers: TRIGGERS }));
    await push(host, 'a', { to: 'nobody' });
    await host.drained();
    const path = 'api/v1/events/a/explain';
    const { triggers } = await host.get<EventExplanation>(path);
    expect(triggers).toHaveLength(4);
    const text = await fetch(`${host.process.url}/${path}?format=text`);
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await text.text()).toMatch(
      /^github push a\nreceived .*, verified; 0 of 4 triggers matched\n\n {2}held {5}no: conditions.to expected "all", found "nobody"\n/,
    );
    const accept = { accept: 'text/plain' };
    const one = await fetch(`${host.process.url}/api/v1/triggers/slow/explain?event=a`, {
      headers: accept,
    });
    expect(await one.text()).toMatch(
      /^slow {2}no: conditions\.choice expected "wait", found nothing\n {2}warning: .*triggers\.yaml:5 \[slow\] conditions\.choice: github push has no choice/,
    );
    const missing = await fetch(`${host.process.url}/api/v1/triggers/slo`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({
      ...{ code: 'trigger_not_found', detail: 'There is no trigger "slo". Did you mean "slow"?' },
    });
  });

  it('have the events of all of them beside those of one', async () => {
    host = await HeddleHost.start(prepareFeatureApp({ triggers: TRIGGERS }));
    await push(host, 'a', { to: 'all' });
    await push(host, 'b', { to: 'nobody' });
    await host.drained();
    const ids = async (path: string) => {
      const { items } = await host.get<Page<EventSummary>>(`api/v1/${path}`);
      return items.map(({ id }) => id).toSorted();
    };
    expect(await ids('triggers/events')).toEqual(['a', 'b']);
    expect(await ids('triggers/events?status=matched&since=2024-01-01T00:00:00Z')).toEqual(['a']);
    expect(await ids('triggers/held/events')).toEqual(['a']);
    await expect(ids('triggers/events?status=tired')).rejects.toThrow('400');
    await expect(ids('triggers/event')).rejects.toThrow('404');
  });

  it('have a run cancelled that is executed, and take nothing of what it does after', async () => {
    const app = prepareFeatureApp({ triggers: TRIGGERS });
    host = await HeddleHost.start(app);
    await push(host, 'a', { choice: 'wait' });
    await expect.poll(() => app.lines().length).toBe(1);
    const [run] = await host.runs();
    const cancelled = await post(`runs/${run?.id}/cancel`, { reason: 'a mistake' });
    expect(cancelled).toMatchObject({ status: 'cancelled', reason: 'a mistake' });
    app.release();
    await host.drained();
    expect(await host.runs()).toEqual([cancelled]);
    // A repeated cancel changes nothing.
    expect(await post(`runs/${run?.id}/cancel`)).toEqual(cancelled);
    await expect(post('runs/nobody/cancel')).rejects.toThrow('404');
    const wrong = await fetch(`${host.process.url}/api/v1/runs/${run?.id}/cancel`, {
      ...{ method: 'POST', headers: JSON_TYPE, body: '{' },
    });
    expect(wrong.status).toBe(400);
  });
});
