import type { z } from 'zod';
import { findNearest } from '../../domain/did-you-mean.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { Doubt, Path } from './doubt.ts';
import type { ActorInput, Surroundings } from './surroundings.ts';

/** Something that an actor will refuse. */
export interface InputIssue extends Doubt {
  /** Whether every run would fail by it, whatever the event. */
  readonly isCertain: boolean;
}

/** The parts of an input that are known before there is an event. */
interface Planned {
  readonly input: Readonly<Record<string, unknown>>;
  /** Keys whose values only the event decides. */
  readonly dynamic: ReadonlySet<string>;
  /** Where each key is written. */
  readonly places: ReadonlyMap<string, Path>;
  /** Whether further keys may come: those of another run's output. */
  readonly isOpen: boolean;
}

/** Stands for a text that only the event decides. */
const SOME_TEXT = 'x';

/** Finds what an actor will refuse in the input that a trigger makes for it. */
export function findInputIssues(
  trigger: Trigger,
  { inputs, transformed }: Pick<Surroundings, 'inputs' | 'transformed'>,
): readonly InputIssue[] {
  const actor = Object.hasOwn(inputs, trigger.actor) ? inputs[trigger.actor] : undefined;
  const isMade = transformed?.has(trigger.name) ?? false;
  const planned = actor && planInput(trigger, isMade);
  if (!planned) return [];
  return readIssues(actor.schema, planned.input).flatMap((issue) =>
    toIssues(issue, planned, actor, trigger.actor),
  );
}

/** @returns undefined where the event, or code, decides all of it */
function planInput(trigger: Trigger, isMade: boolean): Planned | undefined {
  const { defaultInputs, inputMapping, outputMapping, variables, transform } = trigger;
  const { passOutputs = false, debounce, batch } = trigger;
  // What gathers events gives them as `events`, beside what is fixed.
  if (debounce || batch || isMade) return undefined;
  const layers = { defaultInputs, outputMapping, inputMapping, variables };
  const hasLayers = passOutputs || Object.values(layers).some((layer) => layer !== undefined);
  if (hasLayers) return plan(layers, passOutputs);
  return transform ? plan({ transform }, false) : undefined;
}

type Layer = JsonObject | Readonly<Record<string, string>> | undefined;
const MAPPINGS: readonly string[] = ['outputMapping', 'inputMapping'];

/** @param layers later ones override earlier ones, key by key */
function plan(layers: Readonly<Record<string, Layer>>, isOpen: boolean): Planned {
  const input: Record<string, unknown> = {};
  const dynamic = new Set<string>();
  const places = new Map<string, Path>();
  const entries = Object.entries(layers).flatMap(([layer, values = {}]) =>
    Object.entries(values).map(([key, value]) => ({ layer, key, value: value as unknown })),
  );
  for (const { layer, key, value } of entries) {
    const isMapped = MAPPINGS.includes(layer);
    const isDynamic = isMapped || (layer !== 'defaultInputs' && hasTemplate(value));
    // A mapping that leads nowhere leaves what was there.
    if (!isMapped || !Object.hasOwn(input, key)) {
      input[key] = isDynamic && typeof value === 'string' ? SOME_TEXT : value;
    }
    if (isDynamic) dynamic.add(key);
    else dynamic.delete(key);
    places.set(key, [layer, key]);
  }
  return { input, dynamic, places, isOpen };
}

function hasTemplate(value: unknown): boolean {
  if (typeof value === 'string') return /\{[{%]/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasTemplate);
}

function readIssues(schema: z.ZodType, input: unknown): readonly z.core.$ZodIssue[] {
  try {
    return schema.safeParse(input, { jitless: true }).error?.issues ?? [];
  } catch {
    // Whoever checks with promises, or throws, is asked when there is an event.
    return [];
  }
}

function toIssues(
  issue: z.core.$ZodIssue,
  planned: Planned,
  actor: ActorInput,
  name: string,
): readonly InputIssue[] {
  const [key] = issue.path;
  if (issue.code === 'unrecognized_keys') return toUnknown(issue, planned, actor);
  if (key === undefined) return toWhole(issue, planned, name);
  const place = planned.places.get(String(key));
  if (!place) return planned.isOpen ? [] : [toMissing(issue, planned, actor, name)];
  if (planned.dynamic.has(String(key))) return [];
  const path = [...place, ...issue.path.slice(1).map(toStep)];
  const message = `the actor ${name} refuses it in every run: ${issue.message}`;
  return [{ path, message, isCertain: false }];
}

function toStep(step: PropertyKey): string | number {
  return typeof step === 'number' ? step : String(step);
}

function toUnknown(
  { keys, path }: z.core.$ZodIssueUnrecognizedKeys,
  { places }: Planned,
  { schema }: ActorInput,
): readonly InputIssue[] {
  const known = path.length === 0 ? listFields(schema) : [];
  return keys.map((key) => {
    const [top = key, ...inner] = [...path, key].map(toStep);
    const place = places.get(String(top)) ?? ['defaultInputs', String(top)];
    const near = findNearest(key, known);
    const hint = near === undefined ? toKnown(known) : `: did you mean ${near}?`;
    const message = `the actor has no input of this name, and every run fails by it${hint}`;
    return { path: [...place, ...inner], message, isCertain: false };
  });
}

function toKnown(known: readonly string[]): string {
  return known.length === 0 ? ': take it out' : ` (it takes ${known.join(', ')})`;
}

/** What is wrong with the input as a whole: `expected either url or webhookSetting`. */
function toWhole(
  { message, code }: z.core.$ZodIssue,
  { isOpen, places }: Planned,
  name: string,
): readonly InputIssue[] {
  if (isOpen || code !== 'custom') return [];
  const [first] = places.values();
  const path = first?.slice(0, 1) ?? ['actor'];
  const why = `the actor ${name} refuses it in every run: ${message}`;
  return [{ path, message: why, isCertain: false }];
}

function toMissing(
  { path, message }: z.core.$ZodIssue,
  { places }: Planned,
  { isSink, schema }: ActorInput,
  name: string,
): InputIssue {
  const key = path.map(String).join('.');
  const near = findNearest(
    key,
    [...places.keys()].filter((one) => !listFields(schema).includes(one)),
  );
  const hint =
    near === undefined
      ? `: add ${key} under variables or defaultInputs`
      : `: is ${near} meant to be ${key}?`;
  return {
    path: ['actor'],
    message: `${name} needs ${key}, and nothing gives it${hint} (${message})`,
    isCertain: isSink,
  };
}

/** The names of the fields that a schema of an object takes. */
function listFields(schema: z.core.$ZodType): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') return Object.keys(def.shape);
  if (def.type === 'union') return [...new Set(def.options.flatMap(listFields))];
  return def.type === 'pipe' ? listFields(def.in) : [];
}
