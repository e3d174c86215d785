import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../shared/heddle/errors/errors.ts';
import {
  failStrayWork,
  observeWork,
  outsideOfWork,
  type Work,
  withinWork,
} from '../../../shared/heddle/pipeline/engine/app-work.ts';

function createWork(): Work & { readonly failures: unknown[] } {
  const failures: unknown[] = [];
  return { about: { runId: 'r' }, failures, fail: (error) => void failures.push(error) };
}

describe('code of the app', () => {
  it('fails by an error that is thrown in its context, also in a timer', async () => {
    const work = createWork();
    const error = new Error('stray');
    await withinWork(work, async () => {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      setTimeout(() => resolve(failStrayWork(error)), 1);
      expect(await promise).toEqual({ about: { runId: 'r' }, hasFailed: true });
    });
    expect(work.failures).toEqual([error]);
  });

  it('is not changed by an error that comes after its end', async () => {
    const work = createWork();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await withinWork(work, async () => {
      setImmediate(() => setImmediate(() => resolve(failStrayWork(new Error('late')))));
    });
    expect(await promise).toEqual({ about: { runId: 'r' }, hasFailed: false });
    expect(work.failures).toEqual([]);
  });

  it('does not answer for what is outside, or for a fault of Heddle', async () => {
    expect(failStrayWork(new Error('nobody'))).toBeUndefined();
    const work = createWork();
    await withinWork(work, async () => {
      expect(failStrayWork(new InvariantError('ours'))).toBeUndefined();
      await outsideOfWork(async () => {
        await turn();
        expect(failStrayWork(new Error('another delivery'))).toBeUndefined();
      });
    });
    expect(work.failures).toEqual([]);
  });

  it('is observed from its begin to its end, also where it throws', async () => {
    const seen: unknown[] = [];
    const end = observeWork({
      begin: (id, about) => seen.push(['begin', id, about]),
      end: (id) => seen.push(['end', id]),
    });
    const failing = withinWork(createWork(), async () => {
      throw new Error('it fails');
    });
    await expect(failing).rejects.toThrow('it fails');
    end();
    await withinWork(createWork(), async () => undefined);
    const [[, id]] = seen as [[string, number]];
    expect(seen).toEqual([
      ['begin', id, { runId: 'r' }],
      ['end', id],
    ]);
  });
});
