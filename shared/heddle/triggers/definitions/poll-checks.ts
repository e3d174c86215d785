import { z } from 'zod';
import type { Pollers } from '../../actors/poller.ts';
import type { ReadYaml } from '../../domain/fault.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { ConditionFault } from '../conditions/index.ts';
import { readReferences } from './references.ts';

/** Pollers that triggers name, whether they exist or not. */
export function readPollerNames(written: readonly unknown[]): readonly string[] {
  return written.flatMap((item) => readReferences(item).poller ?? []);
}

/**
 * Adds the pollers' `allowConcurrent` to triggers that do not set it. This must happen before
 * defaults are filled in, which would hide what a trigger sets itself. A trigger that gathers
 * events is left as it is, since it compares no inputs.
 */
export function withPollerDefaults(read: ReadYaml, pollers: Pollers): ReadYaml {
  if ('faults' in read || !isJsonObject(read.value)) return read;
  const { triggers } = read.value;
  if (!Array.isArray(triggers)) return read;
  const isMeant = (item: unknown) => isJsonObject(item) && isExclusive(item, pollers);
  if (!triggers.some(isMeant)) return read;
  const toItem = (item: JsonObject) => (isMeant(item) ? { ...item, allowConcurrent: false } : item);
  return { ...read, value: { ...read.value, triggers: triggers.map(toItem) } };
}

const SAID_OTHERWISE = ['allowConcurrent', 'debounce', 'batch'];

function isExclusive(item: JsonObject, pollers: Pollers): boolean {
  const PollerClass = pollers[readReferences(item).poller ?? ''];
  if (!PollerClass || SAID_OTHERWISE.some((field) => item[field] !== undefined)) return false;
  return !new PollerClass().allowConcurrent;
}

/** Faults that a poller finds in its options. */
export function findPollFaults({ poll }: Trigger, pollers: Pollers): readonly ConditionFault[] {
  const PollerClass = pollers[poll?.poller ?? ''];
  if (!poll || !PollerClass?.parseOptions) return [];
  const path = ['poll', 'with'];
  try {
    PollerClass.parseOptions(poll.with as JsonObject);
    return [];
  } catch (error) {
    if (error instanceof z.ZodError) return error.issues.flatMap((issue) => toFaults(path, issue));
    return [{ path, message: error instanceof Error ? error.message : String(error) }];
  }
}

/** Finds options that a poller accepts and that may not mean what they seem to. */
export function findPollDoubts({ poll }: Trigger, pollers: Pollers): readonly ConditionFault[] {
  const found = pollers[poll?.poller ?? '']?.findDoubts?.(poll?.with as JsonObject) ?? [];
  return found.map(({ path, message }) => ({ path: ['poll', 'with', ...path], message }));
}

function toFaults(path: readonly string[], issue: z.core.$ZodIssue): readonly ConditionFault[] {
  const inner = [...path, ...issue.path.map(String)];
  if (issue.code !== 'unrecognized_keys') return [{ path: inner, message: issue.message }];
  const message = 'the poller has no such option: take it out';
  return issue.keys.map((key) => ({ path: [...inner, key], message }));
}
