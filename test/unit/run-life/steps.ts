import { isEnded, type Run } from '../../../shared/heddle/domain/run.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { resubmit } from '../../../shared/heddle/pipeline/commands/resubmit.ts';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { cancelRunById } from '../../../shared/heddle/pipeline/completion/cancel-run.ts';
import type { Engine } from '../../../shared/heddle/pipeline/engine/engine.ts';
import { enqueueEvent } from '../../../shared/heddle/pipeline/events/enqueue-events.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { replayRun } from '../../../shared/heddle/pipeline/replays/replay-run.ts';
import { CrashPlan, LOCK_MS } from '../../helpers/world.ts';
import type { Model, Sent } from './model.ts';
import type { Behaviour } from './script.ts';
import type { Site } from './site.ts';
import { ALL } from './triggers.ts';

/** An event in the life of the site, or a request to it. */
export interface Step {
  /** The text in the report of a failure. */
  readonly text: string;
  readonly run: (model: Model, site: Site) => Promise<unknown>;
}

/** Picks an item by a number that may exceed the list. */
function pick<T>(items: readonly T[], index: number): T | undefined {
  return items.length === 0 ? undefined : items[index % items.length];
}

function send({ id, n, type, key }: Sent): (engine: Engine) => Promise<unknown> {
  return (engine) => enqueueEvent(engine, 'github', { id, type, data: { n, key }, fields: {} });
}

/** Sends an event of a type for each key, one after the other. */
export function deliver(index: number, keys: readonly string[], instance = 0): Step {
  return {
    text: `deliver(${index}, ${JSON.stringify(keys)}, ${instance})`,
    run: async (model, site) => {
      const type = pick(model.types, index) ?? ALL;
      for (const key of keys) {
        await site.ask(instance, send(model.addEvent(type, key, site.world.clock.now())));
      }
    },
  };
}

/**
 * Sends an event again. Depending on the time passed, it is not yet received, still remembered, or
 * forgotten by the queue.
 */
export function duplicate(index: number, instance = 0): Step {
  return {
    text: `duplicate(${index}, ${instance})`,
    run: async (model, site) => {
      const event = pick(model.events, index);
      if (event) await site.ask(instance, send(event));
    },
  };
}

export function tell(...behaviours: readonly Behaviour[]): Step {
  return {
    text: `tell(${behaviours.map((one) => JSON.stringify(one))})`,
    run: async (_, site) => site.journal.script.tell(behaviours),
  };
}

export type When = 'before' | 'after';

/** Makes the instance crash at one of its next writes. */
export function crash(at: number, when: When, instance = 0): Step {
  return {
    text: `crash(${at}, '${when}', ${instance})`,
    run: async (_, site) => site.planCrash(instance, new CrashPlan(at, when)),
  };
}

/** Crashes again and again, until messages are given up. */
export function storm(...crashes: readonly (readonly [at: number, instance: number])[]): Step {
  return {
    text: `storm(${crashes.map((one) => JSON.stringify(one))})`,
    run: async (_, site) => {
      for (const [at, instance] of crashes) {
        site.planCrash(instance, new CrashPlan(at, at % 2 === 0 ? 'before' : 'after'));
        await site.receive(instance);
        await site.pass(LOCK_MS + 1);
      }
    },
  };
}

export function kill(instance = 0): Step {
  return { text: `kill(${instance})`, run: (_, site) => site.kill(instance) };
}

export function freeze(ms: number, instance = 0): Step {
  return { text: `freeze(${ms}, ${instance})`, run: (_, site) => site.freeze(instance, ms) };
}

export function pass(ms: number): Step {
  return { text: `pass(${ms})`, run: (_, site) => site.pass(ms) };
}

export function work(ms: number): Step {
  return { text: `work(${ms})`, run: (_, site) => site.run(ms) };
}

export function receive(instance = 0): Step {
  return { text: `receive(${instance})`, run: (_, site) => site.receive(instance) };
}

export function pause(index: number, instance = 0): Step {
  return {
    text: `pause(${index}, ${instance})`,
    run: async (model, site) => {
      const trigger = pick(model.triggers, index) ?? 'plain';
      model.pause(trigger, site.world.clock.now());
      const asked = { by: 'operator', message: 'maintenance' } as const;
      await site.ask(instance, (engine) => pauseTrigger(engine, trigger, asked));
    },
  };
}

export function resume(index: number, instance = 0): Step {
  return {
    text: `resume(${index}, ${instance})`,
    run: async (model, site) => {
      const trigger = pick(model.triggers, index) ?? 'plain';
      await site.ask(instance, (engine) => resumeTrigger(engine, trigger));
      model.resume(trigger, site.world.clock.now());
    },
  };
}

export function cancelOne(index: number, instance = 0): Step {
  return {
    text: `cancelOne(${index}, ${instance})`,
    run: async (model, site) => {
      const run = await pickRun(site, index, (run) => !isEnded(run));
      if (!run) return;
      model.cancelled.add(run.id);
      await site.ask(instance, (engine) => cancelRunById(engine, run.id, 'asked to'));
    },
  };
}

export function replay(index: number, instance = 0): Step {
  return {
    text: `replay(${index}, ${instance})`,
    run: async (model, site) => {
      const run = await pickRun(site, index, isEnded);
      if (!run) return;
      const uses = model.replays.size % 2 === 0 ? 'original' : 'present';
      const key = `replay ${model.replays.size}`;
      await unlessRejected(async () => {
        const act = (engine: Engine) => replayRun(engine, run.id, { uses, key });
        model.replays.add((await site.ask(instance, act)).runId);
      });
    },
  };
}

async function pickRun(site: Site, index: number, isWanted: (run: Run) => boolean) {
  return pick((await site.world.runs()).filter(isWanted), index);
}

export function resubmitOne(index: number, instance = 0): Step {
  return {
    text: `resubmitOne(${index}, ${instance})`,
    run: async (model, site) => {
      const letter = pick(await site.world.deadLetters(), index);
      if (!letter) return;
      for (const runId of letter.runIds) model.resubmitted.add(runId);
      await unlessRejected(() => site.ask(instance, (engine) => resubmit(engine, letter.id)));
    },
  };
}

/** Ignores a rejected request, which is not a fault. */
async function unlessRejected(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
  }
}
