import { beforeEach, describe, expect, it } from 'vitest';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { deliver } from '../../helpers/gated-actor.ts';
import { createGatedScene, type GatedScene } from '../../helpers/gated-scene.ts';

const written = { retry: { delay: '1s', jitter: 'none' } };

let scene: GatedScene;

function create(limits: object = {}): void {
  scene = createGatedScene({ ...written, ...limits });
}

async function send(id: string): Promise<void> {
  await scene.send(id);
  await pass(10);
}

function disable(): void {
  scene.rewrite({ ...written, enabled: false });
}

async function pass(ms: number): Promise<void> {
  await scene.world.clock.advance(ms);
  await deliver(scene.world);
}

describe('a trigger that has been disabled since', () => {
  beforeEach(() => create());

  it('begins no run that waited for room, and says so', async () => {
    create({ maxConcurrent: 1 });
    await send('a');
    await send('b');
    disable();
    await scene.gate.end('a');
    await deliver(scene.world);
    expect(scene.gate.begun).toEqual(['a']);
    const held = { limit: 'disabled', detail: 'the trigger says "enabled: false"' };
    expect(await scene.heldOf('b')).toEqual(held);
    expect(await scene.statuses()).toMatchObject({ b: 'skipped' });
  });

  it('begins no run that a pause had held when it is resumed', async () => {
    await pauseTrigger(scene.world.engine, 't', { by: 'operator', message: 'maintenance' });
    await send('a');
    disable();
    await resumeTrigger(scene.world.engine, 't');
    await deliver(scene.world);
    expect(await scene.statuses()).toEqual({ a: 'skipped' });
  });

  it('begins no window', async () => {
    create({ debounce: { wait: '5s' } });
    await send('a');
    disable();
    await pass(6000);
    expect(await scene.statuses()).toEqual({ a: 'skipped' });
  });

  it('goes on with what it has begun', async () => {
    await send('a');
    await scene.gate.end('a', new Error('once'));
    disable();
    await pass(1000);
    expect(scene.gate.begun).toEqual(['a', 'a']);
  });
});
