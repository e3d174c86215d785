import { describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import {
  createRunningRun,
  skipRun,
  succeedRun,
} from '../../../shared/heddle/domain/run-transitions.ts';
import {
  changeRun,
  insertRun,
  replaceRun,
  toKeptRun,
} from '../../../shared/heddle/pipeline/runs/save-run.ts';
import { createRunsScene } from './runs-scene.ts';

const DAY_MS = 86_400_000;
const CLAIM = { sequence: 1, delivery: 1 };
const HELD = { limit: 'cooldown', detail: 'not yet', key: 'a key' } as const;
const COUNTED = 'heddle.runs.held {"trigger":"t","limit":"cooldown","outcome":"skipped"} 1';

type Scene = ReturnType<typeof createRunsScene>;

const running = (scene: Scene) => ({
  ...createRunningRun(scene.fresh('a'), CLAIM, scene.at()),
  state: { step: 1 },
});
const succeeded = (scene: Scene) => succeedRun(running(scene), 'done', scene.at());

/** Each way to write a run that has been recorded before, or has not. */
const WRITES: [string, (scene: Scene, run: Run) => Promise<unknown>][] = [
  ['inserted', (scene, run) => insertRun(scene.engine, run)],
  [
    'replaced',
    async (scene, run) =>
      replaceRun(scene.engine, run, (await scene.put(scene.queued('a') as Run)).etag),
  ],
  [
    'changed',
    (scene, run) => changeRun(scene.engine, 'a', () => ({ document: run, result: undefined })),
  ],
];

describe.each(WRITES)('a run that is %s', (_, write) => {
  it('is stored as it is', async () => {
    const scene = createRunsScene();
    await write(scene, succeeded(scene));
    expect(await scene.read('a')).toEqual(succeeded(scene));
    expect(scene.telemetry.measured).toEqual([]);
  });

  it('is kept for as long as its trigger says once it has ended', async () => {
    const scene = createRunsScene({ retentionDays: 2 });
    await write(scene, succeeded(scene));
    await scene.clock.advance(2 * DAY_MS - 1000);
    expect(await scene.read('a')).toBeDefined();
    await scene.clock.advance(1000);
    expect(await scene.read('a')).toBeUndefined();
  });

  it('is kept until it ends', async () => {
    const scene = createRunsScene({ retentionDays: 2 });
    await write(scene, running(scene));
    await scene.clock.advance(100 * DAY_MS);
    expect(await scene.read('a')).toMatchObject({ status: 'running' });
  });

  it('has no data left where its trigger keeps none', async () => {
    const scene = createRunsScene({ persistData: false });
    await write(scene, succeeded(scene));
    expect(await scene.read('a')).toMatchObject({ status: 'succeeded', output: null, state: {} });
  });

  it('is counted where a limit has skipped it', async () => {
    const scene = createRunsScene();
    await write(scene, skipRun(scene.queued('a'), HELD, scene.at()));
    expect(scene.telemetry.measured).toEqual([COUNTED]);
  });
});

describe('a run that is written', () => {
  it('is given back with what is stored, under an etag that the next write needs', async () => {
    const scene = createRunsScene({ persistData: false });
    const inserted = await insertRun(scene.engine, running(scene));
    expect(inserted.document).toEqual(await scene.read('a'));
    const replaced = await replaceRun(scene.engine, succeeded(scene), inserted.etag);
    expect(replaced.document).toEqual(await scene.read('a'));
    await replaceRun(scene.engine, succeeded(scene), replaced.etag);
    await expect(replaceRun(scene.engine, succeeded(scene), inserted.etag)).rejects.toMatchObject({
      name: 'ConflictError',
    });
    await expect(insertRun(scene.engine, running(scene))).rejects.toMatchObject({
      name: 'ConflictError',
    });
  });
});

describe('a change of a run', () => {
  it('is made from what is found, and says what was decided', async () => {
    const scene = createRunsScene();
    await scene.put(running(scene));
    const result = await changeRun(scene.engine, 'a', (found) => ({
      document: { ...(found as ReturnType<typeof running>), state: { step: 2 } },
      result: found?.state,
    }));
    expect(result).toEqual({ step: 1 });
    expect(await scene.read('a')).toMatchObject({ state: { step: 2 } });
  });

  it('leaves the run as it is where nothing is to be written, and counts nothing', async () => {
    const scene = createRunsScene();
    const run = skipRun(scene.queued('a'), HELD, scene.at());
    await scene.put(run);
    expect(await changeRun(scene.engine, 'a', (found) => ({ result: found?.id }))).toBe('a');
    expect(await changeRun(scene.engine, 'none', (found) => ({ result: found }))).toBeUndefined();
    expect(await scene.read('a')).toEqual(run);
    expect(scene.telemetry.measured).toEqual([]);
  });
});

describe('what is kept of a run', () => {
  it('is all of it while it goes on, whatever its trigger keeps', () => {
    const scene = createRunsScene({ persistData: false });
    expect(toKeptRun(scene.engine, running(scene))).toEqual(running(scene));
  });

  it('is all of it where its trigger is gone', () => {
    const scene = createRunsScene({ persistData: false });
    const run = { ...succeeded(scene), trigger: 'gone' };
    expect(toKeptRun(scene.engine, run)).toEqual(run);
  });
});
