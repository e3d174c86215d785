import { Actor, type ActorClass, type Actors } from '../actors/actor.ts';
import { createRuntime } from '../actors/create-runtime.ts';
import type { TriggerExplanation } from '../api/explain.ts';
import type { AppDefinition } from '../composition/define-app.ts';
import { isJsonObject } from '../domain/json.ts';
import { toFailureActor } from '../domain/on-failure-schema.ts';
import type { RunError } from '../domain/run.ts';
import type { Trigger } from '../domain/trigger.ts';
import { ConfigError } from '../errors/errors.ts';
import { withInput } from './actor-input.ts';
import { openTestApp, type TestAppOptions } from './create-test-app.ts';
import { withOwnSource } from './own-source.ts';
import { explainTriggerOf } from './test-api.ts';
import { parseYaml } from './test-definitions.ts';
import { type TestEvent, takeEvent } from './test-event.ts';

export interface ExplainOptions extends Pick<TestAppOptions, 'now' | 'settings'> {
  /** Sources, as in a triggers file, where the trigger's own needs settings. */
  readonly sources?: object;
  /** An app whose actors' schemas parse the input, and whose pollers the trigger may name. */
  readonly app?: AppDefinition;
}

/** Decision of a trigger for an event. */
export type ExplainedTrigger = TriggerExplanation & {
  /** The input that the actor would get; absent without a match. */
  readonly input?: unknown;
  /** With `forEach`: the input of each run; `input` is that of the first. */
  readonly inputs?: readonly unknown[];
  /** Why the actor would get none, though the trigger matches. */
  readonly error?: RunError;
};

/**
 * Decides for an event as the engine does. No actor is run.
 * @param trigger the text of a trigger in YAML, or an object; its `name` may be left out
 * @param event its source and type are the trigger's, unless it names others
 * @example
 * const { outcome, clause } = await explainTrigger(
 *   'source: github\neventType: issues.opened\nactor: greeter',
 *   { type: 'issues.closed' },
 * );
 * @throws {ConfigError} the trigger has faults
 */
export async function explainTrigger(
  trigger: string | object,
  event: TestEvent = {},
  options: ExplainOptions = {},
): Promise<ExplainedTrigger> {
  const { orderingKey: _, ...written } = toWritten(trigger);
  const { sources = {}, app = {}, now, settings } = options;
  const { file, isOwn } = await withOwnSource(written, sources);
  const runtime = createRuntime();
  runtime.registerTrigger(written.name, written as never);
  for (const [, poller] of app.runtime?.registrations.pollers ?? []) runtime.registerPoller(poller);
  const inputs = new Map<string, unknown[]>();
  const actors = observeAll(
    [written.actor, toFailureActor(written.onFailure)?.actor],
    app.actors ?? {},
    inputs,
  );
  const opened = await openTestApp({
    ...{ ...(now && { now }), ...(settings && { settings }) },
    ...{ app: { actors, runtime }, triggers: { sources: file.sources } },
  });
  await using test = opened.test;
  const given = { source: written.source, ...toType(written), ...event };
  const { id, source } = await takeEvent(opened, isOwn ? { fields: {}, ...given } : given);
  await test.drain();
  const json = await explainTriggerOf(opened.app, written.name, { id, source });
  const run = (await test.runs(written.name)).find(({ eventId }) => eventId === id);
  const error = run?.status === 'failed' && !inputs.has(id) ? { error: run.error } : {};
  const found = inputs.get(id);
  const many = found && written.forEach !== undefined ? { inputs: found } : {};
  return { ...json, ...error, ...(found ? { input: found[0] } : {}), ...many };
}

const UNUSABLE = 'The trigger cannot be used';

interface Written {
  readonly name: string;
  readonly source: string;
  readonly actor: string;
  readonly onFailure?: Trigger['onFailure'];
  readonly eventType?: string | readonly string[];
  readonly orderingKey?: unknown;
  readonly forEach?: unknown;
}

function toWritten(trigger: string | object): Written {
  const found = typeof trigger === 'string' ? parseYaml(trigger, UNUSABLE) : trigger;
  const one = Array.isArray(found) && found.length === 1 ? found[0] : found;
  if (!isJsonObject(one)) {
    throw new ConfigError(UNUSABLE, ['expected one trigger, as an object']);
  }
  return { name: 'trigger', source: '', actor: '', ...one } as Written;
}

/** The first of its types, unless that is a pattern. */
function toType({ eventType, name }: Written): { readonly type?: string } {
  const [type = name] = Array.isArray(eventType) ? eventType : [eventType];
  return type.includes('*') ? {} : { type };
}

/** Actors of these names that note their input by the event's id, and do nothing. */
function observeAll(
  names: readonly (string | undefined)[],
  actors: Actors,
  inputs: Map<string, unknown[]>,
): Actors {
  const known = names.filter((name) => name !== undefined).filter(Boolean);
  return Object.fromEntries(known.map((name) => [name, observe(actors[name], inputs)]));
}

function observe(real: ActorClass | undefined, inputs: Map<string, unknown[]>): ActorClass {
  class Observing extends Actor {
    execute(input: unknown): void {
      const { eventId } = this.context.triggerContext;
      inputs.set(eventId, [...(inputs.get(eventId) ?? []), input]);
    }
  }
  return withInput(Observing, real);
}
