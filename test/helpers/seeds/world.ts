import {
  Actor,
  type ActorClass,
  type TriggerContext,
} from '../../../shared/heddle/actors/actor.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import type { PollRecord } from '../../../shared/heddle/domain/ledger.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { Ticker } from '../../../shared/heddle/pipeline/schedules/ticker.ts';
import { POLL_RECORDS } from '../../../shared/heddle/ports/collections.ts';
import { withoutTriggerEvent } from '../../../shared/heddle/triggers/inputs/trigger-event.ts';
import { createWorld, toTriggers, type World } from '../world.ts';
import { createCode } from './code.ts';
import { FETCHING_ACTOR, seeds } from './file.ts';
import { createOutside, type Outside } from './outside.ts';

/** A trigger beside those of the file, whose run has an output or fails. */
export const STARTER = 'fetch-data';

class Fetching extends Actor {
  execute({ fails }: { readonly fails?: boolean }) {
    if (fails) throw new TerminalError('nothing there');
    return { processed_data: [1, 2, 3], rows: 3 };
  }
}

/** The input of one execution. */
export interface Handed {
  readonly trigger: string;
  readonly input: JsonObject;
  readonly context: TriggerContext;
}

export interface SeedWorld extends World {
  readonly outside: Outside;
  readonly handed: readonly Handed[];
  /** Plans schedules and polls. */
  tick(): Promise<void>;
  /** Runs the app for this long: what falls due is done, second by second. */
  live(seconds: number): Promise<void>;
  /** Names of triggers that have runs. */
  ran(): Promise<readonly string[]>;
  /** The input of a trigger's only run, without `_trigger_event`. */
  inputOf(trigger: string): JsonObject | undefined;
  pollsOf(trigger: string): Promise<PollRecord | undefined>;
}

interface Options {
  /** Uses only these triggers of the file. */
  readonly only?: readonly string[];
  /** Fields changed in each of them. */
  readonly changed?: Partial<Trigger>;
  /** The actor of every trigger; absent: one that records its input. */
  readonly actor?: ActorClass;
  readonly runtime?: ReturnType<typeof createCode>;
}

/** The engine with the triggers of the file. */
export function createSeedWorld(options: Options = {}): SeedWorld {
  const { only, changed, actor, runtime = createCode() } = options;
  const handed: Handed[] = [];
  class Noting extends Actor {
    execute(input: JsonObject): void {
      const { triggerContext: context } = this.context;
      handed.push({ trigger: context.triggerName, input, context });
    }
  }
  const chosen = seeds.triggers.filter(({ name }) => only?.includes(name) ?? true);
  const triggers = chosen.map((trigger) => ({ ...trigger, ...changed }));
  const actors = Object.fromEntries(triggers.map((trigger) => [trigger.actor, actor ?? Noting]));
  const starter = toTriggers({ name: STARTER, source: 'manual', actor: FETCHING_ACTOR });
  const outside = createOutside();
  const world = createWorld(
    [...triggers, ...starter],
    { ...actors, [FETCHING_ACTOR]: Fetching },
    {
      ...{ code: runtime.registrations.code, http: outside.http, probes: outside.probes },
      pollers: { ...seeds.pollers, ...outside.pollers },
    },
  );
  const ticker = new Ticker(world.engine);
  return {
    ...world,
    ...{ outside, handed },
    tick: () => ticker.tick(),
    async live(seconds) {
      for (let second = 0; second < seconds; second++) {
        await ticker.tick();
        await world.clock.advance(1000);
        while ((await world.work()) > 0);
      }
    },
    ran: async () => (await world.runs()).map(({ trigger }) => trigger).toSorted(),
    inputOf(trigger) {
      const [only, ...others] = handed.filter((one) => one.trigger === trigger);
      return only && others.length === 0 ? withoutTriggerEvent(only.input) : undefined;
    },
    pollsOf: async (trigger) => (await world.store.read(POLL_RECORDS, trigger))?.document,
  };
}
