import { describe, expect, it } from 'vitest';
import { createQueuedRun } from '../../../shared/heddle/domain/run-transitions.ts';
import { passOnce, toShownKey } from '../../../shared/heddle/pipeline/limits/pass-once.ts';
import { LIMIT_STATES } from '../../../shared/heddle/ports/collections.ts';
import { createNewRun } from '../../helpers/factories.ts';
import { createWorld } from '../../helpers/world.ts';

const MS = 60_500;

function createSubject(counts?: () => Promise<boolean>) {
  const { engine, clock } = createWorld([], {});
  const about = { id: 'once', kind: 'dedupe', trigger: 't', ms: MS } as const;
  const at = (ms = 0) => new Date(clock.now() + ms).toISOString();
  const once = counts ? { ...about, counts } : about;
  return {
    ...{ engine, clock, at },
    pass: (id: string) => passOnce(engine, createQueuedRun(createNewRun({ id }), at()), once),
    state: async () => (await engine.store.read(LIMIT_STATES, 'once'))?.document,
  };
}

describe('one run in each period', () => {
  it('passes, and the others are told by whom and until when they do not', async () => {
    const { pass, state, clock, at } = createSubject();
    expect(await pass('a')).toBeUndefined();
    const until = at(MS);
    expect(await state()).toEqual({
      ...{ id: 'once', kind: 'dedupe', trigger: 't', runId: 'a', updatedAt: at(), until },
    });
    await clock.advance(MS - 1);
    expect(await pass('b')).toEqual({ limit: 'dedupe', until, by: 'a' });
    await clock.advance(1);
    expect(await pass('b')).toBeUndefined();
    expect(await state()).toMatchObject({ runId: 'b', until: at(MS) });
  });

  it('passes again when it comes again, and the period does not begin again', async () => {
    const { pass, state, clock, at } = createSubject();
    await pass('a');
    const until = at(MS);
    await clock.advance(1000);
    expect(await pass('a')).toBeUndefined();
    expect(await state()).toMatchObject({ runId: 'a', until });
  });

  it('does not keep others where it no longer counts', async () => {
    let isCounting = true;
    const { pass, state } = createSubject(async () => isCounting);
    await pass('a');
    expect(await pass('b')).toMatchObject({ by: 'a' });
    isCounting = false;
    expect(await pass('b')).toBeUndefined();
    expect(await state()).toMatchObject({ runId: 'b' });
  });

  it('has a document for as long as the period, and not for good', async () => {
    const { pass, state, clock } = createSubject();
    await pass('a');
    await clock.advance(MS);
    expect(await state()).toBeDefined();
    await clock.advance(1500);
    expect(await state()).toBeUndefined();
  });

  it('is not told by the document of another limit', async () => {
    const { pass, engine, at } = createSubject();
    const other = { id: 'once', kind: 'cooldown', trigger: 't', updatedAt: at() } as const;
    await engine.store.create(LIMIT_STATES, { ...other, runId: 'a', until: at(MS) });
    expect(await pass('b')).toBeUndefined();
  });
});

describe('the key that is shown', () => {
  it('has 200 characters at most', () => {
    expect(toShownKey('x'.repeat(201))).toBe('x'.repeat(200));
    expect(toShownKey('key')).toBe('key');
  });
});
