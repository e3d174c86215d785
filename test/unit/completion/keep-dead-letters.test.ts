import { describe, expect, it } from 'vitest';
import { toDeadLetterId } from '../../../shared/heddle/domain/ids.ts';
import { failRun } from '../../../shared/heddle/domain/run-transitions.ts';
import {
  keepDeadLetter,
  keepFailedRun,
  keepUnreadable,
} from '../../../shared/heddle/pipeline/completion/dead-letters.ts';
import { createCompletionScene } from './completion-scene.ts';

const delivery = {
  ...{ id: 'm', sequence: 7, deliveryCount: 11, body: 'no json; top-secret-value' },
  signal: new AbortController().signal,
};
const WHY = 'delivered too often';

describe('a message that is given up', () => {
  it('is kept with what it is about, and logged with the ids', async () => {
    const scene = createCompletionScene();
    const about = { kind: 'event', eventKey: 'key', runIds: ['a', 'b'] } as const;
    await keepDeadLetter(scene.engine, { delivery, reason: WHY }, about);
    const id = toDeadLetterId('m', 7);
    expect(await scene.world.deadLetters()).toEqual([
      {
        ...{ id, deadLetteredAt: scene.at(), reason: WHY, messageId: 'm', deliveryCount: 11 },
        ...about,
      },
    ]);
    const ids = { messageId: 'm', deadLetter: id, eventKey: 'key', runId: 'a', deliveryCount: 11 };
    const [line] = scene.logger.lines;
    expect(line).toMatch(/^error .*delivered too often \{/);
    expect(JSON.parse(line?.slice(line.indexOf('{')) ?? '')).toEqual(ids);
    expect(scene.telemetry.measured).toEqual(['heddle.dead_letters {"kind":"event"} 1']);
  });

  it('is kept for as long as the settings say', async () => {
    const scene = createCompletionScene();
    await keepUnreadable(scene.engine, delivery, WHY);
    await scene.clock.advance(30 * 86_400_000 - 1000);
    expect(await scene.world.deadLetters()).toHaveLength(1);
    await scene.clock.advance(1000);
    expect(await scene.world.deadLetters()).toEqual([]);
  });

  it('is kept and counted once', async () => {
    const scene = createCompletionScene();
    await keepUnreadable(scene.engine, delivery, WHY);
    await keepUnreadable(scene.engine, delivery, 'another reason');
    expect(await scene.world.deadLetters()).toMatchObject([{ reason: WHY }]);
    expect(scene.telemetry.measured).toHaveLength(1);
  });

  it('is counted again at a later delivery: the process may have died before the first was sent', async () => {
    const scene = createCompletionScene();
    await keepUnreadable(scene.engine, delivery, WHY);
    await keepUnreadable(scene.engine, { ...delivery, deliveryCount: 12 }, WHY);
    expect(await scene.world.deadLetters()).toMatchObject([{ deliveryCount: 11 }]);
    const line = 'heddle.dead_letters {"kind":"unreadable"} 1';
    expect(scene.telemetry.measured).toEqual([line, line]);
  });

  it('is counted as a message, not as a run that has failed by itself', async () => {
    const scene = createCompletionScene();
    await keepDeadLetter(scene.engine, { delivery, reason: WHY }, { kind: 'run', runIds: ['a'] });
    expect(await scene.world.deadLetters()).toMatchObject([{ kind: 'run' }]);
    expect(scene.telemetry.measured).toEqual(['heddle.dead_letters {"kind":"run-message"} 1']);
  });

  it('is not taken as kept where the store fails', async () => {
    const scene = createCompletionScene();
    const engine = { ...scene.engine, store: { ...scene.engine.store } };
    engine.store.create = () => Promise.reject(new Error('away'));
    await expect(keepUnreadable(engine, delivery, WHY)).rejects.toThrow('away');
    expect(scene.telemetry.measured).toEqual([]);
  });

  it('is kept where nothing is measured', async () => {
    const scene = createCompletionScene();
    await keepUnreadable({ ...scene.engine, telemetry: undefined }, delivery, WHY);
    expect(await scene.world.deadLetters()).toHaveLength(1);
  });

  it('that cannot be read keeps its text without secrets, as far as it fits', async () => {
    const scene = createCompletionScene();
    const body = `top-secret-value${'x'.repeat(20_000)}`;
    await keepUnreadable(scene.engine, { ...delivery, body }, WHY);
    const [letter] = await scene.world.deadLetters();
    expect(letter).toMatchObject({ kind: 'unreadable', runIds: [], reason: WHY });
    expect(letter?.body).toHaveLength(16_384);
    expect(letter?.body).not.toContain('top-secret-value');
    expect(letter?.body).toContain('xxx');
  });
});

describe('a run that has failed', () => {
  it('is kept with its error and how often it was tried', async () => {
    const scene = createCompletionScene();
    const { document } = await scene.running('a', { eventKey: 'key' });
    const failed = failRun(document, { code: 'broken', message: 'no use' }, scene.at());
    await scene.clock.advance(1000);
    await keepFailedRun(scene.engine, failed);
    expect(await scene.world.deadLetters()).toEqual([
      {
        id: toDeadLetterId('run:a', 1),
        ...{ deadLetteredAt: failed.endedAt, reason: 'broken: no use', messageId: 'run:a' },
        ...{ deliveryCount: 1, kind: 'run', eventKey: 'key', runIds: ['a'] },
      },
    ]);
  });
});
