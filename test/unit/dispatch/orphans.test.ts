import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { continueResuming } from '../../../shared/heddle/composition/trigger-upkeep.ts';
import { dispatch } from '../../../shared/heddle/pipeline/dispatch/dispatch.ts';
import type { Engine } from '../../../shared/heddle/pipeline/engine/engine.ts';
import { TriggerStates } from '../../../shared/heddle/pipeline/engine/trigger-states.ts';
import { TRIGGER_STATES } from '../../../shared/heddle/ports/collections.ts';
import { createApiSide } from '../../helpers/api-side.ts';
import { withTriggers } from '../../helpers/catalogue.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createTriggerScene } from '../../helpers/trigger-scene.ts';
import { CrashPlan, createWorld, LOCK_MS, toTriggers, type World } from '../../helpers/world.ts';

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

/** Creates the state after the trigger `t` was paused, held two runs, and was removed. */
async function createLeftBehind() {
  const scene = createTriggerScene([{ name: 't', actor: 'work', whilePaused: 'keepLast' }]);
  const { engine, side, post, drain, log, clock } = scene;
  await side.pauseTrigger('t', { message: 'a freeze' });
  for (const id of ['a', 'b']) {
    await post(id);
    await drain();
    await clock.advance(1);
  }
  const other = withTriggers(engine, toTriggers({ name: 'tea', actor: 'work' }));
  const without = { ...other, states: new TriggerStates(engine) };
  return { scene, without, side: createApiSide(without, log) };
}

describe('a paused trigger that is taken out', () => {
  it('can be resumed: what it has held fails, and is kept', async () => {
    const { scene, without, side } = await createLeftBehind();
    expect(await side.resumeTrigger('t')).toEqual({ name: 't', status: 'missing', released: 1 });
    await handleAll(scene, without);
    const failed = { eventId: 'b', status: 'failed', error };
    const runs = await scene.runs();
    expect(runs).toMatchObject([failed, { eventId: 'a', status: 'skipped' }]);
    expect(await scene.deadLetters()).toMatchObject([{ runIds: [runs[0]?.id] }]);
    expect(await side.resumeTrigger('t')).toEqual({ name: 't', status: 'missing', released: 0 });
  });

  it('can be resumed where held runs are all that there is of it', async () => {
    const { scene, without, side } = await createLeftBehind();
    await scene.store.delete(TRIGGER_STATES, 't');
    expect(await side.resumeTrigger('t')).toMatchObject({ status: 'missing', released: 1 });
    await handleAll(scene, without);
    expect((await scene.runs())[0]).toMatchObject({ status: 'failed', error });
  });

  it('has a resumption that goes on after a crash', async () => {
    const { scene, without, side } = await createLeftBehind();
    scene.crashNext(new CrashPlan(1));
    await expect(side.resumeTrigger('t')).rejects.toThrow();
    scene.crashNext(new CrashPlan());
    await continueResuming({ ...without, states: new TriggerStates(scene.engine) });
    await handleAll(scene, without);
    expect((await scene.runs())[0]).toMatchObject({ status: 'failed', error });
  });

  it('is not taken for one that never was, nor can it be paused again', async () => {
    const { side } = await createLeftBehind();
    const unknown = { status: 404, code: 'trigger_not_found' };
    for (const name of ['te', 'constructor', '__proto__', 'a/b?']) {
      await expect(side.resumeTrigger(name)).rejects.toMatchObject(unknown);
    }
    await expect(side.resumeTrigger('te')).rejects.toThrow('Did you mean "tea"?');
    await expect(side.pauseTrigger('t', {})).rejects.toMatchObject(unknown);
  });
});

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
        await handleAll(world, withTriggers(world.engine, []));
        const [run] = await world.runs();
        if (run?.status === 'succeeded') continue;
        expect(run, `write ${write}`).toMatchObject({ status: 'failed', error });
        expect(await world.deadLetters()).toMatchObject([{ runIds: [run?.id] }]);
      }
    },
  );
});
