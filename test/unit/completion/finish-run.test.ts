import { describe, expect, it } from 'vitest';
import {
  cancelRun,
  exhaustRun,
  failRun,
  holdRun,
  skipRun,
  succeedRun,
} from '../../../shared/heddle/domain/run-transitions.ts';
import {
  DIED,
  EXHAUSTED,
  isGivenUp,
} from '../../../shared/heddle/pipeline/completion/dead-letters.ts';
import { failOrphan, ORPHAN } from '../../../shared/heddle/pipeline/completion/fail-orphan.ts';
import {
  finishFoundRun,
  finishOtherRun,
  finishRun,
} from '../../../shared/heddle/pipeline/completion/finish-run.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import { createCompletionScene } from './completion-scene.ts';

const ERROR = { code: 'broken', message: 'it does not work' };
const HELD = { limit: 'maxConcurrent', detail: '1 of 1 are executed' } as const;
const listener = (more: object = {}, name = 'next') => ({
  ...{ name, actor: 'log', source: 'completion', status: 'any' },
  ...more,
});

describe('what follows from the end of a run', () => {
  it('is an event, and its slot for the next in line', async () => {
    const scene = createCompletionScene({}, listener());
    const { document } = await scene.running('a');
    await scene.hold('a');
    await scene.wait('a', 'b');
    await finishRun(scene.engine, succeedRun(document, 'done', scene.at()));
    expect(await scene.announced()).toEqual(['succeeded']);
    expect(await scene.holders()).toEqual(['b']);
    expect(await scene.waiters()).toEqual(['b']);
    expect(await scene.world.deadLetters()).toEqual([]);
  });

  it('is a dead letter too where it failed', async () => {
    const scene = createCompletionScene({}, listener());
    const { document } = await scene.running('a');
    await scene.hold('a');
    await finishRun(scene.engine, failRun(document, ERROR, scene.at()));
    expect(await scene.world.deadLetters()).toMatchObject([{ kind: 'run', runIds: ['a'] }]);
    expect(await scene.announced()).toEqual(['failed']);
    expect(await scene.holders()).toEqual([]);
  });

  it('is an event and no dead letter where it was cancelled', async () => {
    const scene = createCompletionScene({}, listener());
    const { document } = await scene.running('a');
    await scene.hold('a');
    await finishRun(scene.engine, cancelRun(document, 'not wanted', scene.at()));
    expect(await scene.announced()).toEqual(['cancelled']);
    expect(await scene.world.deadLetters()).toEqual([]);
    expect(await scene.holders()).toEqual([]);
  });

  it.each([EXHAUSTED, DIED])('has the dead letter of its message alone ($code)', async (error) => {
    const scene = createCompletionScene({}, listener());
    const { document } = await scene.running('a');
    const run = exhaustRun(document, error, scene.at());
    expect(isGivenUp(run)).toBe(true);
    await finishRun(scene.engine, run);
    expect(await scene.world.deadLetters()).toEqual([]);
    expect(await scene.announced()).toEqual(['failed']);
  });

  it('is no more than its slot where it was skipped', async () => {
    const scene = createCompletionScene({}, listener());
    const run = skipRun(await scene.queued('a'), HELD, scene.at());
    await scene.hold('a');
    await scene.wait('a');
    await finishRun(scene.engine, run);
    expect(await scene.announced()).toEqual([]);
    expect(await scene.world.deadLetters()).toEqual([]);
    expect(await scene.holders()).toEqual([]);
    expect(await scene.waiters()).toEqual([]);
  });

  it('changes nothing when it is done again', async () => {
    const scene = createCompletionScene({}, listener());
    const { document } = await scene.running('a');
    const run = failRun(document, ERROR, scene.at());
    await finishRun(scene.engine, run);
    await finishRun(scene.engine, run);
    expect(await scene.announced()).toEqual(['failed']);
    expect(await scene.world.deadLetters()).toHaveLength(1);
    expect(scene.telemetry.measured).toEqual(['heddle.dead_letters {"kind":"run"} 1']);
  });
});

describe('the end of a run that another delivery has recorded', () => {
  const FAILED = 'heddle.runs {"trigger":"t","actor":"log","outcome":"failed"} 1';
  const KEPT = 'heddle.dead_letters {"kind":"run"} 1';

  it('is counted where its dead letter is missing: who recorded it may have died', async () => {
    const scene = createCompletionScene({}, listener());
    const { document } = await scene.running('a');
    const run = failRun(document, ERROR, scene.at());
    await finishFoundRun(scene.engine, run);
    await finishFoundRun(scene.engine, run);
    expect(scene.telemetry.measured).toEqual([KEPT, FAILED]);
    expect(await scene.announced()).toEqual(['failed']);
    expect(await scene.world.deadLetters()).toHaveLength(1);
  });

  it('is not counted where it succeeded, or was given up with its message', async () => {
    const scene = createCompletionScene();
    const { document } = await scene.running('a');
    await finishFoundRun(scene.engine, succeedRun(document, 1, scene.at()));
    await finishFoundRun(scene.engine, exhaustRun(document, EXHAUSTED, scene.at()));
    expect(scene.telemetry.measured).toEqual([]);
  });
});

describe('a run that has not ended', () => {
  it('keeps all that it has while it is executed', async () => {
    const scene = createCompletionScene({}, listener());
    const { document } = await scene.running('a');
    await scene.hold('a');
    await scene.wait('b');
    await finishRun(scene.engine, document);
    expect(await scene.holders()).toEqual(['a']);
    expect(await scene.waiters()).toEqual(['b']);
    expect(await scene.announced()).toEqual([]);
  });

  it('frees the slot of its last attempt until its retry, and stays in its line', async () => {
    const scene = createCompletionScene();
    const run = await scene.queued('z', { nextAttempt: 2 });
    await scene.hold('z', 1);
    await scene.wait('y', 'z');
    await finishRun(scene.engine, run);
    expect(await scene.holders()).toEqual(['y']);
    expect(await scene.waiters()).toEqual(['y', 'z']);
  });

  it('frees no slot that its next attempt holds already', async () => {
    const scene = createCompletionScene();
    const run = await scene.queued('a', { nextAttempt: 2 });
    await scene.hold('a', 2);
    await finishRun(scene.engine, run);
    expect(await scene.holders()).toEqual(['a']);
  });

  it('keeps what it was handed while it is held in line', async () => {
    const scene = createCompletionScene();
    const run = holdRun(await scene.queued('a', { nextAttempt: 2 }), HELD, scene.at());
    await scene.hold('a', 1);
    await finishRun(scene.engine, run);
    expect(await scene.holders()).toEqual(['a']);
  });
});

describe('the event of an end', () => {
  async function announced(...others: readonly object[]) {
    const scene = createCompletionScene({}, ...others);
    const { document } = await scene.running('a');
    await finishRun(scene.engine, succeedRun(document, 'done', scene.at()));
    return scene.announced();
  }

  it('is sent where a trigger waits for the end of this actor, of this trigger, or of any', async () => {
    expect(await announced(listener({ sourceActor: 'log' }))).toEqual(['succeeded']);
    expect(await announced(listener({ sourceTrigger: 't' }))).toEqual(['succeeded']);
    expect(await announced(listener({ sourceActor: 'log', sourceTrigger: 't' }))).toEqual([
      'succeeded',
    ]);
    const other = listener({ sourceTrigger: 'other' }, 'other');
    expect(await announced(other, listener({ sourceTrigger: 't' }))).toEqual(['succeeded']);
  });

  it('is not sent where nobody waits for it', async () => {
    expect(await announced()).toEqual([]);
    expect(await announced(listener({ eventType: 'failed' }))).toEqual([]);
    expect(await announced(listener({ sourceActor: 'other' }))).toEqual([]);
    expect(await announced(listener({ sourceTrigger: 'other' }))).toEqual([]);
    const half = listener({ sourceActor: 'log', sourceTrigger: 'other' });
    expect(await announced(half)).toEqual([]);
  });
});

describe('a run whose end another has recorded', () => {
  it('has its end followed up', async () => {
    const scene = createCompletionScene({}, listener());
    const { document, etag } = await scene.running('a');
    await scene.engine.store.replace(RUNS, succeedRun(document, 1, scene.at()), etag);
    await scene.hold('a');
    await finishOtherRun(scene.engine, 'a');
    expect(await scene.announced()).toEqual(['succeeded']);
    expect(await scene.holders()).toEqual([]);
  });

  it('is left alone where it goes on after all, or is no longer kept', async () => {
    const scene = createCompletionScene({}, listener());
    await scene.queued('a', { nextAttempt: 2 });
    await scene.hold('a', 1);
    await finishOtherRun(scene.engine, 'a');
    await finishOtherRun(scene.engine, 'none');
    expect(await scene.holders()).toEqual(['a']);
    expect(await scene.announced()).toEqual([]);
  });
});

describe('a run whose trigger or event is gone', () => {
  it('fails, is counted, kept as a dead letter, and frees its slot', async () => {
    const scene = createCompletionScene();
    const run = await scene.running('a');
    await scene.hold('a');
    await failOrphan(scene.engine, run);
    expect(await scene.world.runs()).toMatchObject([{ status: 'failed', error: ORPHAN }]);
    expect(ORPHAN.code).toBe('trigger_missing');
    expect(scene.telemetry.measured.filter((line) => line.includes('"failed"'))).not.toEqual([]);
    expect(await scene.world.deadLetters()).toHaveLength(1);
    expect(await scene.holders()).toEqual([]);
  });
});

describe('a run that was given up', () => {
  it('is one that failed with its message, and no other', async () => {
    const scene = createCompletionScene();
    const { document } = await scene.running('a');
    expect(isGivenUp(document)).toBe(false);
    expect(isGivenUp(failRun(document, ERROR, scene.at()))).toBe(false);
    expect(isGivenUp(failRun(document, EXHAUSTED, scene.at()))).toBe(true);
    expect(isGivenUp(failRun(document, DIED, scene.at()))).toBe(true);
    expect(isGivenUp(succeedRun(document, 1, scene.at()))).toBe(false);
  });
});
