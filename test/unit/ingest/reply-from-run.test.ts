import { describe, expect, it } from 'vitest';
import { Actor, type Actors } from '../../../shared/heddle/actors/actor.ts';
import { toEventMessages } from '../../../shared/heddle/pipeline/events/event-messages.ts';
import { replyFromRun } from '../../../shared/heddle/pipeline/ingest/reply-from-run.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import type { Outcome } from '../../../shared/heddle/sources/source.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createGate, settle } from '../../helpers/gated-actor.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

const outcome: Outcome = {
  events: [{ id: 'a', type: 'hello', data: {}, fields: {} }],
  toReply: (output) =>
    typeof output === 'string' && output !== 'no' ? { status: 200, text: output } : undefined,
};

/** One trigger for each actor, in the order of their names. */
function createSubject(actors: Actors) {
  const names = Object.keys(actors);
  const triggers = names.map((name) => ({ name, source: 'acme', actor: name, timeout: '1h' }));
  const world = createWorld(toTriggers(...triggers), actors);
  const logger = createRecordingLogger();
  Object.assign(world.engine, { logger });
  const ask = async (given = outcome, id = 'a') => {
    const request = { receivedAt: world.clock.now(), traceparent: undefined };
    const sent = { ...outcome, events: [{ id, type: 'hello', data: {}, fields: {} }] };
    const [message] = await toEventMessages('acme', sent, request, { verified: true }, {});
    if (!message) throw new Error('expected a message');
    return replyFromRun(world.engine, 'acme', given, message);
  };
  return { world, ask, logger };
}

const says = (text: string) =>
  class extends Actor {
    execute() {
      return text;
    }
  };

class Fails extends Actor {
  execute() {
    throw new Error('no');
  }
}

describe('a sender that waits', () => {
  it('has the answer of its run, and the message is taken back', async () => {
    const { world, ask } = createSubject({ hello: says('hello') });
    expect(await ask()).toEqual({ isDuplicate: false, reply: { status: 200, text: 'hello' } });
    expect(await world.queue.depth()).toBe(0);
  });

  it('has the first answer that one of its runs gives', async () => {
    const { ask } = createSubject({ a: says('no'), b: Fails, c: says('hello') });
    expect(await ask()).toMatchObject({ reply: { text: 'hello' } });
  });

  it('has none where no run gives one', async () => {
    expect(await createSubject({ a: says('no') }).ask()).toEqual({
      ...{ isDuplicate: false, reply: undefined },
    });
    const any = { ...outcome, toReply: (output: unknown) => ({ status: 200, text: `${output}` }) };
    expect(await createSubject({ a: Fails }).ask(any)).toMatchObject({ reply: undefined });
  });

  it('has none, and nothing is logged, where there is nothing to make it of', async () => {
    const { toReply: _, ...silent } = outcome;
    for (const given of [silent, { ...outcome, events: [] }]) {
      const { ask, logger } = createSubject({ a: says('x') });
      expect(await ask(given)).toMatchObject({ reply: undefined });
      expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
    }
  });

  it('has no answer that was given for another event', async () => {
    let answer = 'hello';
    const { ask } = createSubject({
      a: class extends Actor {
        execute() {
          return answer;
        }
      },
    });
    await ask(outcome, 'earlier');
    answer = 'no';
    expect(await ask()).toMatchObject({ reply: undefined });
  });

  it('has the answer of the first delivery’s run for a duplicate', async () => {
    const { world, ask } = createSubject({ hello: says('hello') });
    await ask();
    expect(await ask()).toEqual({ isDuplicate: true, reply: { status: 200, text: 'hello' } });
    expect(await world.runs()).toHaveLength(1);
  });

  it('waits ten seconds, and its run goes on', async () => {
    const gate = createGate();
    const { world, ask } = createSubject({ gated: gate.actor });
    const asked = ask();
    let isAnswered = false;
    void asked.then(() => {
      isAnswered = true;
    });
    await settle();
    await world.clock.advance(9999);
    await settle();
    expect(isAnswered).toBe(false);
    await world.clock.advance(1);
    expect(await asked).toEqual({ isDuplicate: false, reply: undefined });
    expect(gate.running()).toEqual(['a']);
    expect(await world.queue.depth()).toBe(1);
    await gate.end('a');
    expect(await world.queue.depth()).toBe(0);
    expect(await world.runs()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('leaves no timer where it was answered', async () => {
    const { world, ask } = createSubject({ hello: says('hello') });
    const after = world.clock.after;
    let open = 0;
    world.clock.after = (...given) => {
      open++;
      const cancel = after(...given);
      return () => {
        open--;
        cancel();
      };
    };
    await ask();
    expect(open).toBe(0);
  });
});

describe('the message of an event that is run at once', () => {
  it('is due in a minute', async () => {
    const gate = createGate();
    const { world, ask } = createSubject({ gated: gate.actor });
    void ask();
    await settle();
    await world.clock.advance(59_999);
    expect(await world.queue.receive(1)).toEqual([]);
    await world.clock.advance(1);
    expect(await world.queue.receive(1)).toHaveLength(1);
  });

  it('stays to carry the run on where it could not be run, which a log says', async () => {
    const { world, ask, logger } = createSubject({ hello: says('hello') });
    const { create } = world.store;
    Object.assign(world.store, { create: () => Promise.reject(new Error('away')) });
    expect(await ask()).toEqual({ isDuplicate: false, reply: undefined });
    expect(logger.lines).toContainEqual(expect.stringMatching(/^warn .*away.*"sequence":\d/));
    expect(await world.queue.depth()).toBe(1);
    Object.assign(world.store, { create });
    await world.clock.advance(60_000);
    await world.drain();
    expect(await world.runs()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('stays where the event had been recorded before: its run may still need it', async () => {
    const { world, ask } = createSubject({ hello: says('hello') });
    await ask();
    // After the queue has forgotten its id, the event comes again.
    await world.clock.advance(24 * 3_600_000);
    await ask();
    expect(await world.queue.depth()).toBe(1);
    expect((await world.store.list(RUNS, { limit: 10 })).items).toHaveLength(1);
  });
});
