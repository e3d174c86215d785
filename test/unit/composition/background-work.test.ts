import { expect, it } from 'vitest';
import {
  type BackgroundWork,
  startBackgroundWork,
} from '../../../shared/heddle/composition/background-work.ts';
import { Vitals } from '../../../shared/heddle/composition/health/vitals.ts';
import { Isolation } from '../../../shared/heddle/pipeline/isolation/index.ts';
import type { Backend } from '../../../shared/heddle/ports/backend.ts';
import { createTriggerScene, type TriggerScene } from '../../helpers/trigger-scene.ts';

const driven: Pick<Backend, 'drive'> = { drive: () => {} };
const inAzure: Pick<Backend, 'drive'> = {};

/** A trigger whose resumption was recorded, and cut off before it released the held run. */
async function cutOff(): Promise<TriggerScene> {
  const scene = createTriggerScene([{ name: 't', actor: 'work' }]);
  await scene.side.pauseTrigger('t', {});
  await scene.post('e');
  await scene.drain();
  await scene.engine.states.change('t', () => ({ status: 'active', isReleasing: true }));
  return scene;
}

function start({ engine }: TriggerScene, backend: Pick<Backend, 'drive'>): BackgroundWork {
  return startBackgroundWork(engine, backend, {
    ...{ isDispatching: true, isReadable: true, isolation: new Isolation(engine.clock) },
    vitals: new Vitals(engine.clock),
  });
}

/** How the held run is doing once every queued message is handled. */
async function readStatus(scene: TriggerScene): Promise<string | undefined> {
  await scene.drain();
  return (await scene.runs())[0]?.status;
}

it('continues an interrupted resumption at the start where it drives the queue', async () => {
  const scene = await cutOff();
  const work = start(scene, driven);
  await work.stop();
  expect(await readStatus(scene)).toBe('succeeded');
});

it('continues it five seconds after the start in Azure', async () => {
  const scene = await cutOff();
  const work = start(scene, inAzure);
  await scene.clock.advance(4999);
  expect(await readStatus(scene)).not.toBe('succeeded');
  await scene.clock.advance(1);
  await work.stop();
  expect(await readStatus(scene)).toBe('succeeded');
});

it('leaves it to the next heartbeat, of any instance, where it ends before that', async () => {
  const scene = await cutOff();
  await start(scene, inAzure).stop();
  await scene.clock.advance(60_000);
  expect(await readStatus(scene)).not.toBe('succeeded');
  const work = start(scene, inAzure);
  await work.heartbeat();
  await work.stop();
  expect(await readStatus(scene)).toBe('succeeded');
});
