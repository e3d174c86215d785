import fc from 'fast-check';
import { isEnded, type Run } from '../../../shared/domain/run.ts';
import { RejectedError } from '../../../shared/errors.ts';
import { cancel } from '../../../shared/pipeline/cancel.ts';
import { resubmit } from '../../../shared/pipeline/dead-letters.ts';
import { emit } from '../../../shared/pipeline/emit.ts';
import type { Engine } from '../../../shared/pipeline/engine.ts';
import { pauseTrigger, resumeTrigger } from '../../../shared/pipeline/pause.ts';
import { replayRun } from '../../../shared/pipeline/replay-run.ts';
import { CrashPlan, LOCK_MS } from '../../helpers/world.ts';
import type { Model, Sent } from './model.ts';
import { MAX_DELIVERIES } from './process.ts';
import type { Behaviour } from './script.ts';
import type { Site } from './site.ts';
import { ALL } from './triggers.ts';

type Command = fc.AsyncCommand<Model, Site>;

interface Doing {
  /** As the report of a failure shows it. */
  readonly text: string;
  readonly check?: (model: Model) => boolean;
  readonly run: (model: Model, site: Site) => Promise<unknown>;
}

/** After each, nothing may have happened that must not. */
function toCommand({ text, check = () => true, run }: Doing): Command {
  return {
    check,
    async run(model, site) {
      await run(model, site);
      site.assertSound();
    },
    toString: () => text,
  };
}

function send({ id, n, type, key }: Sent): (engine: Engine) => Promise<unknown> {
  return (engine) => emit(engine, 'github', { id, type, data: { n, key }, fields: {} });
}

/** By a number that may be greater than there are. */
function pick<T>(items: readonly T[], index: number): T | undefined {
  return items.length === 0 ? undefined : items[index % items.length];
}

const instance = fc.nat({ max: 1 });
const index = fc.nat({ max: 50 });
const key = fc.constantFrom('x', 'y');

const deliver = fc
  .record({ instance, index, keys: fc.array(key, { minLength: 1, maxLength: 4 }) })
  .map(({ instance, index, keys }) =>
    toCommand({
      text: `deliver(${index}, ${keys}, to ${instance})`,
      run: async (model, site) => {
        const type = pick(model.types, index) ?? ALL;
        for (const key of keys) {
          await site.ask(instance, send(model.addEvent(type, key, site.world.clock.now())));
        }
      },
    }),
  );

/** Before it is received, while the queue remembers it, or later: as time has passed meanwhile. */
const duplicate = fc.record({ instance, index }).map(({ instance, index }) =>
  toCommand({
    text: `duplicate(${index}, to ${instance})`,
    check: (model) => model.events.length > 0,
    run: async (model, site) => {
      const event = pick(model.events, index);
      if (event) await site.ask(instance, send(event));
    },
  }),
);

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  ends: fc.constantFrom('succeeded', 'succeeded', 'again', 'again', 'again', 'forGood'),
  ms: fc.constantFrom(0, 3000, 15_000, 25_000),
  isStubborn: fc.boolean(),
});

const tell = fc.array(behaviour, { minLength: 1, maxLength: 6 }).map((behaviours) => {
  const shown = behaviours.map(
    ({ ends, ms, isStubborn }) => `${ends}${ms ? ` in ${ms}` : ''}${isStubborn ? ' !' : ''}`,
  );
  return toCommand({
    text: `tell(${shown.join(', ')})`,
    run: async (_, site) => site.journal.script.tell(behaviours),
  });
});

const crash = fc
  .record({
    instance,
    at: fc.integer({ min: 1, max: 15 }),
    when: fc.constantFrom('before' as const, 'after' as const),
  })
  .map(({ instance, at, when }) =>
    toCommand({
      text: `crash(${instance}, ${when} write ${at})`,
      run: async (_, site) => site.planCrash(instance, new CrashPlan(at, when)),
    }),
  );

/** It dies again and again, until messages are given up. */
const storm = fc
  .array(fc.record({ instance, at: fc.integer({ min: 1, max: 12 }) }), {
    ...{ minLength: 2, maxLength: MAX_DELIVERIES + 2 },
  })
  .map((crashes) =>
    toCommand({
      text: `storm(${crashes.map(({ instance, at }) => `${instance}: ${at}`)})`,
      run: async (_, site) => {
        for (const { instance, at } of crashes) {
          site.planCrash(instance, new CrashPlan(at, at % 2 === 0 ? 'before' : 'after'));
          await site.receive(instance);
          await site.pass(LOCK_MS + 1);
        }
      },
    }),
  );

const kill = instance.map((instance) =>
  toCommand({ text: `kill(${instance})`, run: (_, site) => site.kill(instance) }),
);

const freeze = fc
  .record({ instance, ms: fc.constantFrom(11_000, 25_000) })
  .map(({ instance, ms }) =>
    toCommand({
      text: `freeze(${instance}, ${ms})`,
      run: (_, site) => site.freeze(instance, ms),
    }),
  );

const pass = fc
  .constantFrom(500, 4000, 10_001, 20_001, 60_000, 601_000)
  .map((ms) => toCommand({ text: `pass(${ms})`, run: (_, site) => site.pass(ms) }));

const run = fc
  .constantFrom(0, 1000, 5000, 12_000, 30_000, 60_000)
  .map((ms) => toCommand({ text: `run(${ms})`, run: (_, site) => site.run(ms) }));

const receive = instance.map((instance) =>
  toCommand({ text: `receive(${instance})`, run: (_, site) => site.receive(instance) }),
);

const pause = fc.record({ instance, index }).map(({ instance, index }) =>
  toCommand({
    text: `pause(${index}, by ${instance})`,
    run: async (model, site) => {
      const trigger = pick(model.triggers, index) ?? 'plain';
      model.pause(trigger, site.world.clock.now());
      const asked = { by: 'operator', message: 'maintenance' } as const;
      await site.ask(instance, (engine) => pauseTrigger(engine, trigger, asked));
    },
  }),
);

const resume = fc.record({ instance, index }).map(({ instance, index }) =>
  toCommand({
    text: `resume(${index}, by ${instance})`,
    run: async (model, site) => {
      const trigger = pick(model.triggers, index) ?? 'plain';
      await site.ask(instance, (engine) => resumeTrigger(engine, trigger));
      model.resume(trigger, site.world.clock.now());
    },
  }),
);

/** What must be changed before it can be done is no fault. */
async function unlessRejected(doing: Promise<unknown>): Promise<void> {
  try {
    await doing;
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
  }
}

function aboutRun(
  name: string,
  isWanted: (run: Run) => boolean,
  act: (model: Model, site: Site, asked: { run: Run; instance: number }) => Promise<unknown>,
) {
  return fc.record({ instance, index }).map(({ instance, index }) =>
    toCommand({
      text: `${name}(${index}, by ${instance})`,
      check: (model) => model.events.length > 0,
      run: async (model, site) => {
        const run = pick((await site.world.runs()).filter(isWanted), index);
        if (run) await act(model, site, { run, instance });
      },
    }),
  );
}

const cancelOne = aboutRun(
  'cancel',
  (run) => !isEnded(run),
  async (model, site, { run, instance }) => {
    model.cancelled.add(run.id);
    await site.ask(instance, (engine) => cancel(engine, run.id, 'asked to'));
  },
);

const replay = aboutRun('replay', isEnded, async (model, site, { run, instance }) => {
  const uses = model.replays.size % 2 === 0 ? 'original' : 'present';
  const key = `replay ${model.replays.size}`;
  const asked = site.ask(instance, (engine) => replayRun(engine, run.id, { uses, key }));
  await unlessRejected(asked.then(({ runId }) => model.replays.add(runId)));
});

const resubmitOne = fc.record({ instance, index }).map(({ instance, index }) =>
  toCommand({
    text: `resubmit(${index}, by ${instance})`,
    check: (model) => model.events.length > 0,
    run: async (model, site) => {
      const letter = pick(await site.world.deadLetters(), index);
      if (!letter) return;
      for (const runId of letter.runIds) model.resubmitted.add(runId);
      await unlessRejected(site.ask(instance, (engine) => resubmit(engine, letter.id)));
    },
  }),
);

/** What happens often is there several times. */
export const COMMANDS: fc.Arbitrary<Command>[] = [
  ...[deliver, deliver, deliver, deliver, run, run, receive, receive, receive, pass, tell, tell],
  ...[crash, crash, kill, freeze, storm, duplicate, pause, resume, cancelOne, replay, resubmitOne],
];
