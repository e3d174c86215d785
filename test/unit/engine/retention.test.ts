import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createQueuedRun, failRun } from '../../../shared/heddle/domain/run-transitions.ts';
import {
  toDefaultTtl,
  toEventTtl,
  toRunTtl,
} from '../../../shared/heddle/pipeline/engine/retention.ts';
import { COLLECTIONS } from '../../../shared/heddle/ports/collections.ts';
import type { Collection, Document } from '../../../shared/heddle/ports/document-store.ts';
import { createEvent, createNewRun, createTrigger } from '../../helpers/factories.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

const DAY = 86_400;
const engine = { retentionDays: 30 };
const NOW = '2026-01-01T00:00:00.000Z';
const queued = createQueuedRun(createNewRun(), NOW);
const failed = failRun(queued, { code: 'x', message: 'x' }, NOW);
const keeping = (retentionDays: number, rest: object = {}) =>
  createTrigger({ retentionDays, ...rest });

describe('a run', () => {
  it('is kept as long as its trigger says, or else as the settings say', () => {
    expect(toRunTtl(engine, keeping(7), failed)).toEqual({ ttlSeconds: 7 * DAY });
    expect(toRunTtl(engine, createTrigger(), failed)).toEqual({ ttlSeconds: 30 * DAY });
  });

  it('of a trigger that is gone is kept as the settings say', () => {
    expect(toRunTtl(engine, undefined, failed)).toEqual({ ttlSeconds: 30 * DAY });
  });

  it('that has not ended stays: what was acknowledged does not vanish while it waits', () => {
    expect(toRunTtl(engine, keeping(1), queued)).toEqual({});
  });
});

describe('what belongs to no trigger', () => {
  it('is kept as the settings say', () => {
    expect(toDefaultTtl(engine)).toEqual({ ttlSeconds: 30 * DAY });
  });
});

describe('an event', () => {
  it('that nothing matched is kept as the settings say', () => {
    expect(toEventTtl(engine, [])).toEqual({ ttlSeconds: 30 * DAY });
  });

  it('is kept for the trigger that keeps it longest', () => {
    const ttl = (...days: readonly number[]) =>
      toEventTtl(
        engine,
        days.map((day) => keeping(day)),
      ).ttlSeconds;
    expect(ttl(7)).toBe(7 * DAY);
    expect(ttl(7, 90, 1)).toBe(90 * DAY);
    expect(toEventTtl(engine, [keeping(7), createTrigger()]).ttlSeconds).toBe(30 * DAY);
  });

  it('is there until its window is closed and its attempts are made, however long that takes', () => {
    const ttl = (rest: object) => toEventTtl(engine, [keeping(1, rest)]).ttlSeconds;
    const once = { retry: { maxAttempts: 1, maxDelay: 0 }, timeout: '1m' };
    expect(ttl({ ...once, debounce: { wait: '10s', maxWait: '2d' } })).toBe(2 * DAY + 60);
    expect(ttl({ ...once, debounce: { wait: '10s' } })).toBe(7 * DAY + 60);
    expect(ttl({ ...once, batch: { size: 10, wait: '2d' } })).toBe(2 * DAY + 60);
    expect(ttl({ retry: { maxAttempts: 4, maxDelay: '12h' }, timeout: '1m' })).toBe(2 * DAY + 240);
    expect(ttl({ retry: { maxAttempts: 100, maxDelay: '999d' } })).toBe(3650 * DAY);
  });
});

/** Stores its input as state, and fails the first time. */
class Echo extends Actor {
  execute(input: JsonObject): JsonObject {
    this.updateState({ input });
    if (this.context.triggerContext.attempt === 1) throw new Error('not yet');
    return input;
  }
}

class Done extends Actor {
  execute(): void {}
}

describe('through the pipeline', () => {
  const forgetful = { persistData: false, retry: { delay: '1h', jitter: 'none', maxDelay: '1h' } };
  const create = (...triggers: readonly object[]) =>
    createWorld(
      toTriggers(...triggers.map((one, i) => ({ name: `t${i}`, actor: 'echo', ...one }))),
      { echo: Echo, done: Done },
    );
  const DAY_MS = DAY * 1000;

  it('events and runs are gone when their time is over, each by its own trigger', async () => {
    const world = create({ retentionDays: 2 }, { retentionDays: 4 });
    await world.send(createEvent());
    await world.drain();
    const count = async () => [(await world.events()).length, (await world.runs()).length];
    const counts = [await count()];
    for (let day = 0; day < 4; day++) {
      await world.clock.advance(DAY_MS);
      counts.push(await count());
    }
    expect(counts).toEqual([
      [1, 2],
      [1, 2],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
  });

  it('a run that is due later is executed then, and kept from then on', async () => {
    const retry = { delay: '36h', jitter: 'none', maxDelay: '36h' };
    const world = create({ retentionDays: 1, retry });
    await world.send(createEvent());
    await world.work();
    await world.clock.advance(1.5 * DAY_MS);
    await world.work();
    expect(await world.runs()).toMatchObject([{ status: 'succeeded' }]);
    await world.clock.advance(DAY_MS);
    expect(await world.runs()).toEqual([]);
  });

  it('an event that nobody wants kept is with its run alone, and with that until it ends', async () => {
    const world = create(forgetful);
    const readAll = async () => {
      const list = async (one: unknown) =>
        (await world.store.list(one as Collection<Document>, { limit: 1000 })).items;
      return JSON.stringify(await Promise.all(COLLECTIONS.map(list)));
    };
    await world.send(createEvent());
    await world.work();
    expect(await world.events()).toMatchObject([{ isStripped: true, data: {}, fields: {} }]);
    expect(await world.runs()).toMatchObject([
      { status: 'queued', event: { data: { number: 7 } } },
    ]);
    await world.clock.advance(3_600_000);
    await world.work();
    expect(await world.runs()).toMatchObject([{ status: 'succeeded', output: null, state: {} }]);
    expect(await readAll()).not.toContain('hello-world');
  });

  it('a run that nobody wants kept keeps what its actor has said of its failure', async () => {
    class Failing extends Actor {
      execute(): void {
        this.updateState({ note: 'hello-world' });
        throw new Error('no such repository');
      }
    }
    const retry = { maxAttempts: 1 };
    const written = { name: 't', actor: 'failing', persistData: false, retry };
    const world = createWorld(toTriggers(written), { failing: Failing });
    await world.send(createEvent());
    await world.drain();
    const error = { message: 'no such repository' };
    expect(await world.runs()).toMatchObject([{ error, state: {}, attempts: [{ error }] }]);
    expect(await world.deadLetters()).toMatchObject([{ reason: 'Error: no such repository' }]);
  });

  it('a run that nobody wants kept does not keep the key that it was skipped for', async () => {
    const dedupe = { key: '{{ event.repository.full_name }}', window: '1h' };
    const world = create({ persistData: false, dedupe, actor: 'done' });
    for (const id of ['a', 'b']) await world.send(createEvent({ id }));
    await world.drain();
    const skipped = (await world.runs()).find(({ status }) => status === 'skipped');
    expect(skipped).toMatchObject({ held: { limit: 'dedupe' } });
    expect(JSON.stringify(skipped)).not.toContain('hello-world');
  });
});
