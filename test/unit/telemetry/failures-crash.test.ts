import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { CrashPlan, createWorld, LOCK_MS, toTriggers } from '../../helpers/world.ts';

/** Alerts read these counts: one too many is better than none. */

class Broken extends Actor {
  execute(): never {
    throw new TerminalError('no_use', 'no');
  }
}

class Good extends Actor {
  execute(): string {
    return 'done';
  }
}

function createSubject(more: object = {}, count = 1) {
  const telemetry = createRecordingTelemetry();
  const names = Array.from({ length: count }, (_, index) => ({ name: `t${index}`, ...more }));
  const triggers = toTriggers(...names.map((name) => ({ actor: 'broken', ...name })));
  const world = createWorld(triggers, { broken: Broken, good: Good }, { telemetry });
  const measured = (start: string) => telemetry.measured.filter((one) => one.startsWith(start));
  return {
    world,
    failed: () => measured('heddle.runs {').filter((one) => one.includes('"failed"')),
    deadLetters: () => measured('heddle.dead_letters'),
  };
}

type Subject = ReturnType<typeof createSubject>;

async function fail({ world }: Subject, plan?: CrashPlan): Promise<void> {
  await world.send(createEvent({ type: 'push' }));
  await world.drain(plan ? [plan] : []);
}

async function countWrites(create: () => Subject): Promise<number> {
  const plan = new CrashPlan();
  await fail(create(), plan);
  return plan.writes;
}

describe.each([
  ['a run', () => createSubject()],
  ['a run with an ordering key', () => createSubject({ orderingKey: '{{ event.ref }}' })],
  ['a run in a slot', () => createSubject({ maxConcurrent: 1 })],
])('%s that fails', (_, create) => {
  it('is counted once, as a failed run and as a dead letter', async () => {
    const subject = create();
    await fail(subject);
    expect(subject.failed()).toHaveLength(1);
    expect(subject.deadLetters()).toEqual(['heddle.dead_letters {"kind":"run"} 1']);
  });

  it.each(['before', 'after'] as const)(
    'is counted although the process dies %s any one of its writes',
    async (when) => {
      const writes = await countWrites(create);
      expect(writes).toBeGreaterThan(3);
      for (let at = 1; at <= writes; at++) {
        const subject = create();
        await fail(subject, new CrashPlan(at, when));
        expect((await subject.world.runs()).map(({ status }) => status)).toEqual(['failed']);
        expect(subject.failed().length, `failed runs, write ${at}`).toBeGreaterThanOrEqual(1);
      }
    },
  );
});

describe('a message that is given up', () => {
  const LETTER = 'heddle.dead_letters {"kind":"event"} 1';

  /** Dies at ten deliveries before anything is recorded, and at the last as planned. */
  async function giveUp(subject: Subject, last?: CrashPlan): Promise<void> {
    const { world } = subject;
    await world.send(createEvent({ type: 'push' }));
    for (let delivery = 0; delivery < 10; delivery++) {
      await world.work(new CrashPlan(1, 'before'));
      await world.clock.advance(LOCK_MS + 1);
    }
    await world.drain(last ? [last] : []);
  }

  it('is counted by its kind, and so are the runs that fail with it', async () => {
    const subject = createSubject({ actor: 'good' }, 2);
    await giveUp(subject);
    expect(subject.failed()).toHaveLength(2);
    expect(subject.deadLetters()).toEqual([LETTER]);
  });

  it.each(['before', 'after'] as const)(
    'is counted although the process dies %s any one of its writes',
    async (when) => {
      const plan = new CrashPlan();
      await giveUp(createSubject({ actor: 'good' }), plan);
      expect(plan.writes).toBeGreaterThan(2);
      for (let at = 1; at <= plan.writes; at++) {
        const subject = createSubject({ actor: 'good' });
        await giveUp(subject, new CrashPlan(at, when));
        expect(subject.deadLetters().length, `write ${at}`).toBeGreaterThanOrEqual(1);
        expect(new Set(subject.deadLetters())).toEqual(new Set([LETTER]));
      }
    },
  );
});
