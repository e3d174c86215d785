import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import {
  continueReleasing,
  resumeTrigger,
} from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { TriggerStates } from '../../../shared/heddle/pipeline/engine/trigger-states.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import type { DocumentStore } from '../../../shared/heddle/ports/document-store.ts';
import type { EventQueue } from '../../../shared/heddle/ports/event-queue.ts';
import { createEvent } from '../../helpers/factories.ts';
import { CrashPlan, createWorld, toTriggers, type World } from '../../helpers/world.ts';

function create(written: Partial<Record<keyof Trigger, unknown>> = {}) {
  const ran: string[] = [];
  class Noting extends Actor {
    execute(): void {
      ran.push(this.context.triggerContext.eventId);
    }
  }
  const world = createWorld(toTriggers({ name: 't', actor: 'noting', ...written }), {
    noting: Noting,
  });
  return { world, ran };
}

async function send(world: World, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await world.send(createEvent({ id }));
    await world.clock.advance(1);
    while ((await world.work()) > 0);
  }
}

const byOperator = { by: 'operator', message: 'maintenance' } as const;

describe('a paused trigger', () => {
  it('holds what it matches, and says so, until it is resumed', async () => {
    const { world, ran } = create();
    await pauseTrigger(world.engine, 't', byOperator);
    await send(world, 'a', 'b');
    expect(ran).toEqual([]);
    for (const run of await world.runs()) {
      expect(run).toMatchObject({
        status: 'queued',
        held: { limit: 'paused', detail: 'the trigger is paused: maintenance' },
      });
    }
    expect(await resumeTrigger(world.engine, 't')).toBe(2);
    await world.drain();
    expect(ran).toEqual(['a', 'b']);
    await send(world, 'c');
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  it('lets many runs go with few calls to the queue', async () => {
    const { world, ran } = create();
    await pauseTrigger(world.engine, 't', byOperator);
    for (let n = 0; n < 120; n++) await world.send(createEvent({ id: `e${n}` }));
    while ((await world.work()) > 0);
    const calls: number[] = [];
    const send: EventQueue['send'] = (messages) => {
      calls.push(messages.length);
      return world.queue.send(messages);
    };
    const queue = { ...world.engine.queue, send };
    expect(await resumeTrigger({ ...world.engine, queue }, 't')).toBe(120);
    expect(calls).toEqual([100, 20]);
    await world.drain();
    expect(ran).toHaveLength(120);
  });

  it('drops what it matches where it says so', async () => {
    const { world, ran } = create({ whilePaused: 'drop' });
    await pauseTrigger(world.engine, 't', byOperator);
    await send(world, 'a');
    expect(await resumeTrigger(world.engine, 't')).toBe(0);
    await world.drain();
    expect(ran).toEqual([]);
    expect(await world.runs()).toMatchObject([{ status: 'skipped', reason: 'paused' }]);
  });

  it('keeps the last alone where it says so', async () => {
    const { world, ran } = create({ whilePaused: 'keepLast' });
    await pauseTrigger(world.engine, 't', byOperator);
    await send(world, 'a', 'b', 'c');
    expect(await resumeTrigger(world.engine, 't')).toBe(1);
    await world.drain();
    expect(ran).toEqual(['c']);
    const last = (await world.runs()).find(({ eventId }) => eventId === 'c');
    const others = (await world.runs()).filter(({ eventId }) => eventId !== 'c');
    expect(others).toHaveLength(2);
    const [first] = others.filter(({ eventId }) => eventId === 'b');
    expect(first).toMatchObject({ status: 'skipped', held: { by: last?.id } });
  });

  it('finishes what it has begun', async () => {
    const { world } = create({ retry: { delay: '1s' } });
    let attempts = 0;
    class Failing extends Actor {
      execute(): void {
        if (++attempts === 1) throw new Error('once');
      }
    }
    const failing = createWorld(toTriggers({ name: 't', actor: 'failing' }), { failing: Failing });
    await send(failing, 'a');
    await pauseTrigger(failing.engine, 't', byOperator);
    await failing.drain();
    expect(attempts).toBe(2);
    expect(await world.runs()).toEqual([]);
  });

  it('is known to other instances after two seconds', async () => {
    const { world, ran } = create();
    await send(world, 'a');
    const other = new TriggerStates(world.engine);
    await pauseTrigger({ states: other }, 't', byOperator);
    await world.clock.advance(2000);
    await send(world, 'b');
    expect(ran).toEqual(['a']);
  });

  it('stays paused although a look at all triggers, begun before, ends after', async () => {
    const { world } = create();
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const list: DocumentStore['list'] = async (collection, query) => {
      const page = await world.store.list(collection, query);
      await opened;
      return page;
    };
    const store = new Proxy(world.store, {
      get: (target, name) => (name === 'list' ? list : Reflect.get(target, name).bind(target)),
    });
    const states = new TriggerStates({ ...world.engine, store });
    // The refresh below reads that the trigger was resumed.
    await pauseTrigger(world.engine, 't', byOperator);
    await resumeTrigger(world.engine, 't');
    await world.clock.advance(1);
    const looking = states.refresh();
    await pauseTrigger({ states }, 't', byOperator);
    open();
    await looking;
    expect(states.of('t')).toMatchObject({ status: 'paused' });
  });

  it('must be known of before anything runs: later a store that is away leaves what was known', async () => {
    const { world } = create();
    await pauseTrigger(world.engine, 't', byOperator);
    let isAway = true;
    const list: DocumentStore['list'] = (collection, query) =>
      isAway ? Promise.reject(new Error('away')) : world.store.list(collection, query);
    const store = new Proxy(world.store, {
      get: (target, name) => (name === 'list' ? list : Reflect.get(target, name).bind(target)),
    });
    const states = new TriggerStates({ ...world.engine, store });
    await expect(states.refresh()).rejects.toThrow('away');
    isAway = false;
    await states.refresh();
    isAway = true;
    await world.clock.advance(2000);
    await states.refresh();
    expect(states.of('t')).toMatchObject({ status: 'paused' });
  });

  it.each(['before', 'after'] as const)(
    'lets every held run go although the process dies %s any one of the writes',
    async (when) => {
      for (let at = 1; ; at++) {
        const { world, ran } = create();
        await pauseTrigger(world.engine, 't', byOperator);
        await send(world, 'a', 'b', 'c');
        const plan = new CrashPlan(at, when);
        world.crashNext(plan);
        await resumeTrigger(world.engine, 't').catch(() => undefined);
        world.crashNext(new CrashPlan());
        await world.clock.advance(2000);
        // Nothing was written: the operator asks again.
        if (at === 1 && when === 'before') await resumeTrigger(world.engine, 't');
        await continueReleasing(world.engine);
        await world.drain();
        expect(ran.toSorted(), `crash ${when} write ${at}`).toEqual(['a', 'b', 'c']);
        if (!plan.hasCrashed) break;
      }
    },
  );
});
