import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor, type ActorClass } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import type { TriggerHook } from '../../../shared/heddle/actors/hooks.ts';
import type { Invoked } from '../../../shared/heddle/actors/invoke-actor.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

class Main extends Actor {
  execute() {
    return { main: true };
  }
}

class Adder extends Actor {
  static override readonly input = z.strictObject({ a: z.number(), b: z.number() });

  execute({ a, b }: z.infer<typeof Adder.input>) {
    this.updateState({ ...this.state, calls: Number(this.state.calls ?? 0) + 1 });
    return { sum: a + b, state: this.state, key: this.context.idempotencyKey };
  }
}

/** Runs an event through a hook, and returns its run. */
async function play(hook: TriggerHook, more: Readonly<Record<string, ActorClass>> = {}) {
  const runtime = createRuntime();
  runtime.onTrigger('my-trigger', hook);
  const actors = { main: Main, adder: Adder, ...more };
  const retry = { maxAttempts: 2, delay: 1 };
  const triggers = toTriggers({ name: 'my-trigger', actor: 'main', retry });
  const world = createWorld(triggers, actors, { runtime });
  await world.send(createEvent());
  await world.drain();
  const [run] = await world.runs();
  return { run, world };
}

describe('an actor that a hook invokes', () => {
  it('runs in the attempt, and what it makes is told with its id and its duration', async () => {
    const results: Invoked[] = [];
    const { run } = await play(async (_event, { invokeActor }, next) => {
      results.push(await invokeActor('adder', { a: 1, b: 2 }));
      return next();
    });
    const [result] = results;
    expect(result).toEqual({
      ...{ success: true, actorId: expect.stringMatching(/^[0-9a-f]{32}$/), durationMs: 0 },
      output: { sum: 3, state: { calls: 1 }, key: result?.actorId },
    });
    expect(run).toMatchObject({ status: 'succeeded', output: { main: true }, state: {} });
  });

  it('has its own state and id in each call, and the same id in each attempt', async () => {
    const results: Invoked[] = [];
    await play(async (_event, { invokeActor, triggerContext }, next) => {
      results.push(await invokeActor('adder', { a: 1, b: 2 }));
      results.push(await invokeActor('adder', { a: 1, b: 2 }));
      if (triggerContext.attempt === 1) throw new Error('again');
      return next();
    });
    const states = results.map(({ output }) => (output as { state: unknown }).state);
    expect(states).toEqual(Array(4).fill({ calls: 1 }));
    const ids = results.map(({ actorId }) => actorId);
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
    expect(new Set(ids).size).toBe(2);
  });

  it.each<[string, string, JsonObject, { code: string; message: unknown }]>([
    ['it throws', 'thrower', {}, { code: 'Error', message: 'no, *** is wrong' }],
    [
      'its input does not fit',
      'adder',
      { a: 1 },
      { code: 'input_invalid', message: expect.stringContaining('b: ') },
    ],
    [
      'it is not registered',
      'nobody',
      {},
      { code: 'actor_missing', message: 'no actor "nobody" is registered' },
    ],
  ])('fails nothing where %s', async (_, actor, input, error) => {
    class Thrower extends Actor {
      execute() {
        throw new Error('no, top-secret-value is wrong');
      }
    }
    const results: Invoked[] = [];
    const { run } = await play(
      async (_event, { invokeActor }, next) => {
        results.push(await invokeActor(actor, input));
        return next();
      },
      { thrower: Thrower },
    );
    expect(results).toMatchObject([{ success: false, error }]);
    expect(run).toMatchObject({ status: 'succeeded', attempts: [{ attempt: 1 }] });
  });

  it('emits as the attempt does', async () => {
    class Emitter extends Actor {
      async execute() {
        return this.context.emit('done', { by: 'invoked' });
      }
    }
    const { run, world } = await play(
      async (_event, { invokeActor }, next) => {
        await invokeActor('emitter', {});
        return next();
      },
      { emitter: Emitter },
    );
    const emitted = (await world.events()).find(({ source }) => source === 'emit');
    expect(emitted).toMatchObject({ type: 'done', causedBy: run?.id, depth: 1 });
  });

  it('has ended before the attempt has, awaited or not', async () => {
    const ended: string[] = [];
    class Slow extends Actor {
      async execute() {
        await Promise.resolve();
        ended.push('slow');
      }
    }
    await play(
      (_event, { invokeActor }, next) => {
        void invokeActor('slow', {});
        return next();
      },
      { slow: Slow },
    );
    expect(ended).toEqual(['slow']);
  });

  it('knows the trigger, the signal and the logger of the attempt', async () => {
    const contexts: object[] = [];
    class Noting extends Actor {
      execute() {
        contexts.push(this.context);
      }
    }
    await play(
      async (_event, { invokeActor, idempotencyKey: _own, actor: _actor, ...context }, next) => {
        await invokeActor('noting', {});
        contexts.push({ ...context });
        return next();
      },
      { noting: Noting },
    );
    const [{ idempotencyKey: _key, ...invoked } = {} as never, hook] = contexts as {
      idempotencyKey?: string;
    }[];
    const { invokeActor: _invoke, ...outer } = hook as { invokeActor?: unknown };
    expect(invoked).toEqual(outer);
  });
});

describe('runtime.invokeActor', () => {
  it('gives the actor the event, as a trigger without inputs does', async () => {
    const runtime = createRuntime();
    const inputs: JsonObject[] = [];
    class Noting extends Actor {
      execute(input: JsonObject) {
        inputs.push(input);
        if (this.context.idempotencyKey !== this.context.runId) throw new TerminalError('enough');
      }
    }
    runtime.onTrigger('my-trigger', async (event, context, next) => {
      await next();
      return runtime.invokeActor('noting', event, context);
    });
    const triggers = toTriggers({ name: 'my-trigger', actor: 'noting' });
    const world = createWorld(triggers, { noting: Noting }, { runtime });
    await world.send(createEvent());
    await world.drain();
    expect(inputs).toHaveLength(2);
    expect(inputs[1]).toEqual(inputs[0]);
    expect(await world.runs()).toMatchObject([
      { status: 'succeeded', output: { success: false, error: { message: 'enough' } } },
    ]);
  });
});
