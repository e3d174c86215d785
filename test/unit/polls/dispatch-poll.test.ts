import { describe, expect, it } from 'vitest';
import {
  fire,
  fireEach,
  type PollContext,
  Poller,
  type PollResult,
  skip,
} from '../../../shared/heddle/actors/poller.ts';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { POLL_STATES } from '../../../shared/heddle/ports/collections.ts';
import { createPollScene } from '../../helpers/poll-scene.ts';

/** Fires with the number of its polls, which it keeps as state. */
class Counter extends Poller {
  override readonly name: string = 'counter';
  override readonly pollInterval = '2s';
  override poll({ state }: PollContext): PollResult | Promise<PollResult> {
    const count = Number(state ?? 0) + 1;
    return fire({ count }, { state: count });
  }
}

describe('a poll', () => {
  it('fires its trigger with a context, and finds its state again', async () => {
    const scene = createPollScene({ counter: Counter });
    for (const second of [0, 2, 4]) await scene.poll('counter', second);
    expect(await scene.given('counter')).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
    expect(await scene.record('counter')).toMatchObject({
      ...{ polls: 3, fires: 3, failures: 0, leftOut: 0, lastOutcome: 'fired' },
      ...{ lastDue: '2026-01-01T00:00:04.000Z', lastPollAt: '2026-01-01T00:00:04.000Z' },
    });
  });

  it('makes events of the source poll, whose type is the trigger', async () => {
    const time = '2025-12-31T23:59:59+01:00';
    class Files extends Poller {
      override readonly name = 'files';
      override poll() {
        return fireEach([
          { context: { file: 'a' }, event: 'created' },
          { context: { file: 'b' }, event: 'deleted', time },
        ]);
      }
    }
    const conditions = { event: 'deleted' };
    const scene = createPollScene({ files: Files }, [{ name: 'files', conditions }]);
    await scene.poll('files', 0);
    const [deleted, created] = (await scene.world.events()).toSorted((a, b) =>
      a.time < b.time ? -1 : 1,
    );
    const from = { source: 'poll', type: 'files', subject: 'files', verified: true };
    expect(created).toMatchObject({ ...from, time: '2026-01-01T00:00:00.000Z' });
    expect(deleted).toMatchObject({ ...from, time: '2025-12-31T22:59:59.000Z' });
    expect(await scene.given('files')).toEqual([{ file: 'b', event: 'deleted' }]);
  });

  it('writes no state where it leaves the same or none', async () => {
    class Idle extends Poller {
      override readonly name = 'idle';
      override poll({ due, state }: PollContext) {
        if (due % 4000 === 0) return skip();
        return skip({ state: state ?? { since: 'then' } });
      }
    }
    const scene = createPollScene({ idle: Idle });
    await scene.poll('idle', 0);
    expect(await scene.state('idle')).toBeUndefined();
    await scene.poll('idle', 2);
    const kept = await scene.state('idle');
    expect(kept).toMatchObject({ state: { since: 'then' }, due: '2026-01-01T00:00:02.000Z' });
    for (const second of [4, 6]) await scene.poll('idle', second);
    expect(await scene.state('idle')).toEqual(kept);
    expect(await scene.record('idle')).toMatchObject({ polls: 4, lastOutcome: 'skipped' });
  });

  it('keeps the state that a poller has changed in place', async () => {
    class Hoarder extends Poller {
      override readonly name = 'hoarder';
      override poll({ state, due }: PollContext) {
        const seen = (state ?? { list: [] }) as { list: number[] };
        seen.list.push(due);
        return skip({ state: seen });
      }
    }
    const scene = createPollScene({ hoarder: Hoarder });
    for (const second of [0, 60]) await scene.poll('hoarder', second);
    expect((await scene.state('hoarder'))?.state).toEqual({
      list: [scene.start, scene.start + 60_000],
    });
  });

  it('leaves what another poller has kept under the name of the trigger', async () => {
    const poller = { poller: 'other' };
    const scene = createPollScene({ counter: Counter });
    await scene.poll('counter', 0);
    const kept = await scene.state('counter');
    const later = createPollScene({ other: Counter }, [{ name: 'counter', poll: poller }]);
    if (kept) await later.world.store.create(POLL_STATES, kept);
    await later.poll('counter', 2);
    expect(await later.given('counter')).toEqual([{ count: 1 }]);
  });
});

describe('a poll that is not made', () => {
  it.each([
    ['its trigger is disabled', { enabled: false }],
    ['its poll is disabled', { poll: { poller: 'counter', enabled: false } }],
  ])('leaves nothing where %s', async (_, fields) => {
    const scene = createPollScene({ counter: Counter }, [{ name: 'counter', ...fields }]);
    await scene.poll('counter', 0);
    expect(await scene.record('counter')).toBeUndefined();
    expect(await scene.given('counter')).toEqual([]);
  });

  it('is counted where its trigger is paused, and made again once that is over', async () => {
    const scene = createPollScene({ counter: Counter });
    await pauseTrigger(scene.world.engine, 'counter', { by: 'operator', message: 'for a while' });
    await scene.poll('counter', 0);
    expect(await scene.record('counter')).toMatchObject({
      ...{ leftOut: 1, polls: 0, lastDue: '2026-01-01T00:00:00.000Z' },
    });
    await resumeTrigger(scene.world.engine, 'counter');
    await scene.poll('counter', 4);
    expect(await scene.given('counter')).toEqual([{ count: 1 }]);
  });

  it('comes twice: the second finds it made', async () => {
    const scene = createPollScene({ counter: Counter });
    await scene.poll('counter', 0);
    await scene.sendPoll('counter', 0, 'again');
    await scene.world.drain();
    expect(await scene.record('counter')).toMatchObject({ polls: 1, leftOut: 0 });
  });

  it('is left out while an earlier one goes on, and counted', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    class Slow extends Counter {
      override async poll(context: PollContext) {
        begin();
        await gate;
        return super.poll(context);
      }
    }
    const scene = createPollScene({ counter: Slow });
    await scene.sendPoll('counter', 0);
    const first = scene.world.work();
    await begun;
    await scene.poll('counter', 2);
    await scene.poll('counter', 4);
    open();
    await first;
    await scene.poll('counter', 6);
    expect(await scene.given('counter')).toEqual([{ count: 1 }, { count: 2 }]);
    expect(await scene.record('counter')).toMatchObject({ polls: 2, leftOut: 2 });
  });

  it('is one of many that have piled up: one of them is made', async () => {
    const scene = createPollScene({ counter: Counter });
    for (let second = 0; second <= 60; second += 2) await scene.sendPoll('counter', second);
    await scene.world.clock.advance(600_000);
    while ((await scene.world.work()) > 0);
    expect(await scene.given('counter')).toEqual([{ count: 1 }]);
    const { polls, leftOut } = (await scene.record('counter')) ?? {};
    // Earlier polls that come after it are not even counted as left out: they are no longer wanted.
    expect({ polls, isCounted: Number(leftOut) > 0 }).toEqual({ polls: 1, isCounted: true });
  });

  it('is made once an interval where all of them come late', async () => {
    const scene = createPollScene({ counter: Counter });
    for (let second = 0; second < 20; second += 2) {
      await scene.sendPoll('counter', second);
      await scene.world.clock.advance(scene.start + (second + 30) * 1000 - scene.world.clock.now());
      while ((await scene.world.work()) > 0);
    }
    expect(await scene.record('counter')).toMatchObject({ polls: 10, leftOut: 0 });
  });
});

describe('a trigger that allows no concurrent runs', () => {
  it('shows on its runs the hash of the context that tells them apart', async () => {
    class Same extends Poller {
      override readonly name = 'same';
      override poll({ due }: PollContext) {
        return fire({ service: due < Date.UTC(2026, 0, 1, 0, 0, 4) ? 'api' : 'web' });
      }
    }
    const scene = createPollScene({ same: Same }, [{ name: 'same', allowConcurrent: false }]);
    for (const second of [0, 2, 4]) await scene.poll('same', second);
    const hashes = (await scene.world.runs()).map(({ slots }) => slots?.[0]?.inputHash);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(hashes).size).toBe(2);
  });
});
