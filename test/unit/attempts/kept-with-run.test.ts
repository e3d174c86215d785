import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { getEvent } from '../../../shared/heddle/api/events.ts';
import { getRun, listRuns } from '../../../shared/heddle/api/runs.ts';
import { parseExactJson } from '../../../shared/heddle/domain/exact-json.ts';
import { type Run, RunSchema } from '../../../shared/heddle/domain/run.ts';
import { createEvent } from '../../helpers/factories.ts';
import { CrashPlan, createWorld, toTriggers } from '../../helpers/world.ts';

const SECRET = 'top-secret-value';

/** Runs one event of a trigger to the end, and reads its run as the API does. */
async function runOnce(
  written: object,
  execute: (this: Logging, input: unknown) => unknown,
  event: Parameters<typeof createEvent>[0] = {},
) {
  class Written extends Logging {
    override execute(input: unknown): unknown {
      return execute.call(this, input);
    }
  }
  const world = createWorld(toTriggers({ name: 't', actor: 'a', ...written }), { a: Written });
  await world.send(createEvent(event));
  await world.drain();
  const [stored] = await world.runs();
  for (const run of await world.runs()) RunSchema.parse(run);
  return { world, run: await getRun(world.engine, stored?.id ?? '') };
}

class Logging extends Actor {
  execute(_input: unknown): unknown {
    return undefined;
  }

  say(...line: Parameters<ActorLog['info']>): void {
    this.log.info(...line);
  }

  get logger(): ActorLog {
    return this.log;
  }
}
type ActorLog = Actor['context']['logger'];

const messagesOf = ({ attempts }: Pick<Run, 'attempts'>) =>
  attempts.map(({ log = [] }) => log.map(({ message }) => message));

describe('the lines that an actor logs', () => {
  it('are kept with its run, with time, level and fields', async () => {
    const { run } = await runOnce({}, function () {
      this.logger.debug('looked', { count: 2 });
      this.logger.warn('found', { name: 'x', isNew: true, nothing: undefined });
    });
    expect(run.attempts).toMatchObject([
      {
        log: [
          {
            at: expect.stringMatching(/^2026-/),
            level: 'debug',
            message: 'looked',
            fields: { count: 2 },
          },
          { level: 'warn', message: 'found', fields: { name: 'x', isNew: true } },
        ],
      },
    ]);
    expect(run.attempts[0]).not.toHaveProperty('logOmitted');
  });

  it('are those of each attempt, whatever becomes of it', async () => {
    const { run } = await runOnce({ retry: { maxAttempts: 2, delay: '1s' } }, function () {
      this.say(`attempt ${this.context.triggerContext.attempt}`);
      throw new Error('no');
    });
    expect(run.status).toBe('failed');
    expect(messagesOf(run)).toEqual([['attempt 1'], ['attempt 2']]);
  });

  it('have no secret, and are in no list', async () => {
    const { world, run } = await runOnce({}, function () {
      this.say(`with ${SECRET}`, { url: `https://x/${SECRET}` });
    });
    expect(JSON.stringify(run)).toContain('with ***');
    expect(JSON.stringify(run)).not.toContain(SECRET);
    const query = { limit: 10 } as never;
    for (const { items } of [await listRuns(world.engine, query)]) {
      expect(items).toHaveLength(1);
      expect(JSON.stringify(items)).not.toContain('with ***');
    }
    expect(JSON.stringify(await getEvent(world.engine, run.eventId))).not.toContain('with ***');
  });

  it('are the first and the last, where they are many, and say how many are left out', async () => {
    const { run } = await runOnce({}, function () {
      for (let n = 1; n <= 1000; n++) this.say(`line ${n}`);
    });
    const [attempt] = run.attempts;
    const [messages = []] = messagesOf(run);
    expect(messages).toHaveLength(100);
    expect(messages.slice(0, 2)).toEqual(['line 1', 'line 2']);
    expect(messages.at(-1)).toBe('line 1000');
    expect(attempt?.logOmitted).toBe(900);
  });

  it('are bounded in length, and over all attempts of the run', async () => {
    const { run } = await runOnce({ retry: { maxAttempts: 12, delay: '1s' } }, function () {
      for (let n = 0; n < 50; n++) this.say('x'.repeat(5000));
      throw new Error('no');
    });
    expect(JSON.stringify(run).length).toBeLessThan(120_000);
    const lines = messagesOf(run).map(({ length }) => length);
    expect(lines[0]).toBeGreaterThan(0);
    expect(lines.at(-1)).toBeGreaterThan(0);
    expect(lines).toContain(0);
    for (const { log = [], logOmitted = 0 } of run.attempts)
      expect(log.length + logOmitted).toBe(50);
  });

  it('may be an error, an object or anything: its text is kept', async () => {
    const { run } = await runOnce({}, function () {
      const log = this.logger as unknown as Record<'info', (...given: unknown[]) => void>;
      log.info('failed', new Error('inner'));
      log.info({ a: 1 }, { list: [1, 2], big: 5n });
      log.info(undefined);
    });
    const [{ log = [] } = {}] = run.attempts;
    expect(log[0]?.fields?.error).toMatch(/^Error: inner\n +at /);
    expect(log[1]).toMatchObject({ message: '{"a":1}', fields: { list: '[1,2]', big: '5' } });
    expect(log[2]?.message).toBe('undefined');
  });

  it('are not kept where the trigger keeps no data, nor while it is to be tried again', async () => {
    const { world, run } = await runOnce(
      {
        persistData: false,
        retry: { maxAttempts: 2, delay: '1m' },
        defaultInputs: { a: 'own words' },
      },
      function () {
        this.say('own words');
        if (this.context.triggerContext.attempt === 1) throw new Error('no');
        return new Map([['own words', 1]]);
      },
    );
    expect(run.status).toBe('succeeded');
    expect(JSON.stringify(run)).not.toContain('own words');
    const early = createWorld(
      toTriggers({ name: 't', actor: 'a', persistData: false, retry: { delay: '1m' } }),
      {
        a: class extends Logging {
          override execute(): void {
            this.say('own words');
            throw new Error('no');
          }
        },
      },
    );
    await early.send(createEvent());
    await early.work();
    expect(await early.runs()).toMatchObject([{ status: 'queued' }]);
    expect(JSON.stringify(await early.runs())).not.toContain('own words');
    expect(JSON.stringify(await world.runs())).not.toContain('own words');
  });

  it('cost no write of their own: a crash loses those of its attempt, and nothing else', async () => {
    const count = async (isLogging: boolean) => {
      class Writes extends Logging {
        override execute(): void {
          if (isLogging) this.say('line');
        }
      }
      const world = createWorld(toTriggers({ name: 't', actor: 'a' }), { a: Writes });
      const plan = new CrashPlan();
      await world.send(createEvent());
      await world.work(plan);
      return plan.writes;
    };
    expect(await count(true)).toBe(await count(false));
  });
});

describe('the error of a run', () => {
  it('has the stack of what the actor threw, its own frames first, on the attempt and the run', async () => {
    const { run, world } = await runOnce({ retry: { maxAttempts: 1 } }, () => {
      throw new TypeError(`cannot read ${SECRET}`, { cause: new Error('inner') });
    });
    const stack = run.status === 'failed' ? run.error.stack : undefined;
    expect(stack).toMatch(/^TypeError: cannot read \*\*\*\n +at .*kept-with-run\.test\.ts:\d+/);
    expect(stack).toMatch(/\nCaused by: Error: inner\n +at .*kept-with-run\.test\.ts/);
    expect(stack).not.toContain('shared/heddle/pipeline');
    expect(run.attempts[0]?.error?.stack).toBe(stack);
    const { items } = await listRuns(world.engine, { limit: 10 } as never);
    expect(JSON.stringify(items)).not.toContain('kept-with-run');
  });

  it('has the errors that an AggregateError has gathered, which alone says nothing', async () => {
    const { run } = await runOnce({ retry: { maxAttempts: 1 } }, async () => {
      await Promise.any([Promise.reject(new Error('one')), Promise.reject(new Error('two'))]);
    });
    const stack = run.status === 'failed' ? run.error.stack : undefined;
    expect(stack).toMatch(
      /^AggregateError: .*\nCaused by: Error: one\n.*\nCaused by: Error: two\n/s,
    );
  });

  it('has none where nothing of the app is in it: the message says all', async () => {
    const { run } = await runOnce({ retry: { maxAttempts: 1 }, actor: 'unknown' }, () => undefined);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'actor_missing' } });
    expect(JSON.stringify(run)).not.toContain('stack');
  });

  it('is no part of what actors on the end of the run are told', async () => {
    const given: unknown[] = [];
    class Told extends Actor {
      execute(input: unknown): void {
        given.push(input);
      }
    }
    class Failing extends Actor {
      execute(): void {
        throw new Error('no');
      }
    }
    const triggers = toTriggers(
      { name: 't', actor: 'a', retry: { maxAttempts: 1 } },
      { name: 'told', source: 'completion', eventType: 'failed', actor: 'b' },
    );
    const world = createWorld(triggers, { a: Failing, b: Told });
    await world.send(createEvent());
    await world.drain();
    expect(given).toMatchObject([{ error: { code: 'Error', message: 'no' } }]);
    expect(JSON.stringify(given)).not.toContain('stack');
  });
});

describe('the input of a run', () => {
  it('is kept as its actor got it, without secrets and with every digit', async () => {
    const { run } = await runOnce(
      { defaultInputs: { to: SECRET }, inputMapping: { id: '$.id' } },
      () => undefined,
      { data: parseExactJson('{"id":90071992547409931234}') as never },
    );
    expect(run).toMatchObject({ input: { to: '***' }, inputIs: 'kept' });
    expect(JSON.stringify(run.input)).toContain('"id":90071992547409931234');
    expect(run.input).toHaveProperty('_trigger_event');
  });

  it('is not stored again where it is the event, and is read from it', async () => {
    const { run, world } = await runOnce({}, () => undefined, { data: { id: 7 } });
    const [stored] = await world.runs();
    expect(stored).toMatchObject({ inputIs: 'event' });
    expect(stored).not.toHaveProperty('input');
    expect(run.input).toMatchObject({ id: 7, _trigger_event: { trigger_id: 't' } });
  });

  it('is its beginning where it is large', async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => ({ n, text: 'x'.repeat(100) }));
    const { run } = await runOnce({ defaultInputs: { a: 1, many, z: 2 } }, () => undefined);
    expect(run).toMatchObject({ inputIs: 'cut', input: { a: 1, many: expect.any(Array) } });
    expect(JSON.stringify(run.input).length).toBeLessThan(20_000);
  });
});
