import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import { CrashPlan, createWorld, LOCK_MS, toTriggers, type World } from '../../helpers/world.ts';

const MAX_DELIVERIES = 10;

const event: Event = {
  id: 'delivery-1',
  source: 'github',
  type: 'push',
  time: '2026-01-01T00:00:00.000Z',
  data: {},
  fields: {},
  verified: true,
  receivedAt: '2026-01-01T00:00:00.000Z',
  dedupeKey: 'delivery-1',
};

class Good extends Actor {
  execute(): void {}
}

class FailsOnce extends Actor {
  execute(): void {
    if (this.context.triggerContext.attempt === 1) throw new Error('the first attempt fails');
  }
}

/** Crashes at every delivery of every message, until the queue gives them up. */
async function dieAlways(world: World, at: number, when: 'before' | 'after'): Promise<void> {
  for (let delivery = 0; delivery < MAX_DELIVERIES; delivery++) {
    await world.work(new CrashPlan(at, when));
    await world.clock.advance(LOCK_MS + 1);
  }
}

describe('a message that was delivered too often', () => {
  it('fails the run that it had begun, and is kept with the reason', async () => {
    const world = createWorld(toTriggers({ name: 't', actor: 'good' }), { good: Good });
    await world.send(event);
    await world.work(new CrashPlan(2, 'after'));
    await world.clock.advance(LOCK_MS + 1);
    await dieAlways(world, 3, 'before');
    expect(await world.runs()).toMatchObject([{ status: 'running' }]);
    await world.drain();
    const [run] = await world.runs();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'deliveries_exhausted' } });
    expect(await world.deadLetters()).toMatchObject([
      { kind: 'event', reason: 'delivered too often' },
    ]);
  });

  it('records its event, and a failed run for each trigger, where nothing was recorded yet', async () => {
    const triggers = toTriggers({ name: 'a', actor: 'good' }, { name: 'b', actor: 'good' });
    const world = createWorld(triggers, { good: Good });
    await world.send(event);
    await dieAlways(world, 1, 'before');
    expect(await world.events()).toEqual([]);
    await world.drain();
    expect(await world.events()).toMatchObject([{ eventId: 'delivery-1', status: 'matched' }]);
    const runs = await world.runs();
    expect(runs.map(({ status }) => status)).toEqual(['failed', 'failed']);
  });

  it('leaves alone a run whose retry has a message of its own', async () => {
    const triggers = toTriggers(
      { name: 'a', actor: 'good' },
      { name: 'b', actor: 'once', retry: { delay: '1h', maxDelay: '1h' } },
    );
    const world = createWorld(triggers, { good: Good, once: FailsOnce });
    await world.send(event);
    // Everything is recorded and sent; only the completion never happens.
    const complete = world.queue.complete.bind(world.queue);
    world.queue.complete = async () => false;
    for (let delivery = 0; delivery <= MAX_DELIVERIES; delivery++) {
      await world.work();
      await world.clock.advance(LOCK_MS + 1);
    }
    world.queue.complete = complete;
    expect(await world.deadLetters()).toMatchObject([
      { kind: 'event', reason: 'delivered too often' },
    ]);
    await world.clock.advance(3_600_000);
    await world.drain();
    const runs = await world.runs();
    expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  it('of a retry fails the run that it was the turn of', async () => {
    const world = createWorld(toTriggers({ name: 't', actor: 'once' }), { once: FailsOnce });
    await world.send(event);
    await world.work();
    await world.clock.advance(LOCK_MS);
    await dieAlways(world, 1, 'before');
    expect(await world.runs()).toMatchObject([{ status: 'queued', nextAttempt: 2 }]);
    await world.drain();
    const [run] = await world.runs();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'deliveries_exhausted' } });
  });

  it('is kept as it is when it cannot be read', async () => {
    const world = createWorld([], {});
    await world.queue.send([{ id: 'x', body: 'no json' }]);
    await dieAlways(world, 1, 'before');
    await world.drain();
    expect(await world.deadLetters()).toMatchObject([{ kind: 'unreadable', body: 'no json' }]);
  });
});
