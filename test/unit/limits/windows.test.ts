import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { createEvent } from '../../helpers/factories.ts';
import { CrashPlan, createWorld, toTriggers, type World } from '../../helpers/world.ts';

interface Handed {
  readonly count: number;
  readonly events: readonly JsonObject[];
}

/** A world whose actor records its input. */
function create(written: Partial<Record<keyof Trigger, unknown>>) {
  const handed: Handed[] = [];
  class Noting extends Actor {
    execute(input: Handed): void {
      handed.push(input);
    }
  }
  const world = createWorld(toTriggers({ name: 't', actor: 'noting', ...written }), {
    noting: Noting,
  });
  return { world, numbers: () => handed.map(({ events }) => events.map((event) => event.n)) };
}

function toEvent(n: number, data: object = {}) {
  return createEvent({ id: `e${n}`, data: { n, ...data }, fields: {} });
}

/** Lets time pass in steps, and delivers what falls due. */
async function pass(world: World, ms: number, stepMs = 500): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    while ((await world.work()) > 0);
    await world.clock.advance(Math.min(stepMs, left));
  }
  while ((await world.work()) > 0);
}

async function send(world: World, ...numbers: readonly number[]): Promise<void> {
  for (const n of numbers) await world.send(toEvent(n));
  while ((await world.work()) > 0);
}

describe('debounce', () => {
  it('makes one run of all events, in their order, once none has come for a while', async () => {
    const { world, numbers } = create({ debounce: { wait: '5s' } });
    await send(world, 1);
    await pass(world, 3000);
    await send(world, 2);
    await pass(world, 4000);
    await send(world, 3);
    await pass(world, 4500);
    expect(numbers()).toEqual([]);
    await pass(world, 500);
    expect(numbers()).toEqual([[1, 2, 3]]);
  });

  it('opens another window for what comes later', async () => {
    const { world, numbers } = create({ debounce: { wait: '1s' } });
    await send(world, 1);
    await pass(world, 2000);
    await send(world, 2);
    await pass(world, 2000);
    expect(numbers()).toEqual([[1], [2]]);
  });

  it('closes after maxWait even if events go on coming', async () => {
    const { world, numbers } = create({ debounce: { wait: '2s', maxWait: '5s' } });
    for (let n = 1; n <= 8; n++) {
      await send(world, n);
      await pass(world, 1000);
    }
    expect(numbers()).toEqual([[1, 2, 3, 4, 5]]);
  });

  it('keeps a window for each key', async () => {
    const { world, numbers } = create({ debounce: { wait: '1s', key: '{{ event.repo }}' } });
    for (const [n, repo] of [
      [1, 'a'],
      [2, 'b'],
      [3, 'a'],
    ] as const) {
      await world.send(toEvent(n, { repo }));
    }
    await pass(world, 1500);
    expect(numbers().toSorted()).toEqual([[1, 3], [2]]);
  });

  it('says of every other event which run has taken it in', async () => {
    const { world } = create({ debounce: { wait: '1s' } });
    await send(world, 1, 2);
    await pass(world, 1500);
    const runs = await world.runs();
    const window = runs.find(({ eventId }) => eventId === 'e1');
    expect(window).toMatchObject({ status: 'succeeded', gathered: { members: { length: 2 } } });
    expect(runs.find(({ eventId }) => eventId === 'e2')).toMatchObject({
      status: 'skipped',
      held: { limit: 'debounce', by: window?.id },
    });
  });
});

describe('batch', () => {
  it('runs as soon as it is full', async () => {
    const { world, numbers } = create({ batch: { size: 3, wait: '1h' } });
    await send(world, 1, 2, 3, 4);
    expect(numbers()).toEqual([[1, 2, 3]]);
  });

  it('runs with fewer once the first has waited long enough', async () => {
    const { world, numbers } = create({ batch: { size: 3, wait: '10s' } });
    await send(world, 1);
    await pass(world, 9000);
    await send(world, 2);
    expect(numbers()).toEqual([]);
    await pass(world, 1000);
    expect(numbers()).toEqual([[1, 2]]);
  });

  it('takes events in that come at the same time', async () => {
    const { world, numbers } = create({ batch: { size: 10, wait: '1s' } });
    for (let n = 1; n <= 25; n++) await world.send(toEvent(n));
    await pass(world, 2000);
    expect(numbers().flat().toSorted()).toEqual(
      Array.from({ length: 25 }, (_, i) => i + 1).toSorted(),
    );
    expect(
      numbers()
        .map(({ length }) => length)
        .toSorted(),
    ).toEqual([10, 10, 5].toSorted());
  });
});

describe.each([
  ['debounce', { debounce: { wait: '2s' } }],
  ['batch', { batch: { size: 2, wait: '2s' } }],
] as const)('%s', (_name, written) => {
  it.each(['before', 'after'] as const)(
    'hands every event over once although the process dies %s any one of its writes',
    async (when) => {
      for (let at = 1; ; at++) {
        const plan = new CrashPlan(at, when);
        const { world, numbers } = create(written);
        for (const n of [1, 2, 3]) await world.send(toEvent(n));
        await world.drain([plan]);
        expect(numbers().flat().toSorted(), `crash ${when} write ${at}`).toEqual([1, 2, 3]);
        for (const run of await world.runs()) {
          expect(['succeeded', 'skipped'], `crash ${when} write ${at}`).toContain(run.status);
        }
        if (!plan.hasCrashed) break;
      }
    },
  );
});
