import { beforeEach, describe, expect, it } from 'vitest';
import type { RunOf } from '../../../shared/heddle/domain/run.ts';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { sendRunMessage } from '../../../shared/heddle/pipeline/runs/run-messages.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createGate, deliver, type Gate } from '../../helpers/gated-actor.ts';
import { CrashPlan, createWorld, toTriggers, type World } from '../../helpers/world.ts';

/** A pause with `keepLast` keeps the last of the runs that it holds. */

const byOperator = { by: 'operator', message: 'maintenance' } as const;

let gate: Gate;
let world: World;

beforeEach(() => {
  gate = createGate();
  const trigger = { name: 't', actor: 'gated', maxConcurrent: 1, whilePaused: 'keepLast' };
  world = createWorld(toTriggers(trigger), { gated: gate.actor });
});

async function send(...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await world.send(createEvent({ id }));
    await deliver(world);
    await world.clock.advance(1);
  }
}

async function runOf(eventId: string) {
  return (await world.runs()).find((run) => run.eventId === eventId);
}

/** Delivers a waiting run now. */
async function wake(eventId: string): Promise<void> {
  const run = (await runOf(eventId)) as RunOf<'queued'>;
  await sendRunMessage(world.engine, { ...run, dueAt: new Date(world.clock.now()).toISOString() });
  await deliver(world);
}

describe('of runs that are held by a pause', () => {
  it('the last is kept, also where it is held first', async () => {
    await send('executed', 'earlier', 'later');
    await pauseTrigger(world.engine, 't', byOperator);
    await wake('later');
    await wake('earlier');
    const later = await runOf('later');
    expect(later).toMatchObject({ status: 'queued', held: { limit: 'paused' } });
    const held = { limit: 'paused', by: later?.id };
    expect(await runOf('earlier')).toMatchObject({ status: 'skipped', held });
    await gate.end('executed');
    expect(await resumeTrigger(world.engine, 't')).toBe(1);
    await deliver(world);
    expect(gate.begun).toEqual(['executed', 'later']);
  });

  it('one alone is let go, though a crash has left two', async () => {
    let found = 0;
    for (let at = 1; ; at++) {
      gate = createGate();
      world = createWorld(toTriggers({ name: 't', actor: 'gated', whilePaused: 'keepLast' }), {
        gated: gate.actor,
      });
      await pauseTrigger(world.engine, 't', byOperator);
      await send('earlier');
      await world.send(createEvent({ id: 'later' }));
      const plan = new CrashPlan(at, 'before');
      await world.work(plan);
      world.crashNext(new CrashPlan());
      if (!plan.hasCrashed) break;
      const { lastHeld } = (await world.engine.states.change('t', () => undefined)) ?? {};
      const [earlier, later] = [await runOf('earlier'), await runOf('later')];
      if (earlier?.status !== 'queued' || lastHeld !== later?.id) continue;
      found++;
      expect(await resumeTrigger(world.engine, 't')).toBe(1);
      await deliver(world);
      expect(gate.begun).toEqual(['later']);
      expect(await runOf('earlier')).toMatchObject({ status: 'skipped', held: { by: later?.id } });
    }
    expect(found).toBe(1);
  });
});
