import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { SourceLog } from '../../../shared/heddle/pipeline/counts/source-log.ts';
import { createReceiver } from '../../../shared/heddle/pipeline/ingest/receive.ts';
import type { Source } from '../../../shared/heddle/sources/source.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createRequest } from '../../helpers/sources.ts';
import { createWorld, toTriggers, type World } from '../../helpers/world.ts';

/** A world whose actor replaces all triggers in the midst of its first execution, and then fails. */
function createChanging(before: object, after: readonly object[]) {
  const executed: string[] = [];
  class Changing extends Actor {
    execute(): void {
      const { triggerName, eventId } = this.context.triggerContext;
      executed.push(`${triggerName} ${eventId}`);
      world.engine.catalogue.replace('base', read(...after));
      throw new Error('not yet');
    }
  }
  const read = (...written: readonly object[]): readonly Trigger[] =>
    toTriggers(...written.map((one) => ({ name: 't', actor: 'changing', ...one })));
  const world = createWorld(read(before), { changing: Changing }, { losesTriggers: true });
  return { world, executed };
}

async function attemptsOf(world: World, eventId: string): Promise<number | undefined> {
  const run = (await world.runs()).find((one) => one.eventId === eventId);
  return run?.attempts.length;
}

describe('a trigger that is replaced in the midst of a delivery', () => {
  it('keeps its retry policy for that one, and has the new one for the next', async () => {
    const retry = { maxAttempts: 1 };
    const { world } = createChanging({ retry }, [{ retry: { maxAttempts: 3, delay: '1s' } }]);
    await world.send(createEvent({ id: 'first', dedupeKey: 'first' }));
    await world.drain();
    await world.send(createEvent({ id: 'next', dedupeKey: 'next' }));
    await world.drain();
    expect(await attemptsOf(world, 'first')).toBe(1);
    expect(await attemptsOf(world, 'next')).toBe(3);
  });

  it('does not hear of its end where it listens only since then', async () => {
    const listener = { name: 'listener', source: 'completion', sourceTrigger: 't' };
    const retry = { maxAttempts: 1 };
    const { world, executed } = createChanging({ retry }, [{ retry }, { ...listener, retry }]);
    await world.send(createEvent({ id: 'first', dedupeKey: 'first' }));
    await world.drain();
    expect(executed).toEqual(['t first']);
    await world.send(createEvent({ id: 'next', dedupeKey: 'next' }));
    await world.drain();
    expect(executed).toMatchObject(['t first', 't next', /^listener /]);
  });

  it('still runs what was recorded where it is taken out', async () => {
    const { world, executed } = createChanging({ retry: { maxAttempts: 1 } }, []);
    await world.send(createEvent({ id: 'first', dedupeKey: 'first' }));
    await world.drain();
    await world.send(createEvent({ id: 'next', dedupeKey: 'next' }));
    await world.drain();
    expect(executed).toEqual(['t first']);
    const [next] = (await world.events()).filter(({ eventId }) => eventId === 'next');
    expect(next?.decisions).toMatchObject([{ outcome: 'unrouted' }]);
  });
});

/** A source of events that are named by their bodies; each is changed by while it is verified. */
function createReceiving(triggers: readonly object[], whileVerified: (world: World) => void) {
  class Nothing extends Actor {
    execute(): void {}
  }
  const world = createWorld(toTriggers(...triggers), { nothing: Nothing });
  const source: Source = {
    ...{ name: 'acme', maxBodyBytes: 1000 },
    async verify() {
      whileVerified(world);
      return { verified: true };
    },
    normalize: ({ body }) => ({
      events: [{ id: `${body}`, type: 'hello', data: { key: 'k' }, fields: {} }],
    }),
  };
  const sources = [{ kind: 'test', common: {}, source }];
  const log = new SourceLog(world.engine);
  const receive = createReceiver(world.engine, { sources, log, isDispatching: true });
  /** @returns how many messages the event became: one more for each of its ordering keys */
  async function send(body: string): Promise<number> {
    await receive('test', 'acme', createRequest({ body }));
    const messages = await world.queue.receive(16);
    for (const message of messages) await world.queue.complete(message);
    return messages.length;
  }
  return { world, send };
}

const plain = { name: 't', source: 'acme', actor: 'nothing' };
const ordered = { ...plain, orderingKey: '{{ event.key }}' };

describe('a webhook', () => {
  it('is taken in by the triggers of when it came, the next by the new ones', async () => {
    const { send } = createReceiving([plain], ({ engine }) => {
      engine.catalogue.replace('base', toTriggers(ordered));
    });
    expect(await send('first')).toBe(1);
    expect(await send('next')).toBe(2);
  });
});
