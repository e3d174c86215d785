import { describe, expect, it } from 'vitest';
import { deliver } from '../../helpers/gated-actor.ts';
import { createGatedScene } from '../../helpers/gated-scene.ts';

describe('cooldownSeconds', () => {
  it('skips what comes too soon after the last run has begun', async () => {
    const { gate, world, send, heldOf } = createGatedScene({ cooldownSeconds: 30 });
    await send('a');
    await gate.end('a');
    await world.clock.advance(29_000);
    await send('b');
    await world.clock.advance(1000);
    await send('c');
    expect(gate.begun).toEqual(['a', 'c']);
    expect(await heldOf('b')).toMatchObject({
      limit: 'cooldown',
      until: '2026-01-01T00:00:30.000Z',
    });
  });

  it('is asked of a run when it comes, and not again when it has waited', async () => {
    const { gate, world, send, heldOf } = createGatedScene({
      cooldownSeconds: 5,
      maxConcurrent: 1,
    });
    await send('a');
    await world.clock.advance(6000);
    await send('waits');
    await world.clock.advance(1000);
    await send('too-soon');
    await gate.end('a');
    await deliver(world);
    expect(gate.begun).toEqual(['a', 'waits']);
    expect(await heldOf('too-soon')).toMatchObject({ limit: 'cooldown' });
  });

  it('is not used up by a run for which there is no room', async () => {
    const { gate, world, send } = createGatedScene({ cooldownSeconds: 5, overlap: 'skip' });
    await send('a');
    await world.clock.advance(6000);
    await send('b');
    await gate.end('a');
    await send('c');
    expect(gate.begun).toEqual(['a', 'c']);
  });
});

describe('dedupe', () => {
  it('makes one run of a key within its window', async () => {
    const { gate, world, send, heldOf } = createGatedScene({
      dedupe: { key: '{{ event.order }}', window: '1h' },
    });
    await send('a', { order: 1 });
    await send('b', { order: 1 });
    await send('c', { order: 2 });
    await world.clock.advance(3_600_000);
    await send('d', { order: 1 });
    expect(gate.begun).toEqual(['a', 'c', 'd']);
    expect(await heldOf('b')).toMatchObject({ limit: 'dedupe', key: '1' });
  });

  it('is not used up by a run for which there is no room', async () => {
    const { gate, send, heldOf } = createGatedScene({
      dedupe: { key: '{{ event.order }}', window: '1h' },
      overlap: 'skip',
    });
    await send('a', { order: 1 });
    await send('no-room', { order: 2 });
    await gate.end('a');
    await send('c', { order: 2 });
    await gate.end('c');
    await send('d', { order: 2 });
    expect(gate.begun).toEqual(['a', 'c']);
    expect(await heldOf('d')).toMatchObject({ limit: 'dedupe' });
  });

  it('is not used up by a run that comes too soon after another', async () => {
    const { gate, world, send } = createGatedScene({
      dedupe: { key: '{{ event.order }}', window: '1h' },
      cooldownSeconds: 5,
    });
    await send('a', { order: 1 });
    await send('too-soon', { order: 2 });
    await world.clock.advance(6000);
    await send('c', { order: 2 });
    expect(gate.begun).toEqual(['a', 'c']);
  });

  it('is used up by a window that is made, and not by one that is skipped', async () => {
    const batch = { size: 2, wait: '1m' };
    const { gate, send, heldOf } = createGatedScene({
      dedupe: { key: '{{ event.order }}', window: '1h' },
      batch,
      overlap: 'skip',
    });
    for (const order of [1, 2, 3, 4]) await send(`e${order}`, { order });
    await gate.end('e1');
    for (const order of [2, 4, 3]) await send(`again-${order}`, { order });
    expect(gate.begun).toEqual(['e1', 'again-4']);
    expect(await heldOf('again-2')).toMatchObject({ limit: 'dedupe' });
  });
});
