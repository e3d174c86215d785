import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { ConfigError, RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { SourceLog } from '../../../shared/heddle/pipeline/counts/source-log.ts';
import { dispatch } from '../../../shared/heddle/pipeline/dispatch/dispatch.ts';
import {
  createReceiver,
  type RunningSource,
} from '../../../shared/heddle/pipeline/ingest/receive.ts';
import type { Outcome, Source } from '../../../shared/heddle/sources/source.ts';
import { createRequest } from '../../helpers/sources.ts';
import { CrashPlan, createWorld, LOCK_MS, toTriggers, type World } from '../../helpers/world.ts';

/** A source whose outcome depends on the body: `forged`, `unset`, or the id of its event. */
function createSource(name: string, outcome: Partial<Outcome> = {}): Source {
  return {
    name,
    maxBodyBytes: 1000,
    verify({ body }) {
      if (`${body}` === 'forged') throw new RejectedError('signature_invalid', 'No.');
      if (`${body}` === 'unset') throw new ConfigError('No secret', ['set X']);
      return { verified: true, secret: 'SECRET_1' };
    },
    normalize: ({ body }) => ({
      events: [{ id: `${body}`, type: 'hello', data: { id: `${body}` }, fields: {} }],
      ...outcome,
    }),
  };
}

class Greeter extends Actor {
  static executions = 0;
  execute(): { say: string } {
    Greeter.executions++;
    return { say: `hello ${this.context.triggerContext.eventId}` };
  }
}

interface Subject {
  readonly world: World;
  readonly log: SourceLog;
  readonly send: (body: string, headers?: Record<string, string>) => Promise<number>;
  readonly ask: (body: string) => Promise<unknown>;
}

function createSubject(
  common: RunningSource['common'] = {},
  outcome: Partial<Outcome> = {},
  isDispatching = true,
): Subject {
  Greeter.executions = 0;
  const triggers = toTriggers({ name: 'greet', source: 'acme', actor: 'greeter' });
  const world = createWorld(triggers, { greeter: Greeter });
  const log = new SourceLog(world.engine);
  const source = createSource('acme', outcome);
  const sources = [{ kind: 'test', common, source }];
  const receive = createReceiver(world.engine, { sources, log, isDispatching });
  const ask = (body: string, headers: Record<string, string> = {}) =>
    receive('test', 'acme', createRequest({ body, headers }));
  return {
    ...{ world, log, ask },
    send: (body, headers) =>
      ask(body, headers).then(
        ({ status }) => status,
        (error: { status?: number }) => error.status ?? 500,
      ),
  };
}

describe('a source', () => {
  it('counts what it takes in and refuses, by code and by secret, and nothing else', async () => {
    const { send, log, world } = createSubject();
    expect(await Promise.all(['a', 'b', 'b', 'forged', 'unset'].map((one) => send(one)))).toEqual([
      202, 202, 202, 401, 500,
    ]);
    const now = new Date(world.clock.now()).toISOString();
    const expected = {
      accepted: 3,
      rejected: { signature_invalid: 1, config: 1 },
      secrets: { SECRET_1: { hits: 3, lastUsed: now } },
      lastAccepted: now,
    };
    // The queue of the tests is real: the second "b" is a duplicate.
    expect(await log.read('acme')).toMatchObject({ ...expected, accepted: 2, duplicates: 1 });
    await log.flush();
    await send('c');
    expect(await new SourceLog(world.engine).read('acme')).toMatchObject({ accepted: 2 });
    expect(await log.read('acme')).toMatchObject({ accepted: 3 });
    await world.clock.advance(5000);
    const written = async () => (await new SourceLog(world.engine).read('acme')).accepted;
    await expect.poll(written).toBe(3);
  });

  it('counts as a duplicate what comes again after the queue has forgotten it', async () => {
    const { send, log, world } = createSubject();
    const engine = { ...world.engine, onDuplicate: (name: string) => log.noteDuplicate(name) };
    for (let day = 0; day < 3; day++) {
      expect(await send('a')).toBe(202);
      const [message] = await world.queue.receive(1);
      if (!message) throw new Error('the queue has forgotten, so it takes it again');
      await dispatch({ ...message, signal: new AbortController().signal }, engine);
      await world.queue.complete(message);
      await world.clock.advance(24 * 3_600_000);
    }
    expect(await log.read('acme')).toMatchObject({ accepted: 1, duplicates: 2 });
    expect(Greeter.executions).toBe(1);
  });

  it('is not there under the name of another kind', async () => {
    const { world, log } = createSubject();
    const sources = [{ kind: 'test', common: {}, source: createSource('acme') }];
    const receive = createReceiver(world.engine, { sources, log, isDispatching: true });
    for (const [kind, name] of [
      ['other', 'acme'],
      ['test', 'gone'],
      ['test', undefined],
    ] as const) {
      await expect(receive(kind, name, createRequest({ body: 'a' }))).rejects.toMatchObject({
        status: 404,
        code: 'source_unknown',
      });
    }
  });

  it('limits what a known sender sends, and lets nobody else use that up', async () => {
    const { send } = createSubject({ rateLimit: { max: 2, window: 60_000 } });
    for (let index = 0; index < 5; index++) expect(await send('forged')).toBe(401);
    expect([await send('a'), await send('b'), await send('c')]).toEqual([202, 202, 429]);
  });

  it('asks for an address on its list as well as for a signature', async () => {
    const allow = { allow: ['203.0.113.0/24'], trustedProxyHops: 1 };
    const { send } = createSubject({ ipAllowList: allow });
    expect(await send('a', { 'x-forwarded-for': '203.0.113.9:1' })).toBe(202);
    expect(await send('b', { 'x-forwarded-for': '203.0.114.9:1' })).toBe(403);
    expect(await send('c')).toBe(403);
    expect(await send('forged', { 'x-forwarded-for': '203.0.113.9' })).toBe(401);
  });

  it('takes in no payload that does not fit its schema', async () => {
    const schema = { type: 'object', properties: { id: { type: 'string', maxLength: 3 } } };
    const { send, world } = createSubject({ schema });
    expect([await send('abc'), await send('abcd')]).toEqual([202, 422]);
    expect(await world.queue.depth()).toBe(1);
  });
});

describe('a sender that waits for its run', () => {
  const outcome: Partial<Outcome> = {
    reply: { status: 204 },
    toReply: (output) => ({ status: 200, text: (output as { say: string }).say }),
  };

  it('is answered what the run says, and nothing is left to be done', async () => {
    const { ask, world } = createSubject({}, outcome);
    expect(await ask('a')).toEqual({ status: 200, text: 'hello a' });
    expect(await world.runs()).toMatchObject([{ status: 'succeeded' }]);
    expect(await world.queue.depth()).toBe(0);
  });

  it('is answered the same again for a duplicate, without a second run', async () => {
    const { ask } = createSubject({}, outcome);
    await ask('a');
    expect(await ask('a')).toEqual({ status: 200, text: 'hello a' });
    expect(Greeter.executions).toBe(1);
  });

  it('is answered by default where nothing runs', async () => {
    const { ask, world } = createSubject({}, outcome, false);
    expect(await ask('a')).toEqual({ status: 204 });
    expect(await world.queue.depth()).toBe(1);
  });

  it('has its event run all the same when the process dies meanwhile', async () => {
    const { ask, world } = createSubject({}, outcome);
    for (const write of [2, 3, 4]) {
      const id = `died-${write}`;
      world.crashNext(new CrashPlan(write, 'after'));
      await ask(id).catch(() => undefined);
      world.crashNext(new CrashPlan());
      await world.clock.advance(60_000 + LOCK_MS);
      await world.drain();
      const run = (await world.runs()).find(({ eventId }) => eventId === id);
      expect(run?.status, `dead after write ${write}`).toBe('succeeded');
    }
    expect(await world.queue.depth()).toBe(0);
  });
});
