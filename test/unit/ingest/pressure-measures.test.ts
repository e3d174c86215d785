import { describe, expect, it } from 'vitest';
import {
  type PressureLimits,
  QueuePressure,
} from '../../../shared/heddle/pipeline/ingest/queue-pressure.ts';
import type { QueueLag } from '../../../shared/heddle/ports/event-queue.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { settle } from '../../helpers/gated-actor.ts';

/** A queue whose lag the test sets, or with which error it fails. */
function createSubject(limits: Partial<PressureLimits>) {
  let now = 1_000_000;
  const clock = { ...createFakeClock(), now: () => now };
  const logger = createRecordingLogger();
  const asked: unknown[] = [];
  const subject = {
    lag: { depth: 0, ageMs: 0 } as QueueLag | Error,
    answer: Promise.resolve(),
  };
  const queue = {
    send: async () => [],
    cancel: async () => false,
    depth: async () => 0,
    measureLag: async (options: unknown) => {
      asked.push(options);
      const { lag } = subject;
      await subject.answer;
      if (lag instanceof Error) throw lag;
      return lag as QueueLag;
    },
  };
  const all = { maxDepth: undefined, maxAgeMs: undefined, ...limits };
  const pressure = new QueuePressure({ queue, clock, logger }, all);
  return {
    ...{ subject, asked, logger, queue },
    async isRefused(): Promise<boolean> {
      const refused = await pressure.assertRoom().then(
        () => false,
        () => true,
      );
      await settle();
      return refused;
    },
    message: () =>
      pressure.assertRoom().then(
        () => '',
        (error: Error) => error.message,
      ),
    pass(ms: number): void {
      now += ms;
    },
  };
}

describe('what is measured of a queue', () => {
  it('is as many messages as say whether the bound is exceeded', async () => {
    const deep = createSubject({ maxDepth: 10 });
    await deep.isRefused();
    expect(deep.asked).toEqual([{ maxDepth: 11 }]);
    const old = createSubject({ maxAgeMs: 1000 });
    await old.isRefused();
    expect(old.asked).toEqual([{ maxDepth: 1 }]);
  });

  it('counts for a second, and that which is made meanwhile for the next request', async () => {
    const { subject, isRefused, asked, pass } = createSubject({ maxDepth: 10 });
    subject.lag = { depth: 11, ageMs: 0 };
    expect(await isRefused()).toBe(true);
    subject.lag = { depth: 10, ageMs: 0 };
    pass(999);
    expect(await isRefused()).toBe(true);
    expect(asked).toHaveLength(1);
    pass(1);
    expect(await isRefused()).toBe(true);
    expect(asked).toHaveLength(2);
    expect(await isRefused()).toBe(false);
  });

  it('is measured once at a time', async () => {
    const { subject, isRefused, asked, pass } = createSubject({ maxDepth: 10 });
    await isRefused();
    const { promise, resolve } = Promise.withResolvers<void>();
    subject.answer = promise;
    for (let request = 0; request < 3; request++) {
      pass(1000);
      await isRefused();
    }
    expect(asked).toHaveLength(2);
    resolve();
    await settle();
    pass(1000);
    await isRefused();
    expect(asked).toHaveLength(3);
  });

  it('is measured by a clock that was put back', async () => {
    const { isRefused, asked, pass } = createSubject({ maxDepth: 10 });
    await isRefused();
    pass(-5000);
    await isRefused();
    expect(asked).toHaveLength(2);
  });

  it('is logged where it fails, and what was measured before counts', async () => {
    const { subject, isRefused, logger, pass } = createSubject({ maxDepth: 10 });
    subject.lag = { depth: 11, ageMs: 0 };
    expect(await isRefused()).toBe(true);
    subject.lag = new Error('away');
    pass(1000);
    await isRefused();
    expect(await isRefused()).toBe(true);
    expect(logger.lines).toEqual([expect.stringMatching(/^warn .*away/)]);
  });
});

describe('the bounds', () => {
  it.each([
    [{ maxDepth: 10 }, { depth: 11, ageMs: 1e9 }, /more than 10 .*HEDDLE_MAX_QUEUE_DEPTH/],
    [{ maxDepth: 10 }, { depth: 10, ageMs: 1e9 }, /^$/],
    [{ maxAgeMs: 2000 }, { depth: 1e9, ageMs: 2000 }, /^$/],
    [{ maxAgeMs: 2000 }, { depth: 1e9, ageMs: 3400 }, /for 3 s.* 2 s/],
    [{ maxDepth: 10, maxAgeMs: 2000 }, { depth: 1, ageMs: 2001 }, /HEDDLE_MAX_QUEUE_AGE/],
    [{ maxDepth: 0 }, { depth: 1, ageMs: 0 }, /more than 0/],
    [{ maxAgeMs: 0 }, { depth: 0, ageMs: 1 }, /HEDDLE_MAX_QUEUE_AGE/],
  ])('%j of a queue with %j: %s', async (limits, lag, expected) => {
    const { subject, message } = createSubject(limits);
    subject.lag = lag;
    expect(await message()).toMatch(expected);
  });
});
