import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { defineEvents } from '../../../shared/heddle/actors/module-event.ts';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { runActor } from '../../../shared/heddle/testing/index.ts';

class Greeter extends Actor {
  static override readonly input = z.object({ sender: z.object({ login: z.string() }) });

  async execute({ sender }: z.infer<typeof Greeter.input>) {
    const { triggerContext, logger, emit } = this.context;
    this.updateState({ greeted: sender.login });
    await this.saveState();
    await emit('user.greeted', { login: sender.login });
    logger.info('greeted', { attempt: triggerContext.attempt });
    return { text: `Hello ${sender.login}`, at: new Date(0) };
  }
}

const ADA = { sender: { login: 'ada' } };

class Echo extends Actor {
  execute(input: unknown): unknown {
    return input;
  }
}

describe('an actor that is run', () => {
  it('gets its input parsed, and answers output, state, events and lines as the engine keeps them', async () => {
    const result = await runActor(Greeter, { input: { ...ADA, more: 1 } });
    expect(result.input).toEqual(ADA);
    expect(result.output).toEqual({ text: 'Hello ada', at: '1970-01-01T00:00:00.000Z' });
    expect(result.state).toEqual({ greeted: 'ada' });
    expect(result.emitted).toEqual([
      { id: expect.any(String), type: 'user.greeted', data: { login: 'ada' } },
    ]);
    expect(result.logs).toEqual([{ level: 'info', message: 'greeted', fields: { attempt: 1 } }]);
  });

  it('gets an example of its sender, normalized by the source', async () => {
    const event = { source: 'github', type: 'issues.opened' };
    const { output } = await runActor(Greeter, { event });
    expect(output).toMatchObject({ text: 'Hello Codertocat' });
    const { input } = await runActor(Echo, { event });
    expect(input).toMatchObject({ fields: { repository: 'Codertocat/Hello-World' } });
  });

  it('gets a payload of the test through the source, and an event with fields as it is', async () => {
    const event = { source: 'github', type: 'issues.opened', data: ADA };
    const { output } = await runActor(Echo, { event });
    expect(output).toMatchObject({ action: 'opened', ...ADA });
    const whole = { source: 'shop', type: 'order.paid', data: { total: 3 }, fields: { a: 1 } };
    const { input } = await runActor(Echo, { event: whole });
    expect(input).toMatchObject({ total: 3, a: 1, _trigger_event: { event_type: 'order.paid' } });
  });

  it('gets the input that the fields of a trigger build', async () => {
    const trigger = { variables: { name: '{{ event.sender.login | upper }}' } };
    const event = { source: 'shop', type: 'x', data: ADA };
    const { input } = await runActor(Echo, { event, trigger });
    expect(input).toMatchObject({ name: 'ADA' });
  });

  it('is refused an input that does not fit, with the paths', async () => {
    const refused = runActor(Greeter, { input: { sender: {} } });
    await expect(refused).rejects.toMatchObject({
      code: 'input_invalid',
      message: expect.stringContaining('sender.login'),
    });
  });

  it('throws its own error', async () => {
    const error = new RetryableError('busy', 'try later', { retryAfter: 3 });
    class Busy extends Actor {
      execute(): never {
        throw error;
      }
    }
    await expect(runActor(Busy)).rejects.toBe(error);
  });

  it('is run in a later attempt, with the state of the ones before', async () => {
    class Resuming extends Actor {
      execute() {
        const { triggerContext, idempotencyKey, runId } = this.context;
        this.updateState({ pages: Number(this.state.pages) + 1 });
        return { attempt: triggerContext.attempt, isSame: idempotencyKey === runId };
      }
    }
    const second = await runActor(Resuming, { state: { pages: 4 } });
    expect(second).toMatchObject({ output: { attempt: 2, isSame: true }, state: { pages: 5 } });
    const { output } = await runActor(Resuming, { state: { pages: 0 }, attempt: 4 });
    expect(output.attempt).toBe(4);
  });

  it('has its time bounded by the trigger, without waiting for it', async () => {
    class Endless extends Actor {
      execute(): Promise<never> {
        return new Promise((_, reject) => {
          const { signal } = this.context;
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      }
    }
    const timed = runActor(Endless, { trigger: { timeout: '10m' } });
    await expect(timed).rejects.toMatchObject({ code: 'timeout' });
    const stopped = runActor(Endless, { signal: AbortSignal.abort(new Error('lost')) });
    await expect(stopped).rejects.toMatchObject({ code: 'timeout' });
  });

  it('has the hooks of its app around it, and runs no other actor of it', async () => {
    const seen: string[] = [];
    class Other extends Actor {
      execute(): void {
        seen.push('other');
      }
    }
    const runtime = createRuntime();
    runtime.onTrigger('*', async (_event, { actor }, next) => {
      seen.push(`hook of ${actor}`);
      return next();
    });
    runtime.registerTrigger('other', { source: 'github', actor: 'other' });
    const app = { runtime, actors: { other: Other } };
    await runActor(Greeter, { event: { source: 'github', type: 'issues.opened' }, app });
    expect(seen.toSorted()).toEqual(['hook of other', 'hook of test']);
  });

  it('emits events that fit the schemas of its app, and no others', async () => {
    const events = defineEvents({
      'user.greeted': { source: 'greeter', schema: z.object({ login: z.number() }) },
    });
    const refused = runActor(Greeter, { input: ADA, app: { runtime: createRuntime({ events }) } });
    await expect(refused).rejects.toMatchObject({ code: 'schema_mismatch' });
  });
});
