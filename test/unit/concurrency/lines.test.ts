import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancelRunById } from '../../../shared/heddle/pipeline/completion/cancel-run.ts';
import { LIMIT_STATES, RUNS, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { deliver } from '../../helpers/gated-actor.ts';
import { createGatedScene, type GatedScene } from '../../helpers/gated-scene.ts';

const PRIORITY = '{{ event.urgency }}';

async function fill(scene: GatedScene, count: number, prefix = 'w'): Promise<void> {
  for (let n = 0; n < count; n++) {
    await scene.send(`${prefix}${n}`, { urgency: 0 });
    await scene.world.clock.advance(1);
  }
}

/** Counts calls of the store and messages while `act` runs. */
async function count(scene: GatedScene, act: () => Promise<void>): Promise<number> {
  const { engine } = scene.world;
  let calls = 0;
  const counting = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => {
          calls++;
          return method.apply(target, given);
        };
      },
    });
  const { store, queue } = engine;
  Object.assign(engine, { store: counting(store), queue: counting(queue) });
  await act();
  Object.assign(engine, { store, queue });
  return calls;
}

describe('a line', () => {
  it('has one message, however many wait in it', async () => {
    const scene = createGatedScene({ maxConcurrent: 2, timeout: '1h' });
    await fill(scene, 40);
    // Two that are executed, and the line's.
    expect(await scene.world.queue.depth()).toBe(3);
  });

  it('costs a run the same whatever its length', async () => {
    const costs: number[] = [];
    for (const length of [5, 60]) {
      const scene = createGatedScene({ maxConcurrent: 1, timeout: '1h' });
      await fill(scene, length);
      costs.push(
        await count(scene, async () => {
          await scene.gate.end('w0');
          await deliver(scene.world);
        }),
      );
      expect(scene.gate.running()).toEqual(['w1']);
    }
    expect(costs[0]).toBe(costs[1]);
  });

  it('is not looked at by runs that end while nobody waits', async () => {
    const scene = createGatedScene({ maxConcurrent: 2, timeout: '1h' });
    const lists: string[] = [];
    const { engine } = scene.world;
    const list = engine.store.list.bind(engine.store);
    await fill(scene, 1);
    await scene.gate.end('w0');
    Object.assign(engine, {
      store: new Proxy(engine.store, {
        get: (target, name) =>
          name === 'list'
            ? (...given: Parameters<typeof list>) => {
                lists.push(given[0].name);
                return list(...given);
              }
            : Reflect.get(target, name),
      }),
    });
    await fill(scene, 1, 'next');
    await scene.gate.end('next0');
    expect(lists).toEqual([]);
  });
});

describe('a line of the version before', () => {
  it('is drained, though each run has a message of its own and nothing marks the line', async () => {
    const scene = createGatedScene({ maxConcurrent: 1, timeout: '1h' });
    await fill(scene, 4);
    const { store, queue, clock } = scene.world;
    for (const { id, slot } of (await store.list(WAITERS, { limit: 10 })).items) {
      const run = await store.read(RUNS, id);
      const dueAt = new Date(clock.now() + 20_000).toISOString();
      if (run?.document.status !== 'queued') throw new Error('expected a run in line');
      await store.replace(RUNS, { ...run.document, dueAt }, run.etag);
      const body = JSON.stringify({ kind: 'run', runId: id, attempt: 1 });
      await queue.send([{ id: `run:${id}:1:${dueAt}`, body, delayMs: 20_000 }]);
      const state = await store.read(LIMIT_STATES, slot);
      if (state?.document.kind !== 'slots') throw new Error('expected the slots of the line');
      const { hasLine: _, ...before } = state.document;
      await store.replace(LIMIT_STATES, before, state.etag, { ttlSeconds: 40 });
    }
    for (const id of ['w0', 'w1']) {
      expect(scene.gate.running()).toEqual([id]);
      await scene.gate.end(id);
      await deliver(scene.world);
    }
    await clock.advance(20_000);
    await deliver(scene.world);
    expect([...new Set(scene.gate.running())]).toEqual(['w2']);
    await scene.gate.end('w2');
    await deliver(scene.world);
    expect(scene.gate.begun.filter((id) => id !== 'w2')).toEqual(['w0', 'w1', 'w3']);
    expect((await store.list(WAITERS, { limit: 10 })).items).toEqual([]);
  });
});

type Step =
  | { readonly kind: 'come'; readonly urgency: number }
  | { readonly kind: 'end' | 'cancel'; readonly nth: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('come' as const), urgency: fc.integer({ min: -2, max: 2 }) }),
  fc.record({ kind: fc.constantFrom('end' as const, 'cancel' as const), nth: fc.nat(5) }),
);

/** What is executed and who waits, by the rules alone. */
class Model {
  readonly running: string[] = [];
  readonly waiting: { readonly id: string; readonly urgency: number }[] = [];
  readonly #max: number;
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  come(urgency: number): string {
    const id = `e${this.#count++}`;
    this.waiting.push({ id, urgency });
    this.#begin();
    return id;
  }

  leave(id: string): void {
    const at = this.running.indexOf(id);
    if (at >= 0) this.running.splice(at, 1);
    const waits = this.waiting.findIndex((one) => one.id === id);
    if (waits >= 0) this.waiting.splice(waits, 1);
    this.#begin();
  }

  #begin(): void {
    while (this.running.length < this.#max) {
      const most = Math.max(...this.waiting.map(({ urgency }) => urgency));
      const next = this.waiting.findIndex(({ urgency }) => urgency === most);
      if (next < 0) return;
      this.running.push(...this.waiting.splice(next, 1).map(({ id }) => id));
    }
  }
}

describe('whatever comes, ends and is cancelled', () => {
  it('a slot is given on at once, to the run that is most urgent and has waited longest', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 14 }),
      async (max, steps) => {
        const scene = createGatedScene({ maxConcurrent: max, priority: PRIORITY, timeout: '1h' });
        const model = new Model(max);
        for (const one of steps) {
          await act(scene, model, one);
          await deliver(scene.world);
          await scene.world.clock.advance(1);
          expect(scene.gate.running().toSorted()).toEqual(model.running.toSorted());
        }
      },
    );
    await fc.assert(property, { numRuns: 15 });
  });

  async function act(scene: GatedScene, model: Model, one: Step): Promise<void> {
    if (one.kind === 'come') {
      await scene.send(model.come(one.urgency), { urgency: one.urgency });
      return;
    }
    const open = [...model.running, ...model.waiting.map(({ id }) => id)];
    const id = open[one.nth % Math.max(1, open.length)];
    if (id === undefined) return;
    if (one.kind === 'end') {
      if (!model.running.includes(id)) return;
      model.leave(id);
      await scene.gate.end(id);
      return;
    }
    model.leave(id);
    const run = (await scene.world.runs()).find(({ eventId }) => eventId === id);
    await cancelRunById(scene.world.engine, run?.id ?? '', 'not wanted');
  }
});
