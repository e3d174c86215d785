import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { expandTriggers } from '../../../shared/heddle/domain/on-failure.ts';
import { RunSchema } from '../../../shared/heddle/domain/run.ts';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { RetryableError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { createEvent } from '../../helpers/factories.ts';
import { CrashPlan, createWorld, toTriggers } from '../../helpers/world.ts';

const event = createEvent();

/** Creates actors; `told` lists the inputs of `tell` in order. */
function createActors() {
  const told: unknown[] = [];
  class Tell extends Actor {
    async execute(input: unknown): Promise<unknown> {
      told.push(input);
      await Promise.resolve();
      return undefined;
    }
  }
  class Fail extends Actor {
    async execute(): Promise<never> {
      throw new TerminalError('disk_full', 'the disk is full');
    }
  }
  class Flaky extends Actor {
    async execute(): Promise<unknown> {
      if (this.context.triggerContext.attempt > 1) return 'done';
      throw new RetryableError('flaky', 'the first attempt fails');
    }
  }
  return { told, actors: { tell: Tell, fail: Fail, flaky: Flaky } };
}

async function play(trigger: object, plans: readonly CrashPlan[] = []) {
  const { told, actors } = createActors();
  const world = createWorld(toTriggers({ name: 'a', onFailure: 'tell', ...trigger }), actors);
  await world.send(event);
  await world.drain(plans);
  const runs = await world.runs();
  for (const run of runs) RunSchema.parse(run);
  expect(await world.queue.depth()).toBe(0);
  return { told, runs, first: runs.find((run) => run.trigger === 'a') };
}

const nameOf = ({ trigger, status }: { readonly trigger: string; readonly status: string }) =>
  `${trigger} ${status}`;

describe('the actor of onFailure', () => {
  it('costs a run that succeeds nothing: no event reports its end', async () => {
    const { actors } = createActors();
    const world = createWorld(toTriggers({ name: 'a', onFailure: 'tell', actor: 'flaky' }), actors);
    await world.send(event);
    await world.drain();
    expect((await world.runs()).map(nameOf)).toEqual(['a succeeded']);
    expect((await world.events()).map(({ source }) => source)).toEqual(['github']);
  });

  it('is run once with what has failed, why, and for which event', async () => {
    const { told, runs, first } = await play({ actor: 'fail' });
    expect(runs.map(nameOf).sort()).toEqual(['a failed', 'a.on-failure succeeded']);
    expect(told).toEqual([
      expect.objectContaining({
        ...{ trigger: 'a', actor: 'fail', status: 'failed', run_id: first?.id, attempts: 1 },
        error: { code: 'disk_full', message: 'the disk is full' },
        event: { source: event.source, id: event.id, type: event.type },
      }),
    ]);
  });

  it.each([
    ['succeeds', { actor: 'tell' }, 'a succeeded'],
    ['succeeds in the end', { actor: 'flaky' }, 'a succeeded'],
  ])('is not run for a run that %s', async (_, trigger, expected) => {
    const { runs } = await play(trigger);
    expect(runs.map(nameOf)).toEqual([expected]);
  });

  it('is run once where attempts run out, and not for its own failure', async () => {
    const retry = { maxAttempts: 1 };
    const { runs } = await play({ actor: 'flaky', onFailure: 'fail', retry });
    expect(runs.map(nameOf).sort()).toEqual(['a failed', 'a.on-failure failed']);
  });

  it.each(['before', 'after'] as const)(
    'has one run also when the process dies %s any one of its writes',
    async (when) => {
      for (let write = 1; ; write++) {
        const plan = new CrashPlan(write, when);
        const { told, runs } = await play({ actor: 'fail' }, [plan]);
        expect(runs.map(nameOf).sort(), `crash at write ${write}`).toEqual([
          'a failed',
          'a.on-failure succeeded',
        ]);
        expect(told.length, `crash at write ${write}`).toBeLessThanOrEqual(plan.hasCrashed ? 2 : 1);
        expect(new Set(told.map((input) => (input as { run_id: string }).run_id)).size).toBe(1);
        if (!plan.hasCrashed) break;
      }
    },
  );

  it('has one run also when every delivery dies at one of its writes', async () => {
    for (let write = 1; write <= 8; write++) {
      const plans = Array.from({ length: 8 }, () => new CrashPlan(write));
      const { runs } = await play({ actor: 'fail' }, plans);
      expect(runs.map(({ trigger }) => trigger).sort()).toEqual(['a', 'a.on-failure']);
    }
  });
});

describe('the trigger that onFailure makes', () => {
  it('stands behind the first, and keeps what that one keeps', () => {
    const kept = { tags: ['ops'], persistData: false, retentionDays: 7 };
    const first = { name: 'a', source: 'github', actor: 'fail', onFailure: 'tell', ...kept };
    const triggers = [first, { name: 'b', source: 'github', actor: 'tell' }];
    const expanded = expandTriggers(triggers.map((trigger) => TriggerSchema.parse(trigger)));
    expect(expanded.map(({ name }) => name)).toEqual(['a', 'a.on-failure', 'b']);
    expect(expanded[1]).toMatchObject({
      ...{ source: 'completion', sourceTrigger: 'a', status: 'failed', actor: 'tell' },
      ...kept,
    });
    expect(expanded[1]?.onFailure).toBeUndefined();
  });
});
