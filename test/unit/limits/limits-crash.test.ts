import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { LIMIT_STATES, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent } from '../../helpers/factories.ts';
import { CrashPlan, createWorld, toTriggers, type World } from '../../helpers/world.ts';

type Written = Partial<Record<keyof Trigger, unknown>>;

/** Actors that count their executions, and how many run at once. */
function createObserver() {
  const executions = new Map<string, number>();
  let running = 0;
  let most = 0;
  class Observing extends Actor {
    async execute(): Promise<void> {
      const { eventId } = this.context.triggerContext;
      executions.set(eventId, (executions.get(eventId) ?? 0) + 1);
      running++;
      most = Math.max(most, running);
      await Promise.resolve();
      running--;
      if (eventId === 'fails' && this.context.triggerContext.attempt === 1) throw new Error('once');
    }
  }
  return { actor: Observing, executions, most: () => most };
}

const scenarios: Record<string, Written> = {
  'one at a time': { maxConcurrent: 1, retry: { delay: '1s' } },
  'two at a time': { maxConcurrent: 2, retry: { delay: '1s' } },
  'one for each key': { concurrencyKey: '{{ event.key }}', retry: { delay: '1s' } },
  'one for each input': { allowConcurrent: false, retry: { delay: '1s' } },
  'one of each key in a while': { dedupe: { key: '{{ event.n }}', window: '1h' } },
};

async function play(written: Written, plans: readonly CrashPlan[]) {
  const observer = createObserver();
  const world = createWorld(toTriggers({ name: 't', actor: 'observing', ...written }), {
    observing: observer.actor,
  });
  for (const [n, id] of ['a', 'b', 'fails', 'c'].entries()) {
    await world.send(createEvent({ id, data: { n, key: n % 2 } }));
  }
  await world.drain(plans);
  return { world, ...observer };
}

const COUNTS = { a: 2, b: 2, c: 2, fails: 3 };

/**
 * Checks that nothing is lost, and nothing repeated more often than a crash and a failure allow.
 */
async function check(world: World, executions: ReadonlyMap<string, number>, place: string) {
  const ends = (await world.runs()).map(({ eventId, status }) => `${eventId} ${status}`);
  expect(ends.toSorted(), place).toEqual(Object.keys(COUNTS).map((id) => `${id} succeeded`));
  for (const [id, most] of Object.entries(COUNTS)) {
    expect(executions.get(id), `${place}: ${id}`).toBeLessThanOrEqual(most);
  }
  expect((await world.store.list(WAITERS, { limit: 10 })).items, place).toEqual([]);
  await world.clock.advance(world.engine.leaseMs);
  const now = new Date(world.clock.now()).toISOString();
  const states = (await world.store.list(LIMIT_STATES, { limit: 10 })).items;
  const held = states.flatMap((state) => (state.kind === 'slots' ? state.holders : []));
  expect(
    held.filter(({ until }) => until > now),
    place,
  ).toEqual([]);
}

describe.each(Object.entries(scenarios))('%s', (_name, written) => {
  it.each(['before', 'after'] as const)(
    'runs every event, and leaves no slot taken, although the process dies %s any one of its writes',
    async (when) => {
      for (let at = 1; ; at++) {
        const plan = new CrashPlan(at, when);
        const { world, executions, most } = await play(written, [plan]);
        const place = `crash ${when} write ${at}`;
        await check(world, executions, place);
        expect(most(), place).toBeLessThanOrEqual(Number(written.maxConcurrent ?? 4));
        if (!plan.hasCrashed) break;
      }
    },
  );
});
