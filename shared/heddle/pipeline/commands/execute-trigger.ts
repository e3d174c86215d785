import { randomUUID } from 'node:crypto';
import { MANUAL_SOURCE } from '../../domain/built-in-sources.ts';
import type { Decision } from '../../domain/decision.ts';
import { EmittedIdSchema } from '../../domain/emitted.ts';
import type { Event } from '../../domain/event.ts';
import { toEventKey, toRunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { SUBSCRIBERS } from '../../domain/subscribers.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { RejectedCode } from '../../errors/codes.ts';
import { RejectedError } from '../../errors/errors.ts';
import { createPayloadCheck } from '../../sources/payload-schema.ts';
import type { SourceEvent } from '../../sources/source.ts';
import { decide } from '../../triggers/match/index.ts';
import { type Emitting, type Engine, type Matching, toTimestamp } from '../engine/index.ts';
import { checkData, enqueueEvent, parse } from '../events/index.ts';
import { countIngested } from '../telemetry/index.ts';

/** Data of a caller for a manual trigger. */
export interface Execution {
  readonly data: JsonObject;
  /**
   * The caller's Idempotency-Key: a repeated request with it does not run the trigger a second
   * time.
   */
  readonly key?: string | undefined;
}

/**
 * Runs a manual trigger, or one in `mode: manual`, with the data of a caller. A paused trigger
 * accepts it, and acts by its `whilePaused`. A trigger in code without an actor runs those that
 * subscribe to it.
 * @throws {RejectedError} 404; 409 where the trigger would not run; 422 where the data does not fit
 */
export async function executeTrigger(
  engine: Emitting & Matching,
  name: string,
  { data, key }: Execution,
): Promise<Executed> {
  await engine.states.refresh();
  const trigger = findManual(engine, name);
  await check(engine, trigger, data);
  const id = toEventId(name, key);
  const event = toManualEvent(trigger, id, data);
  const runs = requireMatch(engine, trigger, event);
  const sent = await enqueueEvent(engine, MANUAL_SOURCE, event);
  const duplicates = sent === 'duplicate' ? 1 : 0;
  countIngested(engine, MANUAL_SOURCE, { accepted: 1 - duplicates, duplicates });
  return { eventId: id, ...runs };
}

/**
 * Makes an id of the caller's key and the trigger: the same key executes another trigger as well.
 */
function toEventId(trigger: string, key: string | undefined): string {
  return key === undefined ? randomUUID() : `${trigger}:${parse(EmittedIdSchema, key, 'id')}`;
}

function findManual(
  { triggers, states }: Pick<Engine, 'triggers' | 'states'>,
  name: string,
): Trigger {
  const trigger = triggers.get(name);
  if (!trigger) throw new RejectedError('trigger_not_found', `There is no trigger "${name}".`);
  const { source, enabled, mode } = trigger;
  const refuse = (code: RejectedCode, reason: string) => {
    throw new RejectedError(code, `Trigger "${name}" ${reason}`);
  };
  if (source !== MANUAL_SOURCE && mode !== 'manual') {
    const fix = 'only one with "source: manual" can be executed, or one in "mode: manual".';
    refuse('trigger_not_manual', `takes events of the source "${source}": ${fix}`);
  }
  if (!enabled) refuse('trigger_disabled', 'is not enabled: say "enabled: true".');
  const state = states.of(name);
  if (state?.status === 'error') {
    refuse('trigger_in_error', 'is in error: see why, mend it, and resume it.');
  }
  return trigger;
}

/** Checks the data against the schema in code, or else the JSON Schema, which says less. */
async function check(
  { runtime }: Pick<Engine, 'runtime'>,
  trigger: Trigger,
  data: JsonObject,
): Promise<void> {
  const subject = `trigger "${trigger.name}"`;
  const schema = runtime?.schemas.get(trigger.name);
  if (schema) return checkData(schema, data, subject);
  if (trigger.schema) createPayloadCheck(trigger.schema, subject)(data);
}

function toManualEvent(trigger: Trigger, id: string, data: JsonObject): SourceEvent {
  const { name, eventType, mode } = trigger;
  const type = typeof eventType === 'string' && mode !== 'manual' ? eventType : name;
  return { id, type, subject: name, data, fields: { trigger: name } };
}

/** Refuses at once what the trigger would not run for. @returns the ids of its runs */
function requireMatch(
  engine: Pick<Engine, 'clock' | 'triggers' | 'redact'>,
  trigger: Trigger,
  given: SourceEvent,
): Runs {
  const now = toTimestamp(engine.clock);
  const key = toEventKey(MANUAL_SOURCE, given.id);
  const { dataJson: _, ...rest } = given;
  const event: Event = {
    ...{ ...rest, source: MANUAL_SOURCE, time: now, receivedAt: now },
    ...{ verified: true, dedupeKey: key },
  };
  const { decisions } = decide(event, key, engine.triggers, { redact: engine.redact });
  const { name } = trigger;
  if (trigger.actor === SUBSCRIBERS) return requireSubscribers(name, decisions);
  const fault = decisions.flatMap((one) => (one.trigger === name ? toFaults(one) : []))[0];
  if (fault === undefined) return { runId: toRunId(key, name) };
  throw createUnmatchedError(name, fault);
}

/** Ids of the runs that an execution makes. */
interface Runs {
  readonly runId: string;
  /** All runs of a trigger that runs its subscribers; `runId` is then the first of them. */
  readonly runIds?: readonly string[];
}

export interface Executed extends Runs {
  readonly eventId: string;
}

function requireSubscribers(name: string, decisions: readonly Decision[]): Runs {
  const others = decisions.filter(({ trigger }) => trigger !== name);
  const runIds = others.flatMap((one) => (one.outcome === 'matched' ? [one.runId] : []));
  const [runId] = runIds;
  if (runId !== undefined) return { runId, runIds };
  const faults = others.flatMap((one) => toFaults(one).map((fault) => `${one.trigger}: ${fault}`));
  const none = 'it has no actor, and nothing subscribes to it';
  throw createUnmatchedError(name, faults.length > 0 ? faults.join('; ') : none);
}

function createUnmatchedError(name: string, fault: string): RejectedError {
  return new RejectedError('trigger_unmatched', `Trigger "${name}" does not run: ${fault}.`);
}

function toFaults(decision: Decision): readonly string[] {
  const { outcome } = decision;
  if (outcome === 'error') return [`it cannot say whether it matches: ${decision.message}`];
  return outcome === 'unmatched' ? [`${decision.clause} must be ${decision.expected}`] : [];
}
