import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor, type ActorClass, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import type { Runtime } from '../../../shared/heddle/actors/runtime.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createEvent } from '../../helpers/factories.ts';
import { settle } from '../../helpers/gated-actor.ts';
import { CrashPlan, createWorld, toTriggers } from '../../helpers/world.ts';

type Act = (context: Actor['context'], runtime: Runtime) => unknown;

/** Creates an actor that does what the test says. */
function toActor(act: Act, runtime = createRuntime()): ActorClass {
  return class extends Actor {
    execute() {
      return act(this.context, runtime);
    }
  };
}

class Log extends Actor {
  execute() {}
}

const first = { name: 'first', actor: 'emitter', retry: { maxAttempts: 3, delay: 1 } };
const second = { name: 'second', source: 'emit', actor: 'log' };

function createScene(act: Act, ...more: readonly object[]) {
  const runtime = createRuntime();
  const orderPaid = runtime.registerTrigger({
    ...{ name: 'order.paid', type: 'event', source: 'orders' },
    schema: z.object({ orderId: z.string() }),
  } as const);
  const actors = defineActors({ emitter: toActor(act, runtime), log: Log });
  const world = createWorld(toTriggers(first, ...more), actors, { runtime });
  const emitted = async () =>
    (await world.events()).filter(({ source }) => source === 'emit').reverse();
  const run = async () => (await world.runs()).find(({ trigger }) => trigger === 'first');
  return { world, emitted, run, orderPaid };
}

async function play(act: Act, ...more: readonly object[]) {
  const scene = createScene(act, ...more);
  await scene.world.send(createEvent());
  await scene.world.drain();
  return scene;
}

describe('what an actor emits', () => {
  it('runs the next step of a chain, and says what has caused it', async () => {
    const { world, emitted, run } = await play(
      ({ emit }) => emit('order.paid', { orderId: 'A-7' }),
      second,
    );
    const origin = await run();
    expect(await emitted()).toMatchObject([
      {
        ...{ type: 'order.paid', data: { orderId: 'A-7' }, fields: { module: 'orders' } },
        ...{ causedBy: origin?.id, depth: 1, verified: true },
      },
    ]);
    const next = (await world.runs()).find(({ trigger }) => trigger === 'second');
    expect(next).toMatchObject({ status: 'succeeded', depth: 1 });
  });

  it('is the same event when another attempt emits it again', async () => {
    let attempts = 0;
    const { world, emitted } = await play(async ({ emit }) => {
      await emit('a', { n: 1 });
      await emit('a', { n: 1 });
      await emit('b', { n: 1 });
      if (++attempts < 3) throw new Error('once more');
    }, second);
    expect(attempts).toBe(3);
    expect((await emitted()).map(({ type }) => type).sort()).toEqual(['a', 'a', 'b']);
    const runs = (await world.runs()).filter(({ trigger }) => trigger === 'second');
    expect(runs).toHaveLength(3);
  });

  it('is another event where an attempt goes on with what the last one has left', async () => {
    class Resumed extends Actor {
      async execute() {
        const done = Number(this.state.done ?? 0);
        for (let item = done; item < 4; item++) {
          await this.context.emit('item', { item });
          this.updateState({ done: item + 1 });
          if (item === 1 && done === 0) throw new Error('out of breath');
        }
      }
    }
    const world = createWorld(toTriggers(first), defineActors({ emitter: Resumed }));
    await world.send(createEvent());
    await world.drain();
    const items = (await world.events()).filter(({ type }) => type === 'item');
    expect(items.map(({ data }) => data.item).sort()).toEqual([0, 1, 2, 3]);
  });

  it('is the same event under an id of its own, whatever its data', async () => {
    let attempts = 0;
    const { emitted } = await play(async ({ emit }) => {
      await emit('a', { attempts: ++attempts }, { id: 'order-7' });
      if (attempts < 2) throw new Error('once more');
    });
    expect(await emitted()).toMatchObject([{ eventId: 'order-7', data: { attempts: 1 } }]);
  });

  it('is on its way once that resolves, though the attempt fails', async () => {
    const { emitted, run } = await play(async ({ emit }) => {
      await emit('a', {});
      throw new Error('after all');
    });
    expect(await run()).toMatchObject({ status: 'failed' });
    expect(await emitted()).toHaveLength(1);
  });

  it('is waited for, though the actor does not', async () => {
    const { emitted, run } = await play(({ emit }) => {
      void emit('a', {});
      return 'done';
    });
    expect(await run()).toMatchObject({ status: 'succeeded', output: 'done' });
    expect(await emitted()).toHaveLength(1);
  });

  it('fails the run for good where it does not fit, awaited or not', async () => {
    for (const act of [
      ({ emit }: Actor['context']) => emit('order.paid', { orderId: 7 }),
      ({ emit }: Actor['context']) => void emit('order.paid', { orderId: 7 }),
    ]) {
      const { run, emitted } = await play(act);
      expect(await run()).toMatchObject({
        ...{ status: 'failed', attempts: [{ attempt: 1 }] },
        error: {
          code: 'schema_mismatch',
          message: 'The payload does not fit the schema of the event "order.paid" at: /orderId',
        },
      });
      expect(await emitted()).toEqual([]);
    }
  });

  it.each(['user.*', '', ' user.created', `a${'.a'.repeat(200)}`])(
    'fails the run where its type is %j',
    async (type) => {
      const { run } = await play(({ emit }) => emit(type, {}));
      expect(await run()).toMatchObject({ error: { code: 'emit_invalid' } });
    },
  );

  it('may be a hundred events an attempt, and no more', async () => {
    const emitAll = async ({ emit }: Actor['context'], count: number) => {
      for (let n = 0; n < count; n++) await emit('a', { n });
    };
    const enough = await play((context) => emitAll(context, 100));
    expect(await enough.run()).toMatchObject({ status: 'succeeded' });
    expect(await enough.emitted()).toHaveLength(100);
    const tooMany = await play((context) => emitAll(context, 101));
    expect(await tooMany.run()).toMatchObject({ error: { code: 'emit_limit' } });
  });

  it('is nothing once the attempt does not count any more', async () => {
    const late: Promise<unknown>[] = [];
    const slow = { ...first, timeout: '100ms', retry: { maxAttempts: 1 } };
    const runtime = createRuntime();
    const act: Act = ({ emit, signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => late.push(emit('a', {})));
      });
    const world = createWorld(toTriggers(slow), defineActors({ emitter: toActor(act) }), {
      runtime,
    });
    await world.send(createEvent());
    const working = world.work();
    await settle();
    await world.clock.advance(100);
    await working;
    await expect(late[0]).rejects.toMatchObject({ code: 'timeout' });
    expect((await world.events()).map(({ type }) => type)).toEqual(['pull_request.opened']);
  });

  it('comes to an end where triggers lead to each other in a circle', async () => {
    const loop = { ...second, name: 'loop', actor: 'emitter', eventType: 'round' };
    let rounds = 0;
    const { world } = await play(({ emit }) => emit('round', { round: ++rounds }), loop);
    expect(rounds).toBe(11);
    await world.engine.states.refresh();
    expect(world.engine.states.of('loop')).toMatchObject({ status: 'paused', by: 'breaker' });
  });

  it('is the same by the runtime: an event of the run, once, whose circle comes to an end', async () => {
    const loop = { ...second, name: 'loop', actor: 'emitter', eventType: 'round' };
    let attempts = 0;
    const { world, emitted, run } = await play(async ({ triggerContext }, runtime) => {
      await runtime.emitTrigger(
        { name: 'round', source: 'rounds' },
        { eventId: triggerContext.eventId },
      );
      if (++attempts === 1) throw new Error('once more');
    }, loop);
    expect((await emitted())[0]).toMatchObject({ causedBy: (await run())?.id, depth: 1 });
    expect(await emitted()).toHaveLength(world.engine.maxDepth + 1);
    expect(world.engine.states.of('loop')).toMatchObject({ status: 'paused', by: 'breaker' });
  });

  it('is there exactly once wherever the process is killed', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= 6; at++) {
        const { world, emitted } = createScene(({ emit }) => emit('a', { n: 1 }), second);
        await world.send(createEvent());
        await world.drain([new CrashPlan(at, when)]);
        expect(await emitted()).toHaveLength(1);
        const runs = await world.runs();
        expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
      }
    }
  });
});

describe('the emit of a context', () => {
  it('knows what registered events carry, which this file proves to the compiler', async () => {
    let caught: unknown;
    const { orderPaid, world } = createScene(async ({ emit }) => {
      await emit(orderPaid, { orderId: 'A-7' });
      // @ts-expect-error the schema asks for a text
      await emit(orderPaid, { orderId: 7 }).catch((error: unknown) => {
        caught = error;
      });
    });
    await world.send(createEvent());
    await world.drain();
    expect(caught).toMatchObject({ code: 'schema_mismatch' });
  });

  it('takes any object under a plain name', async () => {
    const data: JsonObject = { free: ['form'] };
    const { emitted } = await play(({ emit }) => emit('anything:goes/here', data));
    expect(await emitted()).toMatchObject([{ type: 'anything:goes/here', data, fields: {} }]);
  });
});
