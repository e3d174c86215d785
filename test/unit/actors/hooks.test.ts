import { describe, expect, it } from 'vitest';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import type { TriggerHook } from '../../../shared/heddle/actors/hooks.ts';
import type { Runtime } from '../../../shared/heddle/actors/runtime.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

/** Executes an actor within the hooks, and records its attempts. */
async function play(register: (runtime: Runtime) => void, fails = 0) {
  const runtime = createRuntime();
  register(runtime);
  const attempts: number[] = [];
  class Greeter extends Actor {
    execute() {
      attempts.push(this.context.triggerContext.attempt);
      if (attempts.length <= fails) throw new Error('not yet');
      return { greeting: 'hello' };
    }
  }
  const written = { actor: 'greeter', retry: { maxAttempts: 3, delay: 1 } };
  const world = createWorld(
    toTriggers({ ...written, name: 'my-trigger' }, { ...written, name: 'other', source: 'slack' }),
    defineActors({ greeter: Greeter }),
    { runtime },
  );
  await world.send(createEvent());
  await world.drain();
  const [run] = await world.runs();
  return { run, attempts, world };
}

const on =
  (hook: TriggerHook, name = 'my-trigger') =>
  (runtime: Runtime) =>
    runtime.onTrigger(name, hook);

interface Metric {
  readonly eventType: string;
  readonly duration: number;
  readonly success: boolean;
  readonly actor: string;
  readonly runId: string;
}

/** A hook that measures each attempt. */
function measure(metrics: Metric[]): TriggerHook {
  return async (event, { actor, runId }, next) => {
    const startTime = Date.now();
    let success = false;
    try {
      const output = await next();
      success = true;
      return output;
    } finally {
      const duration = Date.now() - startTime;
      metrics.push({ eventType: event.type, duration, success, actor, runId });
    }
  };
}

describe('a hook', () => {
  it('measures every attempt, those that fail among them', async () => {
    const metrics: Metric[] = [];
    const { run } = await play(on(measure(metrics)), 1);
    expect(run).toMatchObject({ status: 'succeeded', output: { greeting: 'hello' } });
    const known = { eventType: 'pull_request.opened', actor: 'greeter', runId: run?.id };
    expect(metrics).toMatchObject([
      { ...known, success: false },
      { ...known, success: true },
    ]);
    expect(metrics.every(({ duration }) => duration >= 0)).toBe(true);
  });

  it('is around the others that were registered after it, and those of all triggers too', async () => {
    const steps: string[] = [];
    const note =
      (name: string): TriggerHook =>
      async (_event, _context, next) => {
        steps.push(`${name} begins`);
        const output = await next();
        steps.push(`${name} ends`);
        return { ...(output as object), [name]: true };
      };
    const { run } = await play((runtime) => {
      runtime.onTrigger('my-trigger', note('outer'));
      runtime.onTrigger('*', note('inner'));
      runtime.onTrigger('other', note('foreign'));
    });
    expect(steps).toEqual(['outer begins', 'inner begins', 'inner ends', 'outer ends']);
    expect(run).toMatchObject({ output: { greeting: 'hello', inner: true, outer: true } });
  });

  it('skips the actor where it does not call next, and gives the output itself', async () => {
    const { run, attempts } = await play(on(() => ({ cached: true })));
    expect(run).toMatchObject({ status: 'succeeded', output: { cached: true } });
    expect(attempts).toEqual([]);
  });

  it('leaves the output as it is where it returns nothing', async () => {
    const { run } = await play(
      on(async (_event, _context, next) => {
        await next();
      }),
    );
    expect(run).toMatchObject({ output: { greeting: 'hello' } });
  });

  it('leaves a failure as it is where it returns nothing', async () => {
    const swallow: TriggerHook = async (_event, _context, next) => {
      await next().catch(() => undefined);
    };
    const { run } = await play(on(swallow), 3);
    expect(run).toMatchObject({ status: 'failed', error: { message: 'not yet' } });
  });

  it('makes good of a failure what it returns', async () => {
    const { run, attempts } = await play(
      on((_event, _context, next) => next().catch(() => ({ fallback: true }))),
      3,
    );
    expect(run).toMatchObject({ status: 'succeeded', output: { fallback: true } });
    expect(attempts).toEqual([1]);
  });

  it('fails the attempt with what it throws, before the actor or after it', async () => {
    const late = await play(
      on(async (_event, { triggerContext }, next) => {
        await next();
        if (triggerContext.attempt === 1) throw new Error('not good enough');
      }),
    );
    expect(late.attempts).toEqual([1, 2]);
    expect(late.run?.attempts).toMatchObject([{ error: { message: 'not good enough' } }, {}]);
    const early = await play(
      on(() => {
        throw new TerminalError('no more of this');
      }),
    );
    expect(early.attempts).toEqual([]);
    expect(early.run).toMatchObject({ status: 'failed', attempts: [{ attempt: 1 }] });
  });

  it('is not over before its actor is', async () => {
    const { run, attempts } = await play(
      on((_event, _context, next) => {
        void next();
        return 'at once';
      }),
    );
    expect(run).toMatchObject({ output: 'at once' });
    expect(attempts).toEqual([1]);
  });

  it('may call next once', async () => {
    const { run, attempts } = await play(
      on(async (_event, _context, next) => {
        await next();
        return next();
      }),
    );
    expect(run).toMatchObject({ status: 'failed', error: { code: 'next_repeated' } });
    expect(attempts).toEqual([1]);
  });

  it('sees a copy of the event: what it changes of it nobody else sees', async () => {
    const { world } = await play(
      on((event, _context, next) => {
        event.type = 'changed';
        return next();
      }),
    );
    expect((await world.events())[0]?.type).toBe('pull_request.opened');
  });

  it('may emit as its actor does', async () => {
    const { world, run } = await play(
      on(async (_event, { emit }, next) => {
        const output = await next();
        await emit('greeted', {});
        return output;
      }),
    );
    const emitted = (await world.events()).find(({ source }) => source === 'emit');
    expect(emitted).toMatchObject({ type: 'greeted', causedBy: run?.id });
  });
});
