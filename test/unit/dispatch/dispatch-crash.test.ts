import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import { RunSchema } from '../../../shared/heddle/domain/run.ts';
import { RetryableError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { CrashPlan, createWorld, toTriggers } from '../../helpers/world.ts';

const event: Event = {
  id: 'delivery-1',
  source: 'github',
  type: 'push',
  time: '2026-01-01T00:00:00.000Z',
  data: { ref: 'refs/heads/main' },
  fields: {},
  verified: true,
  receivedAt: '2026-01-01T00:00:00.000Z',
  dedupeKey: 'delivery-1',
};

/** Actors that count their executions by trigger name. */
function createCountingActors() {
  const executions = new Map<string, number>();
  class Counting extends Actor {
    async execute(): Promise<unknown> {
      const { triggerName } = this.context.triggerContext;
      executions.set(triggerName, (executions.get(triggerName) ?? 0) + 1);
      await Promise.resolve();
      return this.finish();
    }
    protected async finish(): Promise<unknown> {
      return { done: true };
    }
  }
  class Saving extends Counting {
    protected override async finish() {
      this.updateState({ steps: Number(this.state.steps ?? 0) + 1 });
      await this.saveState();
    }
  }
  class FailsOnce extends Counting {
    protected override async finish() {
      if (this.state.failed === true) return 'recovered';
      this.updateState({ failed: true });
      throw new RetryableError('flaky', 'the first attempt fails');
    }
  }
  class Terminal extends Counting {
    protected override async finish() {
      throw new TerminalError('never');
    }
  }
  return {
    executions,
    actors: { counting: Counting, saving: Saving, once: FailsOnce, terminal: Terminal },
  };
}

const scenarios = {
  'two triggers that succeed': { actors: ['counting', 'counting'], executions: 1 },
  'an actor that saves its state midway': { actors: ['saving'], executions: 1 },
  'an actor that fails once': { actors: ['once'], executions: 2 },
  'an actor that fails for good beside one that succeeds': {
    actors: ['terminal', 'counting'],
    executions: 1,
  },
  'more triggers than one message runs': { actors: Array(12).fill('counting'), executions: 1 },
};

type Scenario = (typeof scenarios)[keyof typeof scenarios];

async function play(scenario: Scenario, plans: readonly CrashPlan[]) {
  const { actors, executions } = createCountingActors();
  const triggers = scenario.actors.map((actor, index) => ({ name: `t${index}`, actor }));
  const world = createWorld(toTriggers(...triggers), actors);
  await world.send(event);
  await world.drain(plans);
  const runs = await world.runs();
  expect((await world.events()).map(({ eventId }) => eventId)).toEqual(['delivery-1']);
  expect(runs.map(({ trigger }) => trigger).toSorted()).toEqual(
    triggers.map(({ name }) => name).toSorted(),
  );
  for (const run of runs) {
    RunSchema.parse(run);
    expect(run.status, run.trigger).toBe(run.actor === 'terminal' ? 'failed' : 'succeeded');
  }
  expect(await world.queue.depth()).toBe(0);
  return { world, executions, runs };
}

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  it('does each run as often as it should without a crash', async () => {
    const { executions, world } = await play(scenario, []);
    expect([...executions.values()]).toEqual(scenario.actors.map(() => scenario.executions));
    const failed = scenario.actors.filter((actor) => actor === 'terminal');
    expect(await world.deadLetters()).toHaveLength(failed.length);
  });

  it.each(['before', 'after'] as const)(
    'ends the same when the process dies %s any one of its writes',
    async (when) => {
      for (let write = 1; ; write++) {
        const plan = new CrashPlan(write, when);
        const { executions } = await play(scenario, [plan]);
        for (const [trigger, count] of executions) {
          expect(count, `${trigger}, crash at write ${write}`).toBeLessThanOrEqual(
            scenario.executions + 1,
          );
        }
        if (!plan.hasCrashed) break;
      }
    },
  );

  it('ends the same however often the process dies, and repeats no more than that', async () => {
    const crash = fc.record({
      at: fc.integer({ min: 1, max: 12 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(crash, { maxLength: 6 }), async (crashes) => {
        const plans = crashes.map(({ at, when }) => new CrashPlan(at, when));
        const { executions } = await play(scenario, plans);
        const died = plans.filter((plan) => plan.hasCrashed).length;
        for (const count of executions.values()) {
          expect(count).toBeLessThanOrEqual(scenario.executions + died);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a second delivery of the same event', () => {
  it('runs nothing again, even after the queue has forgotten the first', async () => {
    const { actors, executions } = createCountingActors();
    const world = createWorld(toTriggers({ name: 't', actor: 'counting' }), actors);
    await world.send(event);
    await world.drain();
    await world.clock.advance(24 * 3_600_000);
    await world.send(event);
    expect(await world.queue.depth()).toBe(1);
    await world.drain();
    expect(executions.get('t')).toBe(1);
    expect(await world.runs()).toHaveLength(1);
    expect(await world.events()).toHaveLength(1);
  });
});
