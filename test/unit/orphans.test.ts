import { describe, expect, it } from 'vitest';
import { Actor } from '../../shared/actors/actor.ts';
import { dispatch } from '../../shared/pipeline/dispatch.ts';
import type { Engine } from '../../shared/pipeline/engine.ts';
import { TriggerRegistry } from '../../shared/triggers/registry.ts';
import { createEvent } from '../helpers/factories.ts';
import { CrashPlan, createWorld, LOCK_MS, toTriggers, type World } from '../helpers/world.ts';

class Idle extends Actor {
  execute(): void {}
}

async function handleAll(world: World, engine: Engine): Promise<void> {
  world.crashNext(new CrashPlan());
  for (let round = 0; round < 3; round++) {
    await world.clock.advance(LOCK_MS + 1);
    for (const message of await world.queue.receive(16)) {
      await dispatch({ ...message, signal: new AbortController().signal }, engine);
      await world.queue.complete(message);
    }
  }
}

const error = { code: 'trigger_missing' };

describe('a trigger that is gone when the process comes back', () => {
  it.each([{}, { maxConcurrent: 1 }])(
    'fails the run that it had made, and keeps it, whichever write the process died after: %j',
    async (limits) => {
      for (let write = 1; ; write++) {
        const world = createWorld(toTriggers({ name: 't', actor: 'idle', ...limits }), {
          idle: Idle,
        });
        await world.send(createEvent());
        const plan = new CrashPlan(write, 'after');
        await world.work(plan);
        if (!plan.hasCrashed) break;
        await handleAll(world, { ...world.engine, triggers: new TriggerRegistry([]) });
        const [run] = await world.runs();
        if (run?.status === 'succeeded') continue;
        expect(run, `write ${write}`).toMatchObject({ status: 'failed', error });
        expect(await world.deadLetters()).toMatchObject([{ runIds: [run?.id] }]);
      }
    },
  );
});
