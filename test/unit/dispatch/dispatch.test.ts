import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor, type Actors, type TriggerContext } from '../../../shared/heddle/actors/actor.ts';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import { RetryableError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { createWorld, LOCK_MS, toTriggers, type World } from '../../helpers/world.ts';

const event: Event = {
  id: 'delivery-1',
  source: 'github',
  type: 'push',
  time: '2026-01-01T00:00:00.000Z',
  data: { ref: 'refs/heads/main' },
  fields: { repository: 'octo/hello' },
  verified: true,
  receivedAt: '2026-01-01T00:00:00.000Z',
  dedupeKey: 'delivery-1',
};

type Execute = (this: Actor, input: unknown) => unknown;

/** Creates one trigger with one actor that does what the test says. */
function createSubject(execute: Execute, trigger: object = {}, input?: z.ZodType): World {
  class Subject extends Actor {
    static override readonly input = input ?? z.unknown();
    execute(given: unknown): unknown {
      return execute.call(this, given);
    }
  }
  const actors: Actors = { subject: Subject };
  return createWorld(toTriggers({ name: 't', actor: 'subject', ...trigger }), actors);
}

async function runOnce(world: World): Promise<Run> {
  await world.send(event);
  await world.work();
  return onlyRun(world);
}

async function onlyRun(world: World): Promise<Run> {
  const [run, ...others] = await world.runs();
  expect(others).toEqual([]);
  if (!run) throw new Error('there is no run');
  return run;
}

describe('an attempt', () => {
  it('gets the payload with the normalized fields, and the context of its trigger', async () => {
    let seen: { input: unknown; context: TriggerContext } | undefined;
    const world = createSubject(function (input) {
      seen = { input, context: this.context.triggerContext };
    });
    const run = await runOnce(world);
    expect(seen?.input).toEqual({
      ref: 'refs/heads/main',
      repository: 'octo/hello',
      fields: { repository: 'octo/hello' },
      _trigger_event: expect.objectContaining({ trigger_id: 't', event_type: 'push' }),
    });
    expect(seen?.context).toEqual({
      eventId: 'delivery-1',
      eventType: 'push',
      source: 'github',
      verified: true,
      receivedAt: event.receivedAt,
      triggerName: 't',
      attempt: 1,
      isReplay: false,
    });
    expect(run).toMatchObject({ status: 'succeeded', output: null });
  });

  it('has the same idempotency key in every attempt of a run, and another in another run', async () => {
    const keys: string[] = [];
    const world = createSubject(function () {
      keys.push(this.context.idempotencyKey);
      if (keys.length === 1) throw new Error('once more');
    });
    await world.send(event);
    await world.drain();
    await world.send({ ...event, id: 'delivery-2' });
    await world.drain();
    expect(keys).toHaveLength(3);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).not.toBe(keys[2]);
  });

  it('keeps its output and its state', async () => {
    const world = createSubject(function () {
      (this as unknown as { updateState(patch: object): void }).updateState({ a: 1 });
      return { answer: 42 };
    });
    expect(await runOnce(world)).toMatchObject({ output: { answer: 42 }, state: { a: 1 } });
  });

  it('fails for good when its input does not fit, and says where', async () => {
    const world = createSubject(() => 'never', {}, z.object({ pull_request: z.object({}) }));
    const run = await runOnce(world);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'input_invalid' } });
    expect(run.status === 'failed' && run.error.message).toContain('pull_request');
  });

  it('fails for good when its actor is not registered', async () => {
    const world = createWorld(toTriggers({ name: 't', actor: 'gone' }), {});
    expect(await runOnce(world)).toMatchObject({
      status: 'failed',
      error: { code: 'actor_missing' },
    });
  });

  it('fails when its output is no JSON', async () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    const world = createSubject(() => circle, { retry: { maxAttempts: 1 } });
    expect(await runOnce(world)).toMatchObject({ status: 'failed', error: { code: 'TypeError' } });
  });

  it('keeps no secret in its error, and no endless text', async () => {
    const world = createSubject(() => {
      throw new Error(`GET https://x/?token=top-secret-value failed ${'x'.repeat(5000)}`);
    });
    const [attempt] = (await runOnce(world)).attempts;
    expect(attempt?.error?.message).toContain('token=***');
    expect(attempt?.error?.message.length).toBeLessThanOrEqual(1000);
  });

  it('keeps none in the code of it either, which a library may have made of anything', async () => {
    const world = createSubject(() => {
      const code = `E:top-secret-value:${'x'.repeat(5000)}`;
      throw Object.assign(new Error('no'), { code });
    });
    const [attempt] = (await runOnce(world)).attempts;
    expect(attempt?.error?.code).toMatch(/^E:\*\*\*:x{1,1000}$/);
    expect(attempt?.error?.code.length).toBeLessThanOrEqual(1000);
  });

  it('takes anything that is thrown', async () => {
    const world = createSubject(() => {
      throw 'a text';
    });
    expect((await runOnce(world)).attempts[0]?.error).toEqual({ code: 'Error', message: 'a text' });
  });
});

describe('a retry', () => {
  it('comes as a message of its own after the backoff, while the event is settled', async () => {
    const world = createSubject(() => {
      throw new Error('no');
    });
    const run = await runOnce(world);
    expect(run).toMatchObject({ status: 'queued', nextAttempt: 2 });
    expect(run.status === 'queued' && Date.parse(run.dueAt) - world.clock.now()).toBe(750);
    expect(await world.queue.depth()).toBe(1);
    await world.clock.advance(749);
    expect(await world.work()).toBe(0);
    await world.clock.advance(1);
    expect(await world.work()).toBe(1);
    expect(await onlyRun(world)).toMatchObject({ status: 'queued', nextAttempt: 3 });
  });

  it('is not made before the time that the error asks for', async () => {
    const world = createSubject(() => {
      throw new RetryableError('busy', 'come later', { retryAfter: 120 });
    });
    const run = await runOnce(world);
    expect(run.status === 'queued' && Date.parse(run.dueAt) - world.clock.now()).toBe(120_000);
  });

  it('ends after the last attempt: the run fails, is kept as a dead letter, and its message is done', async () => {
    let executions = 0;
    const world = createSubject(() => {
      executions++;
      throw new Error(`failure ${executions}`);
    });
    await world.send(event);
    await world.drain();
    const run = await onlyRun(world);
    expect(executions).toBe(5);
    expect(run).toMatchObject({ status: 'failed', error: { message: 'failure 5' } });
    expect(run.attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual(
      [1, 2, 3, 4, 5].map((attempt) => [attempt, 'failed']),
    );
    expect(await world.queue.depth()).toBe(0);
    expect(await world.deadLetters()).toMatchObject([
      { kind: 'run', reason: 'Error: failure 5', runIds: [run.id], eventKey: run.eventKey },
    ]);
  });

  it('is not made after a terminal error', async () => {
    const world = createSubject(() => {
      throw new TerminalError('the repository is archived');
    });
    const run = await runOnce(world);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'terminal' } });
    expect(await world.queue.depth()).toBe(0);
  });

  it('of one actor neither delays nor repeats another', async () => {
    const executed: string[] = [];
    class Good extends Actor {
      execute(): void {
        executed.push('good');
      }
    }
    class Bad extends Actor {
      execute(): void {
        executed.push('bad');
        throw new Error('no');
      }
    }
    const triggers = toTriggers({ name: 'b', actor: 'bad' }, { name: 'g', actor: 'good' });
    const world = createWorld(triggers, { good: Good, bad: Bad });
    await world.send(event);
    await world.drain();
    expect(executed.filter((name) => name === 'good')).toHaveLength(1);
    expect(executed.filter((name) => name === 'bad')).toHaveLength(5);
  });
});

describe('a timeout', () => {
  it('aborts the signal and fails the attempt, whatever the actor does later', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let aborted = false;
    let actor: Actor | undefined;
    const world = createSubject(
      function () {
        actor = this;
        this.context.signal.addEventListener('abort', () => {
          aborted = true;
        });
        return promise;
      },
      { timeout: '2s' },
    );
    await world.send(event);
    const working = world.work();
    await expect.poll(() => actor).toBeDefined();
    await world.clock.advance(2000);
    await working;
    expect(aborted).toBe(true);
    const run = await onlyRun(world);
    expect(run.attempts[0]?.error).toMatchObject({ code: 'timeout' });
    (actor as unknown as { updateState(patch: object): void }).updateState({ late: true });
    resolve('late');
    await world.clock.advance(10);
    expect(await onlyRun(world)).toEqual(run);
  });
});

describe('a run that another delivery has taken over', () => {
  it('keeps nothing of the attempt that was lost', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let executions = 0;
    const world = createSubject(() => (++executions === 1 ? promise : 'second'));
    await world.send(event);
    const lost = world.work();
    await expect.poll(() => executions).toBe(1);
    await world.clock.advance(LOCK_MS + 1);
    await world.work();
    resolve('first');
    await lost;
    const run = await onlyRun(world);
    expect(run).toMatchObject({ status: 'succeeded', output: 'second' });
    expect(run.attempts.map(({ outcome }) => outcome)).toEqual(['interrupted', 'succeeded']);
    expect(await world.queue.depth()).toBe(0);
  });
});

describe('a message that cannot be read', () => {
  it.each(['no json', '{}', '{"kind":"run"}', '{"kind":"event","event":{}}'])(
    'is kept with the reason: %s',
    async (body) => {
      const world = createSubject(() => 'never');
      await world.queue.send([{ id: 'x', body }]);
      await world.work();
      const [dead] = await world.deadLetters();
      expect(dead?.reason).toMatch(/^the queue message (is not JSON|has a wrong shape)/);
      expect(await world.queue.depth()).toBe(0);
    },
  );
});
