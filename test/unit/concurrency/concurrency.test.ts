import { beforeEach, describe, expect, it } from 'vitest';
import { cancelRunById } from '../../../shared/heddle/pipeline/completion/cancel-run.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { deliver } from '../../helpers/gated-actor.ts';
import { createGatedScene, type GatedScene } from '../../helpers/gated-scene.ts';
import { LOCK_MS } from '../../helpers/world.ts';

describe('maxConcurrent', () => {
  it('executes so many at once, and the others in the order of their coming', async () => {
    const { gate, world, send, statuses, heldOf } = createGatedScene({ maxConcurrent: 2 });
    for (const id of ['a', 'b', 'c', 'd']) {
      await send(id);
      await world.clock.advance(10);
    }
    expect(gate.running()).toEqual(['a', 'b']);
    expect(await heldOf('c')).toEqual({ limit: 'maxConcurrent', detail: '2 of 2 are executed' });
    await gate.end('b');
    await deliver(world);
    expect(gate.running()).toEqual(['a', 'c']);
    await gate.end('a');
    await deliver(world);
    expect(gate.running()).toEqual(['c', 'd']);
    await gate.end('c');
    await gate.end('d');
    await deliver(world);
    expect(await statuses()).toEqual({
      a: 'succeeded',
      b: 'succeeded',
      c: 'succeeded',
      d: 'succeeded',
    });
  });

  it('lets those of a higher priority go first', async () => {
    const { gate, world, send } = createGatedScene({
      maxConcurrent: 1,
      priority: '{{ event.urgency }}',
    });
    for (const [id, urgency] of [
      ['a', 0],
      ['low', -3],
      ['b', 0],
      ['high', 7],
    ] as const) {
      await send(id, { urgency });
      await world.clock.advance(10);
    }
    for (const id of ['a', 'high', 'b', 'low']) {
      expect(gate.running()).toEqual([id]);
      await gate.end(id);
      await deliver(world);
    }
  });

  it('counts a priority that is no number as 0, and says so once', async () => {
    const priority = '{{ event.urgency }}';
    const { gate, world, send } = createGatedScene({ maxConcurrent: 1, priority });
    const logger = createRecordingLogger();
    Object.assign(world.engine, { logger });
    await send('a', { urgency: 0 });
    await send('word', { urgency: 'secret words' });
    await world.clock.advance(10);
    await send('none');
    await world.clock.advance(10);
    await send('high', { urgency: '99' });
    for (const id of ['a', 'high', 'word', 'none']) {
      expect(gate.running()).toEqual([id]);
      await gate.end(id);
      await deliver(world);
    }
    const lines = logger.lines.filter((line) => line.includes('priority'));
    expect(lines).toEqual([
      expect.stringMatching(/^warn The priority of trigger t expected .*word/),
    ]);
    expect(lines.join()).not.toContain('secret');
  });

  it('counts each concurrencyKey for itself', async () => {
    const { gate, send, heldOf } = createGatedScene({ concurrencyKey: '{{ event.repo }}' });
    await send('a1', { repo: 'a' });
    await send('a2', { repo: 'a' });
    await send('b1', { repo: 'b' });
    expect(gate.running()).toEqual(['a1', 'b1']);
    expect(await heldOf('a2')).toMatchObject({ limit: 'maxConcurrent', key: 'a' });
  });

  it('gives the slot of a failed attempt to others until its retry, which waits its turn', async () => {
    const { gate, world, send, heldOf } = createGatedScene({
      maxConcurrent: 1,
      retry: { delay: '1s', jitter: 'none' },
    });
    await send('a');
    await send('b');
    await gate.end('a', new Error('once'));
    await deliver(world);
    expect(gate.running()).toEqual(['b']);
    await world.clock.advance(1000);
    await deliver(world);
    expect(gate.running()).toEqual(['b']);
    expect(await heldOf('a')).toMatchObject({ limit: 'maxConcurrent' });
    await gate.end('b');
    await deliver(world);
    expect(gate.running()).toEqual(['a']);
  });

  it('frees the slot of a run that is cancelled, running or waiting', async () => {
    const { gate, world, send, statuses } = createGatedScene({ maxConcurrent: 1 });
    await send('a');
    await send('b');
    await send('c');
    const idOf = async (id: string) => (await world.runs()).find((run) => run.eventId === id)?.id;
    await cancelRunById(world.engine, (await idOf('b')) ?? '', 'not wanted');
    await cancelRunById(world.engine, (await idOf('a')) ?? '', 'not wanted');
    await deliver(world);
    expect(gate.running()).toEqual(['c']);
    expect(await statuses()).toEqual({ a: 'cancelled', b: 'cancelled', c: 'running' });
  });
});

describe('maxConcurrent that is lowered', () => {
  let scene: GatedScene;

  beforeEach(async () => {
    scene = createGatedScene({ maxConcurrent: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await scene.send(id);
      await scene.world.clock.advance(10);
    }
    scene.rewrite({ maxConcurrent: 1 });
  });

  it('holds for those that wait, once so many have ended', async () => {
    for (const id of ['a', 'b']) {
      await scene.gate.end(id);
      await deliver(scene.world);
      expect(scene.gate.begun).toEqual(['a', 'b', 'c']);
    }
    await scene.gate.end('c');
    await deliver(scene.world);
    expect(scene.gate.running()).toEqual(['d']);
  });

  it('holds for those that a crash has interrupted', async () => {
    await scene.world.clock.advance(LOCK_MS + 1);
    await deliver(scene.world);
    expect(Object.values(await scene.statuses()).toSorted()).toEqual([
      ...['queued', 'queued', 'queued', 'queued', 'running'],
    ]);
  });
});

describe('maxConcurrent that is taken away', () => {
  let scene: GatedScene;

  beforeEach(async () => {
    scene = createGatedScene({ maxConcurrent: 1 });
    for (const id of ['a', 'b', 'c']) {
      await scene.send(id);
      await scene.world.clock.advance(10);
    }
    scene.rewrite({});
  });

  it('lets those that wait begin, each with the next', async () => {
    await scene.gate.end('a');
    await deliver(scene.world);
    expect(scene.gate.running()).toEqual(['b', 'c']);
  });

  it('ends no attempt for want of a slot that it does not need', async () => {
    await scene.world.clock.advance(scene.world.engine.leaseMs + 1);
    await deliver(scene.world);
    expect(scene.gate.begun).toEqual(expect.arrayContaining(['b', 'c']));
    await scene.world.clock.advance(scene.world.engine.leaseMs / 3);
    await deliver(scene.world);
    expect(scene.gate.running()).toEqual(expect.arrayContaining(['b', 'c']));
  });
});

describe('overlap', () => {
  it('skip: a run that finds no room is not made', async () => {
    const { send, statuses, heldOf } = createGatedScene({ overlap: 'skip' });
    await send('a');
    await send('b');
    expect(await statuses()).toEqual({ a: 'running', b: 'skipped' });
    expect(await heldOf('b')).toMatchObject({ limit: 'maxConcurrent' });
  });

  it('replace: the run that goes on is cancelled, and those that wait', async () => {
    const { gate, send, statuses } = createGatedScene({ overlap: 'replace' });
    await send('a');
    await send('b');
    expect(gate.running()).toEqual(['b']);
    expect(await statuses()).toEqual({ a: 'cancelled', b: 'running' });
  });

  it.each(['replace', 'cancelOther'])(
    '%s: a run that waits for its retry is left alone',
    async (overlap) => {
      const retry = { delay: '1m', jitter: 'none' };
      const { gate, world, send, statuses } = createGatedScene({ overlap, retry });
      await send('a');
      await gate.end('a', new Error('once'));
      await send('b');
      expect(await statuses()).toEqual({ a: 'queued', b: 'running' });
      await gate.end('b');
      await world.clock.advance(60_000);
      await deliver(world);
      expect(gate.running()).toEqual(['a']);
    },
  );

  it('cancelOther: the run that goes on is asked to end, and the new one begins when it has', async () => {
    const { gate, world, send, statuses } = createGatedScene({ overlap: 'cancelOther' });
    await send('a');
    await send('b');
    await deliver(world);
    expect(gate.running()).toEqual(['b']);
    expect(await statuses()).toEqual({ a: 'cancelled', b: 'running' });
  });
});

describe('allowConcurrent: false', () => {
  it('skips a run whose input is being executed, and no other', async () => {
    const { gate, send, statuses, heldOf } = createGatedScene({
      allowConcurrent: false,
      variables: { file: '{{ event.file }}' },
    });
    await send('a', { file: 'one.csv', noise: 1 });
    await send('b', { file: 'one.csv', noise: 2 });
    await send('c', { file: 'two.csv' });
    expect(await statuses()).toEqual({ a: 'running', b: 'skipped', c: 'running' });
    expect(await heldOf('b')).toMatchObject({ limit: 'allowConcurrent' });
    await gate.end('a');
    await send('d', { file: 'one.csv' });
    expect(gate.running()).toEqual(['c', 'd']);
  });
});
