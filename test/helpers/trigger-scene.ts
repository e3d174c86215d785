import { Actor } from '../../shared/heddle/actors/actor.ts';
import type { TriggerExplanation } from '../../shared/heddle/api/explain.ts';
import type { Event } from '../../shared/heddle/domain/event.ts';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import { TerminalError } from '../../shared/heddle/errors/errors.ts';
import { TriggerLog } from '../../shared/heddle/pipeline/counts/trigger-log.ts';
// Loaded beforehand: otherwise the first template loads it, which takes longer than `deliver`
// waits.
import '../../shared/heddle/triggers/inputs/inputs.ts';
import { type ApiSide, createApiSide } from './api-side.ts';
import { createEvent } from './factories.ts';
import { createGate, type Gate } from './gated-actor.ts';
import { createWorld, toTriggers, type World, type WorldParts } from './world.ts';

/** Fails for good where the event asks for it. */
class Work extends Actor {
  execute({ isFailing = false }: { isFailing?: boolean }): string {
    if (isFailing) throw new TerminalError('asked', 'it was asked to fail');
    return 'done';
  }
}

export interface TriggerScene extends World {
  readonly side: ApiSide;
  readonly log: TriggerLog;
  /** Ends the attempts of the actor `gated`. */
  readonly gate: Gate;
  /** Enqueues an event. */
  post(id: string, event?: Partial<Event>): Promise<void>;
  /** Explanations by trigger name. */
  explain(id: string): Promise<ReadonlyMap<string | undefined, TriggerExplanation>>;
}

/** Creates triggers with the actors `work` and `gated`, and the API that reads them. */
export function createTriggerScene(
  triggers: readonly object[],
  parts: WorldParts = {},
): TriggerScene {
  const gate = createGate();
  const actors = { work: Work, gated: gate.actor };
  const world = createWorld(toTriggers(...triggers), actors, { ...parts, isCounting: true });
  const log = world.engine.triggerLog ?? new TriggerLog(world.engine);
  const side = createApiSide(world.engine, log);
  return {
    ...{ ...world, side, log, gate },
    post: (id, event) => world.send(createEvent({ id, dedupeKey: id, ...event })),
    async explain(id) {
      const { json } = await side.explainEvent(id, new URLSearchParams());
      return new Map(json.triggers.map((one) => [one.trigger, one]));
    },
  };
}

export function ask(query = ''): URLSearchParams {
  return new URLSearchParams(query);
}

/** An event with this payload only. */
export function withData(data: JsonObject): Partial<Event> {
  return { data, fields: {} };
}
