import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Claim,
  countFailures,
  isEnded,
  mayTakeOver,
  RUN_STATUSES,
  type Run,
  RunSchema,
} from '../../../shared/heddle/domain/run.ts';
import {
  createQueuedRun,
  createRunningRun,
  failRun,
  requeueRun,
  startAttempt,
  succeedRun,
  withState,
} from '../../../shared/heddle/domain/run-transitions.ts';
import { createNewRun } from '../../helpers/factories.ts';

const STATUSES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled'];
const START = Date.UTC(2026, 0, 1);
const claim: Claim = { sequence: 1, delivery: 1 };
const error = { code: 'boom', message: 'it broke' };
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

type Step = 'start' | 'state' | 'succeed' | 'requeue' | 'fail';

/** Takes the step where the run's state allows it; otherwise leaves the run as it is. */
function take(run: Run, step: Step, now: string): Run {
  if (isEnded(run) || run.status === 'waiting') return run;
  if (step === 'start') return startAttempt(run, claim, now);
  if (step === 'fail') return failRun(run, error, now);
  if (run.status !== 'running') return run;
  if (step === 'state') return withState(run, { step: now });
  if (step === 'succeed') return succeedRun(run, { ok: true }, now);
  return requeueRun(run, error, now, now);
}

const steps = fc.array(fc.constantFrom<Step[]>('start', 'state', 'succeed', 'requeue', 'fail'));
const fresh = fc.constantFrom<Run[]>(
  createQueuedRun(createNewRun(), at(0)),
  createRunningRun(createNewRun(), claim, at(0)),
);

describe('a run', () => {
  it('has one of seven states', () => {
    expect(RUN_STATUSES).toEqual(STATUSES);
  });

  it('carries the fields of its own state alone, whatever it goes through', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fresh, steps, (first, taken) => {
        let run = first;
        taken.forEach((step, index) => {
          run = take(run, step, at(index + 1));
          expect(RunSchema.parse(run)).toEqual(run);
          expect(JSON.parse(JSON.stringify(run))).toEqual(run);
          seen.add(run.status);
        });
      }),
      { numRuns: 1000 },
    );
    expect([...seen].sort()).toEqual(['failed', 'queued', 'running', 'succeeded']);
  });

  it('keeps what it is a run of, counts its attempts up and never loses one', () => {
    fc.assert(
      fc.property(fresh, steps, (first, taken) => {
        let run = first;
        taken.forEach((step, index) => {
          const before = run;
          run = take(run, step, at(index + 1));
          expect(run).toMatchObject({ id: before.id, trigger: before.trigger, createdAt: at(0) });
          expect(run.attempts.slice(0, before.attempts.length)).toEqual(before.attempts);
        });
        const numbers = run.attempts.map(({ attempt }) => attempt);
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
        if (run.status === 'running') expect(run.attempt).toBe(numbers.length + 1);
        if (run.status === 'queued') expect(run.nextAttempt).toBe(numbers.length + 1);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses the fields of another state', () => {
    const queued = createQueuedRun(createNewRun(), at(0));
    expect(RunSchema.safeParse({ ...queued, error }).success).toBe(false);
    expect(RunSchema.safeParse({ ...queued, status: 'running' }).success).toBe(false);
    const done = succeedRun(createRunningRun(createNewRun(), claim, at(0)), null, at(1));
    expect(RunSchema.safeParse({ ...done, error }).success).toBe(false);
    expect(RunSchema.safeParse({ ...done, claim }).success).toBe(false);
  });

  it('keeps its state over a retry', () => {
    const running = withState(createRunningRun(createNewRun(), claim, at(0)), { a: 1 });
    const again = startAttempt(requeueRun(running, error, at(1), at(2)), claim, at(2));
    expect(again).toMatchObject({ state: { a: 1 }, attempt: 2, startedAt: at(2) });
  });

  it('that failed before it began has no attempt', () => {
    const failed = failRun(createQueuedRun(createNewRun(), at(0)), error, at(1));
    expect(failed).toMatchObject({ status: 'failed', attempts: [], endedAt: at(1), error });
  });
});

describe('an interruption', () => {
  const running = createRunningRun(createNewRun(), claim, at(0));
  const taken = startAttempt(running, { sequence: 1, delivery: 2 }, at(1));

  it('is recorded as an attempt of its own', () => {
    expect(taken.attempts).toEqual([
      { attempt: 1, startedAt: at(0), endedAt: at(1), outcome: 'interrupted' },
    ]);
    expect(taken).toMatchObject({ attempt: 2, claim: { sequence: 1, delivery: 2 } });
  });

  it('is no failure of the actor', () => {
    expect(countFailures(taken)).toBe(0);
    const requeued = requeueRun(taken, error, at(2), at(3));
    expect(countFailures(requeued)).toBe(1);
    const third = startAttempt(startAttempt(requeued, claim, at(3)), claim, at(4));
    expect(countFailures(succeedRun(third, null, at(5)))).toBe(1);
    expect(countFailures(failRun(third, error, at(5)))).toBe(2);
  });
});

it('counts as ended in four of the seven states', () => {
  const ended = STATUSES.filter((status) => isEnded({ status } as Run));
  expect(ended).toEqual(['succeeded', 'failed', 'skipped', 'cancelled']);
});

it('is taken over by a later delivery of the same message alone', () => {
  const held = { sequence: 5, delivery: 2 };
  expect(mayTakeOver(held, { sequence: 5, delivery: 3 })).toBe(true);
  expect(mayTakeOver(held, { sequence: 5, delivery: 2 })).toBe(false);
  expect(mayTakeOver(held, { sequence: 5, delivery: 1 })).toBe(false);
  expect(mayTakeOver(held, { sequence: 6, delivery: 3 })).toBe(false);
});
