import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Seats } from '../../../shared/heddle/pipeline/engine/seats.ts';
import { createEvent } from '../../helpers/factories.ts';
import { CrashPlan, createWorld, toTriggers, type World } from '../../helpers/world.ts';

/** Seats that are all taken so many times, and free from then on. */
function createScarceSeats(refusals: number): Seats {
  let left = refusals;
  const seats: Pick<Seats, 'take' | 'toDelay' | 'noteLeft'> = {
    take: () => (left-- > 0 ? undefined : () => undefined),
    toDelay: () => 0,
    noteLeft: () => undefined,
  };
  return seats as Seats;
}

const triggers = {
  'without a limit': {},
  'with a limit': { maxConcurrent: 1 },
};

async function play(written: object, refusals: number, plan: CrashPlan) {
  const executions = new Map<string, number>();
  class Counting extends Actor {
    execute(): void {
      const { eventId } = this.context.triggerContext;
      executions.set(eventId, (executions.get(eventId) ?? 0) + 1);
    }
  }
  const world: World = createWorld(toTriggers({ name: 't', actor: 'counting', ...written }), {
    counting: Counting,
  });
  Object.assign(world.engine, { seats: createScarceSeats(refusals) });
  for (const id of ['a', 'b']) await world.send(createEvent({ id, data: {}, fields: {} }));
  await world.drain([plan]);
  return { world, executions };
}

describe.each(Object.entries(triggers))('a trigger %s whose runs find no seat', (_, written) => {
  it.each(['before', 'after'] as const)(
    'runs every event although the process dies %s any one of its writes',
    async (when) => {
      for (const refusals of [1, 2, 5]) {
        for (let at = 1; ; at++) {
          const plan = new CrashPlan(at, when);
          const { world, executions } = await play(written, refusals, plan);
          const place = `${refusals} refusals, crash ${when} write ${at}`;
          const ends = (await world.runs()).map(({ eventId, status }) => `${eventId} ${status}`);
          expect(ends.toSorted(), place).toEqual(['a succeeded', 'b succeeded']);
          expect(await world.deadLetters(), place).toEqual([]);
          for (const times of executions.values()) expect(times, place).toBeLessThanOrEqual(2);
          if (!plan.hasCrashed) break;
        }
      }
    },
  );

  it('runs each once, and is left to a message of its own meanwhile', async () => {
    const { executions } = await play(written, 5, new CrashPlan());
    expect(Object.fromEntries(executions)).toEqual({ a: 1, b: 1 });
  });
});
