import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { ConflictError } from '../../../shared/heddle/errors/errors.ts';
import { dispatch } from '../../../shared/heddle/pipeline/dispatch/dispatch.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import type { DocumentStore } from '../../../shared/heddle/ports/document-store.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createWorld, toTriggers, type World } from '../../helpers/world.ts';

/**
 * A store whose responses get lost, and whose client then writes again: each write is made, and its
 * repetition conflicts with it.
 */
function createRepeatingStore(store: DocumentStore): DocumentStore {
  return {
    read: (collection, id) => store.read(collection, id),
    list: (collection, query) => store.list(collection, query),
    delete: (collection, id) => store.delete(collection, id),
    async create(collection, document, options) {
      await store.create(collection, document, options);
      throw new ConflictError('exists', 'the id is taken');
    },
    async replace(collection, document, etag, options) {
      const found = await store.read(collection, document.id);
      const written = await store.replace(collection, document, etag, options);
      // A write to a state that the writer has read itself is answered.
      if (found && repeated.has(found.etag)) return written;
      repeated.add(written.etag);
      throw new ConflictError('etag', 'the document has changed');
    },
  };
}

const repeated = new Set<string>();

class Saves extends Actor {
  async execute(): Promise<string> {
    this.updateState({ step: 1 });
    await this.saveState();
    this.updateState({ step: 2 });
    return 'done';
  }
}

class Fails extends Actor {
  execute(): void {
    throw new Error('not yet');
  }
}

async function dispatchOnce(world: World): Promise<void> {
  await world.send(createEvent());
  const [message] = await world.queue.receive(1);
  if (!message) throw new Error('expected a message');
  const store = createRepeatingStore(world.store);
  const delivery = { ...message, signal: new AbortController().signal };
  await dispatch(delivery, { ...world.engine, store });
  await world.queue.complete(message);
}

describe('a write that conflicts with itself', () => {
  it('is taken for what it is: the run is executed, and its outcome recorded', async () => {
    const world = createWorld(toTriggers({ name: 't', actor: 'saves' }), { saves: Saves });
    await dispatchOnce(world);
    expect(await world.runs()).toMatchObject([
      { status: 'succeeded', output: 'done', state: { step: 2 } },
    ]);
  });

  it('does not keep a retry from being sent', async () => {
    const world = createWorld(toTriggers({ name: 't', actor: 'fails' }), { fails: Fails });
    await dispatchOnce(world);
    expect(await world.runs()).toMatchObject([{ status: 'queued', nextAttempt: 2 }]);
    expect(await world.queue.depth()).toBe(1);
  });

  it('is not confused with the write of another delivery', async () => {
    const world = createWorld(toTriggers({ name: 't', actor: 'stolen' }), {
      stolen: class extends Actor {
        async execute(): Promise<void> {
          const stored = await world.store.read(RUNS, this.context.runId);
          if (stored?.document.status !== 'running') throw new Error('expected a running run');
          const claim = { sequence: 99, delivery: 1 };
          await world.store.replace(RUNS, { ...stored.document, claim }, stored.etag);
        }
      },
    });
    await dispatchOnce(world);
    expect(await world.runs()).toMatchObject([{ status: 'running', claim: { sequence: 99 } }]);
  });

  it('tells a long attempt that its run is another one’s', async () => {
    let signal: AbortSignal | undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    const world = createWorld(toTriggers({ name: 't', actor: 'long', timeout: '1h' }), {
      long: class extends Actor {
        async execute(): Promise<void> {
          signal = this.context.signal;
          await promise;
        }
      },
    });
    await world.send(createEvent());
    const working = world.work();
    await expect.poll(() => signal).toBeDefined();
    await world.clock.advance(180_000);
    expect(signal?.aborted).toBe(false);
    const [run] = await world.runs();
    const stored = await world.store.read(RUNS, run?.id ?? '');
    if (stored?.document.status !== 'running') throw new Error('expected a running run');
    const claim = { sequence: 99, delivery: 1 };
    await world.store.replace(RUNS, { ...stored.document, claim }, stored.etag);
    await world.clock.advance(60_000);
    await expect.poll(() => signal?.aborted).toBe(true);
    resolve();
    await working;
  });
});
