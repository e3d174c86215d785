import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Contents, readContents, readRuns, type Shown } from '../data-folders/contents.ts';
import { emit, push } from '../data-folders/deliveries.ts';
import { expectAll, expectPayloads } from '../data-folders/expect-all.ts';
import { GONE } from '../data-folders/expectations.ts';
import { OpenedFolder } from '../data-folders/opened-folder.ts';
import { MINUTE_MS, toCounted, toFires } from '../data-folders/timed-runs.ts';

/** Data folders of earlier versions are opened by this one: nothing in them is lost or runs twice. */

const KEPT = fileURLToPath(new URL('../fixtures/data-folders', import.meta.url));
const versions = readdirSync(KEPT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const SOON_MS = 1000;
/** Longer than the queue knows what it was sent, than a retry waits, and than a window is open. */
const LATER_MS = 15 * MINUTE_MS;

/** Triggers whose runs go on once they are resumed or released, or once they are due. */
const NOT_YET = ['frozen', 'frozen-last', GONE, 'later', 'private-later', 'debounced', 'batched'];

/** Events whose runs had ended, were interrupted, or were in the queue. */
const KNOWN = [
  ['versioned', 'versioned-2'],
  ['steady', 'steady-1'],
  ['private', 'private-1'],
  ['private', 'private-2'],
  ['ordered', 'ordered-2'],
  ['failing', 'failing-2'],
] as const;

interface Letter extends Shown {
  readonly id: string;
  readonly runIds: readonly string[];
}

describe.each(versions)('the data folder of version %s, before anything runs', (version) => {
  let folder: OpenedFolder;
  let found: Contents;
  let left: Contents;
  beforeAll(async () => {
    folder = new OpenedFolder(join(KEPT, version));
    found = await readContents(await folder.open(SOON_MS, { isDispatching: false }));
    left = folder.expected.contents;
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('has every event with its content', () => {
    expectAll(found.events, left.events, 'id', 'source');
    expectPayloads(found.events, left.events);
  });

  it('has every run as it was left', () => {
    expectAll(found.runs, left.runs, 'id');
  });

  it('has dead letters and replays', () => {
    expectAll(found.deadLetters, left.deadLetters, 'id');
    expectAll(found.replays, left.replays, 'id');
  });

  it('has the states of triggers and schedules, and what was counted', () => {
    expectAll(found.triggers, left.triggers, 'name');
    expectAll(found.triggerStats, left.triggerStats, 'name');
    expectAll(found.schedules, left.schedules, 'name');
    expectAll(found.sources, left.sources, 'name');
  });
});

/** Two processes go on with the folder, one after the other: each test builds on those before it. */
describe.each(versions)('the data folder of version %s', (version) => {
  let folder: OpenedFolder;
  const resubmitted: string[] = [];
  beforeAll(async () => {
    folder = new OpenedFolder(join(KEPT, version));
    folder.release();
    await folder.open(SOON_MS);
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  async function expectEnd(runId: string): Promise<void> {
    const { trigger, status } = await folder.endedRun(runId);
    expect({ trigger, status }).toEqual({ trigger, status: folder.expected.ends[runId]?.status });
  }

  it('goes on with all that was interrupted, waited or was in the queue', async () => {
    const { expected } = folder;
    for (const { id, trigger } of folder.leftOpen()) {
      if (!NOT_YET.includes(trigger)) await expectEnd(id);
    }
    for (const { trigger, eventId, source, data } of expected.pending) {
      const run = await folder.endedRunOf(trigger, eventId);
      expect(run).toMatchObject({ status: 'succeeded', source });
      const event = await folder.host.get<Shown>(`events/${encodeURIComponent(eventId)}`);
      expect(event.data).toEqual(data);
    }
  });

  it('gives interrupted runs their state, and a payload that is not kept with the event', async () => {
    const interrupted = folder.leftOpen().filter(({ status }) => status === 'running');
    for (const { id, state, attempts } of interrupted) {
      const executed = folder.executions().filter(({ runId }) => runId === id);
      expect(executed).toMatchObject([{ state, attempt: attempts.length + 2 }]);
      const outcomes = (await folder.run(id)).attempts.map(({ outcome }) => outcome);
      expect(outcomes).toEqual([...attempts.map(() => 'interrupted'), 'interrupted', 'succeeded']);
    }
    const texts = folder.executions().map(({ text }) => text);
    expect(texts).toContain('held: private-held');
    expect(texts).toContain('nobody keeps this either');
  });

  it('keeps the order of a key, and of those who wait in line', () => {
    const began = (trigger: string) =>
      folder.executions().flatMap((one) => (one.trigger === trigger ? [one.eventId] : []));
    expect(began('ordered')).toEqual(['ordered-1', 'ordered-2', 'ordered-3']);
    expect(began('limited')).toEqual(['limited-1', 'limited-3', 'limited-2']);
  });

  it('runs what follows from the ends of runs', async () => {
    const find = async () => (await folder.runsOf('after-steady')).map(({ status }) => status);
    await expect.poll(find).toEqual(['succeeded', 'succeeded']);
  });

  it('leaves what is held, waits for more, or is not due', async () => {
    const waiting = folder.leftOpen().filter(({ trigger }) => NOT_YET.includes(trigger));
    expect(new Set(waiting.map(({ trigger }) => trigger))).toEqual(new Set(NOT_YET));
    for (const run of waiting) expect(await folder.run(run.id)).toMatchObject(run);
  });

  it('ends a replay that was half done, and one that was aborted when it is resumed', async () => {
    const { replays } = folder.expected.contents;
    for (const { id, status } of replays) {
      if (status === 'aborted') await folder.host.post(`replays/${id}/resume`);
    }
    for (const { id, found } of replays) {
      const read = () => folder.host.get<Shown>(`replays/${id}`);
      await expect.poll(read).toMatchObject({ status: 'done', replayed: found, runs: found });
      const find = async () => {
        const runs = (await folder.runsOf('replayed')).filter(
          ({ status, replay }) => status === 'succeeded' && replay?.replayId === id,
        );
        return [new Set(runs.map(({ eventId }) => eventId)).size, runs.length];
      };
      await expect.poll(find).toEqual([found, found]);
    }
  });

  it('knows the events that it had, and what limits have let through', async () => {
    const { host } = folder;
    for (const id of ['push-1', 'push-3']) {
      expect(await push(host, { id, payload: { wanted: true } })).toMatchObject({ status: 202 });
    }
    for (const [type, id] of KNOWN) await emit(host, { type, id, data: { stream: 'one' } });
    for (const name of ['deduped', 'cooled']) {
      const by = folder.leftRun(name, `${name}-1`).id;
      await emit(host, { type: name, id: `${name}-3`, data: { key: 'one' } });
      const run = await folder.endedRunOf(name, `${name}-3`);
      expect(run).toMatchObject({ status: 'skipped', held: { by } });
    }
    const path = 'webhooks/github/guarded';
    expect(await push(host, { id: 'guarded-4', payload: {}, path })).toMatchObject({ status: 429 });
  });

  it('fills a batch that was open', async () => {
    for (const n of [4, 5])
      await emit(folder.host, { type: 'batched', id: `batched-${n}`, data: { n } });
    const { output } = await folder.endedRun(folder.leftRun('batched', 'batched-1').id);
    const events = [1, 2, 3, 4, 5].map((n) => ({ n }));
    expect(output).toMatchObject({ noted: { count: 5, events } });
  });

  it('lets held runs go when their trigger is resumed', async () => {
    for (const trigger of ['frozen', 'frozen-last', GONE]) {
      const held = folder.leftOpen().filter((run) => run.trigger === trigger);
      const { json } = await folder.host.post(`triggers/${trigger}/resume`);
      expect(json).toMatchObject({ name: trigger, released: held.length });
      for (const { id } of held) await expectEnd(id);
    }
  });

  it('asks a trigger again that was in error, once it is resumed', async () => {
    await emit(folder.host, { type: 'erring', id: 'erring-unasked', data: { name: 'ada' } });
    const isThere = (event: Shown) => event.id === 'erring-unasked';
    const find = async () => (await folder.host.list<Shown>('events')).find(isThere)?.status;
    await expect.poll(find).toBe('unmatched');
    const resumed = await folder.host.post('triggers/erring/resume');
    expect(resumed.json).toMatchObject({ status: 'active' });
    await emit(folder.host, { type: 'erring', id: 'erring-asked', data: { name: 'ada' } });
    const run = await folder.endedRunOf('erring', 'erring-asked');
    expect(run).toMatchObject({ status: 'succeeded' });
  });

  it('starts dead letters again', async () => {
    for (const { id, runIds } of folder.expected.contents.deadLetters as readonly Letter[]) {
      const { status, json } = await folder.host.post(`dead-letters/${id}/resubmit`);
      expect({ status, json }).toMatchObject({ status: 200, json: { runs: runIds } });
      for (const runId of runIds) {
        expect(await folder.endedRun(runId)).toMatchObject({ status: 'succeeded' });
      }
      resubmitted.push(...runIds);
    }
  });

  it('replays with triggers as they were, changed or gone since', async () => {
    const wanted = { versioned: { version: 1 }, [GONE]: { text: 'while the trigger was there' } };
    for (const [trigger, noted] of Object.entries(wanted)) {
      const { id } = folder.leftRun(trigger, `${trigger}-1`);
      const { json } = await folder.host.post(`runs/${id}/replay`, { uses: 'original' });
      const run = await folder.endedRun(String(json.runId));
      expect(run).toMatchObject({ status: 'succeeded', output: { noted } });
    }
  });

  it('makes nothing twice of what was asked under an Idempotency-Key', async () => {
    const { runId, key, replay } = folder.expected.keyed;
    const again = await folder.host.post(`runs/${runId}/replay`, {}, { 'idempotency-key': key });
    expect(again.json).toEqual({ runId: replay });
  });

  it('does what is due a quarter of an hour later', async () => {
    await folder.open(LATER_MS);
    const retried = await folder.endedRun(folder.leftRun('later', 'later-1').id);
    expect(retried).toMatchObject({ status: 'succeeded', output: { attempt: 2 } });
    // Its event keeps no payload: the run does, until it has ended.
    await expectEnd(folder.leftRun('private-later', 'private-later-1').id);
    const texts = folder.executions().map(({ text }) => text);
    expect(texts).toContain('fails first: private-later');
    const { output } = await folder.endedRun(folder.leftRun('debounced', 'debounced-1').id);
    expect(output).toMatchObject({ noted: { count: 3, events: [{ n: 1 }, { n: 2 }, { n: 3 }] } });
  });

  it('knows the events that it had when the queue has forgotten them', async () => {
    const { host } = folder;
    const readDuplicates = async () => {
      const { items } = await host.get<{ items: readonly Shown[] }>('sources');
      return items.find(({ name }) => name === 'github')?.duplicates;
    };
    const before = Number(await readDuplicates());
    for (const [type, id] of KNOWN) await emit(host, { type, id, data: { stream: 'one' } });
    for (const id of ['push-1', 'push-2']) await push(host, { id, payload: { wanted: true } });
    await expect.poll(readDuplicates).toBe(before + 2);
  });

  it('has fired every minute once, and goes on with the states of pollers', async () => {
    const { expected } = folder;
    const left = (trigger: string) =>
      expected.contents.runs.filter((run) => run.trigger === trigger);
    const fires = async () => toFires(await folder.runsOf('minutely'));
    const newest = Date.parse(expected.killedAt) + LATER_MS - MINUTE_MS;
    await expect.poll(async () => (await fires()).at(-1)).toBeGreaterThan(newest);
    const [first = 0] = toFires(left('minutely'));
    const each = (_: number, index: number) => first + index * MINUTE_MS;
    await expect.poll(fires).toSatisfy((all) => `${all}` === `${all.map(each)}`);
    const counted = async () => toCounted(await folder.runsOf('counting'));
    await expect
      .poll(async () => (await counted()).length)
      .toBeGreaterThan(left('counting').length);
    const oneByOne = (_: number, index: number) => index + 1;
    await expect.poll(counted).toSatisfy((all) => `${all}` === `${all.map(oneByOne)}`);
  });

  it('has executed each run as often as it must, and lost none', async () => {
    const { ends, contents, pending } = folder.expected;
    const statuses = new Map((await readRuns(folder.host)).map(({ id, status }) => [id, status]));
    const times = Map.groupBy(folder.executions(), ({ runId }) => runId);
    const found = Object.keys(ends).map((id) => [id, statuses.get(id), times.get(id)?.length ?? 0]);
    const wanted = Object.entries(ends).map(([id, { status, after }]) =>
      resubmitted.includes(id) ? [id, 'succeeded', after + 1] : [id, status, after],
    );
    expect(found).toEqual(wanted);
    // Runs that were made since are executed once as well.
    expect([...times.values()].filter((executions) => executions.length > 1)).toEqual([]);
    const ids = new Set((await folder.host.list<Shown>('events')).map(({ id }) => id));
    expect(contents.events.filter(({ id }) => !ids.has(id))).toEqual([]);
    expect(pending.filter(({ eventId }) => !ids.has(eventId))).toEqual([]);
  });
});
